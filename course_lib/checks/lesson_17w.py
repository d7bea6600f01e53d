"""The questions of the wrap-up of part four: networks for real members, and what may be said of them."""

import numpy as np
import pandas as pd

from course_lib import evaluation
from course_lib.checks import Choice, Fix, Function, Table
from course_lib.checks.same import Same, as_numbers, close
from course_lib.ratings import Ratings


def some_draws(seed, n_users=25, n_items=30):
    """Draw stars, split them as the board does, and draw as many films for each member."""
    rng = np.random.default_rng(seed)
    users, items = np.nonzero(rng.uniform(size=(n_users, n_items)) < np.linspace(0.2, 0.8, n_items))
    stars = rng.choice([2.0, 3.0, 4.0, 5.0], size=len(users))
    frame = pd.DataFrame({"userId": users + 1, "movieId": 10 * items + 7, "rating": stars})
    split = evaluation.board_split(Ratings.from_frame(frame, columns={"timestamp": None}))
    return split, np.repeat(np.arange(n_users), 20), rng.integers(split.train.n_items, size=20 * n_users)


def rows_of(split, users, films, no_zero="train", ones="train", no_zero_from=0, one_from=4):
    """Put liked films with a 1 and drawn films with a 0 together; some films get no 0."""
    liked = getattr(split, ones).liked(one_from)
    left = np.ones(len(users), dtype=bool)
    if no_zero:
        rated = np.concatenate([getattr(split, part).liked(no_zero_from).cells for part in no_zero.split()])
        left = ~np.isin(users * split.train.n_items + films, rated)
    labels = np.repeat([1.0, 0.0], [len(liked), left.sum()])
    return np.append(liked.users, users[left]), np.append(liked.items, films[left]), labels


def _rows_of_ids(split, users, films):
    users, films, labels = rows_of(split, users, films)
    return split.train.user_ids[users], split.train.item_ids[films], labels


def _rows_in_a_loop(split, users, films):
    train = split.train
    rated = set(zip(train.users.tolist(), train.items.tolist(), strict=True))
    rows = [(u, i, 0) for u, i in zip(users.tolist(), films.tolist(), strict=True) if (u, i) not in rated]
    rows += [(u, i, 1) for u, i, r in zip(train.users, train.items, train.values, strict=True) if r >= 4]
    return tuple(zip(*rows, strict=True))


def _rows_by_a_table(split, users, films):
    new = split.train.csr.toarray()[users, films] == 0
    liked = split.train.liked()
    labels = [1] * len(liked) + [0] * int(new.sum())
    return [np.concatenate([liked.users, users[new]]), np.concatenate([liked.items, films[new]]), labels]


def _sorted_rows(value):
    parts = [as_numbers(part).ravel().astype(float) for part in value]
    return np.column_stack(parts)[np.lexsort(parts)]


def _rows_apart(got, expected):
    try:
        got, expected = map(_sorted_rows, (got, expected))
        counts = [[np.count_nonzero(rows[:, 2] == label) for label in (1, 0)] for rows in (got, expected)]
    except (TypeError, ValueError, AttributeError, IndexError):
        return "Return three arrays of one length: users, items, labels."
    if counts[0] == counts[1]:
        return "As many rows as expected, but not the same ones."
    came, asked = ("{:,} rows with a 1 and {:,} with a 0".format(*pair) for pair in counts)
    return f"{came} came; {asked} were expected."


