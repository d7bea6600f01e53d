"""Gradient steps on pairs: a film that a member chose beside one that was left (lesson 11)."""

import numpy as np

from course_lib._kernels import kernel


@kernel
def bpr_epoch(order, users, positives, negatives, b_item, P, Q, learning_rate, lam):
    """Visit each pair once, in the given order, and take one step for each; returns the sum of -ln σ(x_uij)."""
    loss = 0.0
    for row in order:
        u, i, j = users[row], positives[row], negatives[row]
        if j < 0:  # this member has seen everything
            continue
        x_uij = b_item[i] - b_item[j]
        for f in range(P.shape[1]):
            x_uij += P[u, f] * (Q[i, f] - Q[j, f])
        small = np.exp(-abs(x_uij))  # one exp for both numbers below, of an argument that cannot overflow
        loss += np.log1p(small) + max(-x_uij, 0.0)
        e = P.dtype.type((small if x_uij > 0 else 1.0) / (1.0 + small))  # σ(-x): how wrong it is, from 0 to 1
        b_item[i] += learning_rate * (e - lam * b_item[i])
        b_item[j] += learning_rate * (-e - lam * b_item[j])
        for f in range(P.shape[1]):
            p_uf, q_if, q_jf = P[u, f], Q[i, f], Q[j, f]  # all from before the step
            P[u, f] += learning_rate * (e * (q_if - q_jf) - lam * p_uf)
            Q[i, f] += learning_rate * (e * p_uf - lam * q_if)
            Q[j, f] += learning_rate * (-e * p_uf - lam * q_jf)
    return loss
