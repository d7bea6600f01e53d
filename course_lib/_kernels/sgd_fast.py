"""The loop of `sgd_epoch`, made fast: float32, many factors at a time, block after block, on several cores.

In a random order two ratings that follow each other rarely share a member or a film, so that the processor works on
both at a time; and the rows of a block's members stay near it.
"""

import numpy as np

from course_lib._kernels import parallel_kernel, prange


@parallel_kernel
def sgd_epoch_by_blocks(
    visits, starts, users, items, values, mean, b_user, b_item, P, Q, learning_rate, lam, lam_bias, loss
):
    """Visit every rating once and take one step for each; `loss` gets the squared errors before the steps.

    ``visits[s, g]`` lists the blocks that g works on in round s. In no round do two of them share a member or a film:
    whoever comes first, the numbers are the same, so that each g can have a core of its own.
    """
    k = P.shape[1]
    # p + η (e q - λ p) is (1 - ηλ) p + (η e) q: two operations instead of three.
    kept, kept_bias = np.float32(1) - learning_rate * lam, np.float32(1) - learning_rate * lam_bias
    loss[:] = 0.0
    for s in range(visits.shape[0]):
        for g in prange(visits.shape[1]):
            total = 0.0
            for block in visits[s, g]:
                begin, end = starts[block], starts[block + 1]
                us, its, stars = users[begin:end], items[begin:end], values[begin:end]
                for at in range(len(us)):
                    u, i = np.intp(us[at]), np.intp(its[at])  # never below 0: no index from the end to look for
                    p_u, q_i = P[u], Q[i]
                    b_u, b_i = b_user[u], b_item[i]
                    dot = np.float32(0)
                    for f in range(k):
                        dot += p_u[f] * q_i[f]
                    e = stars[at] - mean - b_u - b_i - dot
                    total += e * e
                    step = learning_rate * e
                    b_user[u] = kept_bias * b_u + step
                    b_item[i] = kept_bias * b_i + step
                    for f in range(k):
                        p_uf, q_if = p_u[f], q_i[f]
                        p_u[f] = kept * p_uf + step * q_if
                        q_i[f] = kept * q_if + step * p_uf
            loss[g] += total