q1 = Fix(
    "rows_of_an_epoch(split, users, films)",
    stub=(
        "def rows_of_an_epoch(split, users, films):\n"
        "    liked = split.train.liked(4)\n"
        "    rated = split.train.join(split.validation).join(split.test)  # what was rated gets no 0\n"
        "    no_zero = np.zeros((rated.n_users, rated.n_items), dtype=bool)\n"
        "    no_zero[rated.users, rated.items] = True\n"
        "    left = ~no_zero[users, films]\n"
        "    labels = np.repeat([1.0, 0.0], [len(liked), left.sum()])\n"
        "    return np.append(liked.users, users[left]), np.append(liked.items, films[left]), labels"
    ),
    symptom="the rows still depend on which films stand in the validation part",
    answer=rows_of,
    probes=[some_draws(1), some_draws(2)],
    more_probes=lambda rng: some_draws(int(rng.integers(1000))),
    same=Same(
        "row by row, in any order",
        lambda got, expected, slack: np.array_equal(_sorted_rows(got), _sorted_rows(expected)),
        difference=_rows_apart,
    ),
    mistakes={
        "The films of the validation part still never get a 0, and those are the films that you measure on.":
            lambda *given: rows_of(*given, no_zero="train validation"),
        "The films of the test part still never get a 0. One day the network is measured on them.":
            lambda *given: rows_of(*given, no_zero="train test"),
        "Now films come in with a 0 that the member has rated, with less than four stars. What was rated in training "
        "gets no 0.": lambda *given: rows_of(*given, no_zero_from=4),
        "Now films come in with a 0 that the member has liked: some rows are there twice, with a 1 and with a 0.":
            lambda *given: rows_of(*given, no_zero=""),
        "Hidden ratings have got in by the other door: the validation part now brings rows with a 1.":
            lambda *given: rows_of(*given, no_zero="train validation", ones="train_and_validation"),
        "Those are ids. The tables of a network are counted by positions, from 0.": _rows_of_ids,
        "Now films that were rated and not liked get a 1.": lambda *given: rows_of(*given, one_from=0),
    },
    also_right=[_rows_in_a_loop, _rows_by_a_table],
    shows="Whether a film may get a 0 is asked of the training part alone. A hidden film can get one, like any other.",
)  # fmt: skip


def softmax_loss(scores, wanted, seen, axis=1, hidden=True, shift=True, within=np.mean, fill=True):
    """Say how unlikely the wanted films are, by a softmax over the films that were not seen."""
    scores = np.where(seen & hidden, -np.inf, scores)
    if shift:
        scores = scores - scores.max(axis=axis, keepdims=True)
    chances = np.exp(scores) / np.exp(scores).sum(axis=axis, keepdims=True)
    if not fill:
        return -(wanted * np.log(chances)).sum(axis=1).mean()
    return np.mean([within(-np.log(row[films])) for row, films in zip(chances, wanted, strict=True)])


def _loss_of_pairs(scores, wanted, seen):
    n = wanted.sum(axis=1)
    return n @ [softmax_loss(*(one[[u]] for one in (scores, wanted, seen))) for u in range(len(n))] / n.sum()


def _loss_by_logsumexp(scores, wanted, seen):
    from scipy.special import logsumexp

    unlikely = logsumexp(np.where(seen, -np.inf, scores), axis=1)[:, np.newaxis] - scores
    return (np.where(wanted, unlikely, 0).sum(axis=1) / wanted.sum(axis=1)).mean()


def _loss_member_by_member(scores, wanted, seen):
    losses = []
    for member, films, known in zip(scores, wanted, seen, strict=True):
        left = np.exp(member[~known] - member[~known].max())
        losses.append(np.log(left.sum()) + member[~known].max() - member[films].mean())
    return float(sum(losses) / len(losses))


def some_scores(rng, n=4, n_items=12):
    """Draw scores, wanted films and seen films of some members; what is wanted is not seen."""
    place = rng.permuted(np.tile(np.arange(n_items), (n, 1)), axis=1)
    scores = rng.normal(0, 2, (n, n_items)) + np.where(place > 8, 1.5, 0)
    return scores, place < np.arange(1, n + 1)[:, np.newaxis], place > 8


BATCH = (
    np.array([[2.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 3.0]]),
    np.array([[True, False, False, False], [False, True, True, False]]),
    np.array([[False, False, False, True], [False, False, False, True]]),
)

