"""Stochastic gradient descent on ratings: the loop of matrix factorization (lesson 08)."""

from course_lib._kernels import kernel


@kernel
def sgd_epoch(order, users, items, values, mean, b_user, b_item, P, Q, learning_rate, lam, lam_bias):
    """Visit every rating once, in the given order, and take one step for each."""
    for row in order:
        u, i = users[row], items[row]
        r_hat = mean + b_user[u] + b_item[i]
        for f in range(P.shape[1]):
            r_hat += P[u, f] * Q[i, f]
        e = values[row] - r_hat
        b_user[u] += learning_rate * (e - lam_bias * b_user[u])
        b_item[i] += learning_rate * (e - lam_bias * b_item[i])
        for f in range(P.shape[1]):
            p_uf, q_if = P[u, f], Q[i, f]  # both from before the step: the two updates must not see each other
            P[u, f] += learning_rate * (e * q_if - lam * p_uf)
            Q[i, f] += learning_rate * (e * p_uf - lam * q_if)


@kernel
def sum_of_squares(users, items, values, mean, b_user, b_item, P, Q):
    """Add up the squared errors, without a step."""
    total = 0.0
    for row in range(len(values)):
        u, i = users[row], items[row]
        r_hat = mean + b_user[u] + b_item[i]
        for f in range(P.shape[1]):
            r_hat += P[u, f] * Q[i, f]
        total += (values[row] - r_hat) ** 2
    return total