q2 = Function(
    "loss_of_hidden(scores, wanted, seen)",
    stub="...",
    answer=softmax_loss,
    probes=[BATCH, (400 * BATCH[0], *BATCH[1:]), (BATCH[0] + [[0], [1500]], *BATCH[1:])],
    more_probes=some_scores,
    same=close(1e-6, 1e-4),
    mistakes={
        "Films that the member has seen cannot be hidden: leave them out of the softmax.":
            lambda *given: softmax_loss(*given, hidden=False),
        "The films of one member compete. Yours let the members compete for one film.":
            lambda *given: softmax_loss(*given, axis=0),
        "You added up over the wanted films. Take their mean, so that a member with many does not count more.":
            lambda *given: softmax_loss(*given, within=np.sum),
        "You took the mean over all wanted films at once. First within each member, then over the members.":
            _loss_of_pairs,
        "exp(1000) is more than a computer can hold, and exp(-1000) is 0. Before exp, take off each row the largest of "
        "its scores that compete: the softmax stays as it is.": lambda *given: softmax_loss(*given, shift=False),
        "0 times minus infinity is not 0, it is nan. Look at the wanted films alone.":
            lambda *given: softmax_loss(*given, fill=False),
        "Take the logarithm of each chance first, then the mean.":
            lambda *given: softmax_loss(*given, within=lambda unlikely: -np.log(np.exp(-unlikely).mean())),
        "The sign is turned: a loss is above 0, the logarithm of a chance below.": lambda *one: -softmax_loss(*one),
    },
    also_right=[_loss_by_logsumexp, _loss_member_by_member],
    shows="The films that may be hidden compete, the chance of the hidden ones counts, and each member counts once.",
)  # fmt: skip

N_ITEMS, N_LIKED, N_USERS, LIMIT = 9742, 50, 610, 4_000_000
MODELS = ["implicit ALS", "NeuMF", "EASE", "autoencoder"]


def priced(own=1, bias=1, films=N_ITEMS, ones=N_LIKED, tables=2, diagonal=1, size=4, again=0, k=64, mlp=16):
    """Tabulate what a phone keeps of four models, and how much it multiplies for one list."""
    sizes = [(2 * mlp, 32), (32, 16), (16, 8)]
    last = (tables - 1) * mlp + 8
    layers = sum(a * b + bias * b for a, b in sizes) + last + bias
    per_film = sum(a * b for a, b in sizes) + last + again * mlp
    numbers = [
        k * (N_ITEMS + own), tables * mlp * (N_ITEMS + own) + layers, N_ITEMS * (N_ITEMS - 1 + diagonal),
        2 * k * N_ITEMS + bias * (k + N_ITEMS),
    ]  # fmt: skip
    operations = [k * films, per_film * films, ones * films, k * (ones + films)]
    fits = [number * size <= LIMIT for number in numbers]
    return pd.DataFrame({"numbers": numbers, "operations": operations, "fits": fits}, index=MODELS)


q3 = Table(
    "price",
    stub="price = ...",
    answer=priced,
    tolerance=1e-6,
    mistakes={
        "A phone has one owner: of the members' tables it needs her row alone.": lambda: priced(own=N_USERS),
        "Her own row of the members' tables is missing.": lambda: priced(own=0),
        "Biases are numbers too: each Dense layer has one for each of its outputs.": lambda: priced(bias=0),
        "Those are the operations for the score of one film. A list needs the scores of all.":
            lambda: priced().assign(operations=priced(films=1)["operations"].to_numpy()),
        "Her row has 50 ones. What it multiplies by 0 need not be computed: only the rows of those 50 films count.":
            lambda: priced(ones=N_ITEMS),
        "NeuMF has two parts, each with tables of its own: GMF, and the Dense layers. Both end in the score.":
            lambda: priced(tables=1),
        "The score's weights for the GMF part are in the film embeddings already: its product costs 16, not 32.":
            lambda: priced(again=1),
        "A number takes 4 bytes. You compared the numbers themselves with 4,000,000.": lambda: priced(size=1),
        "The array of EASE holds its diagonal as well.": lambda: priced(diagonal=0),
    },
    also_right=[lambda: priced()[["fits", "operations", "numbers"]], lambda: priced().astype({"numbers": float})],
    shows="No model is cheapest in both: the one with the fewest numbers multiplies the most.",
)  # fmt: skip


def scores_of(weights, liked, power=0.5, least=1, middle=np.tanh, bias=1, last_bias=1, keep=1.0):
    """Score all films for somebody new by the weights of a denoising autoencoder."""
    V, W = weights["encoder/kernel"], weights["decoder/kernel"]
    c, d = weights["encoder/bias"] * bias, weights["decoder/bias"] * last_bias
    h = middle(keep * V[liked].sum(axis=0) / np.float64(max(len(liked), least)) ** power + c)
    return h @ W + d


def _scores_of_a_row(weights, liked):
    x = np.zeros((1, len(weights["encoder/kernel"])))
    x[:, liked] = 1
    x = x / (np.linalg.norm(x) or 1)
    h = np.tanh(x @ weights["encoder/kernel"] + weights["encoder/bias"])
    return np.dot(h, weights["decoder/kernel"])[0] + weights["decoder/bias"]


def _scores_in_a_loop(weights, liked):
    V, c, W, d = weights.values()
    h = np.tanh(c + sum((V[film] / len(liked) ** 0.5 for film in liked), np.zeros(len(c))))
    return [b + sum(h * w) for w, b in zip(W.T, d, strict=True)]


def some_weights(rng, n_items=7, k=3):
    """Draw the weights of a small network, and what somebody new likes."""
    kernel, bias, back, last = (rng.normal(size=shape) for shape in ((n_items, k), k, (k, n_items), n_items))
    weights = {"encoder/kernel": kernel, "encoder/bias": bias, "decoder/kernel": back, "decoder/bias": last}
    return weights, rng.choice(n_items, size=3 + int(rng.integers(2)), replace=False)


EMPTY = some_weights(np.random.default_rng(2))[0], np.array([], dtype=int)

q4 = Function(
    "scores_for(weights, liked)",
    stub="...",
    answer=scores_of,
    probes=[some_weights(np.random.default_rng(1)), EMPTY],
    more_probes=some_weights,
    same=close(1e-6),
    mistakes={
        "The row goes in with length 1. Yours has a 1 for each liked film, so it is longer the more films there are.":
            lambda weights, liked: scores_of(weights, liked, power=0),
        "Its numbers add up to 1. Its length should be 1: divide by the root of the sum of squares.":
            lambda weights, liked: scores_of(weights, liked, power=1),
        "Somebody who likes nothing yet has a row of zeros, and 0 / 0 is nan. Leave that row as it is.":
            lambda weights, liked: scores_of(weights, liked, least=0),
        "The layer in the middle has an activation, tanh. Yours lets the sums through as they are.":
            lambda weights, liked: scores_of(weights, liked, middle=lambda z: z),
        "The activation in the middle is tanh.":
            lambda weights, liked: scores_of(weights, liked, middle=lambda z: 1 / (1 + np.exp(-z))),
        "The bias of the encoder is missing.": lambda weights, liked: scores_of(weights, liked, bias=0),
        "The bias of the decoder is missing: it says how liked a film is by everybody.":
            lambda weights, liked: scores_of(weights, liked, last_bias=0),
        "Films are taken away while it learns, and only then. For a list the whole row goes in.":
            lambda weights, liked: scores_of(weights, liked, keep=0.5),
    },
    also_right=[_scores_of_a_row, _scores_in_a_loop],
    shows="Two matrices, two biases, and somebody whom the network has never seen has a list.",
)  # fmt: skip

q5 = Choice(
    "Which sentence may be written?",
    answer="d",
    wrong={
        "a": "Which seed was best, the same members said who are measured. The best of three is partly luck, and with "
             "implicit ALS as the rival, the interval has 0 in it.",
        "b": "The autoencoder is a network too, and it is not behind. What lost is NeuMF, with the settings that were "
             "tried, on this many ratings.",
        "c": "Other members were drawn for the intervals, not other seeds. What another seed may change, only more "
             "seeds tell.",
        "e": "The settings were chosen on just these ratings, and 8,860 films were left out. For all films, and for "
             "ratings that nobody had looked at, read the board.",
    },
    shows="Of whom, among which films, chosen by what, with how many seeds, and no more than the intervals allow.",
)  # fmt: skip
