"""The questions of lesson 14, embeddings."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from course_lib import quiet
from course_lib.checks import Choice, Fix, Function, Value
from course_lib.checks.same import Same, as_numbers, close

TABLE = [[1, -0.5], [1, 0], [-1, 0.5], [-1, -0.5], [0, 1.0]]
MEMBERS, FILMS, RATINGS, LENGTH = 480_189, 17_770, 100_480_507, 50
BYTES, MEGA = 4, 1e6
FIRST_TITLES = ["Alien", "Blade Runner", "Clueless"]
FIRST_ROWS = [[1, -0.5], [1, 0], [-1, 0.5]]


def _some_look_up(rng):
    return rng.integers(0, 6, 4), rng.normal(size=(6, 3))


def _one_hot(ids, n):
    return (np.arange(n) == np.asarray(ids)[:, None]).astype(float)


# Networks are the same when they compute the same from the same numbers.


def _keras():
    quiet.tensorflow()
    from keras import Input, Model, layers

    return Input, Model, layers


def computed(network):
    """Say what a network computes when its tables hold numbers that only depend on their shapes.

    Parameters
    ----------
    network : keras.Model
        Its inputs are columns of positions.

    Returns
    -------
    ndarray
        How many numbers it can learn, and then its output for a few positions.
    """
    for weight in network.weights:
        weight.assign(np.random.default_rng(list(weight.shape)).normal(size=weight.shape))
    columns = [(np.arange(4) * step) % 3 for step in range(1, len(network.inputs) + 1)]
    said = np.asarray(network(columns if len(columns) > 1 else columns[0]), dtype=float)
    return np.concatenate([[network.count_params(), len(network.inputs)], said.ravel()])


def _compare(got, expected, slack):
    one, other = computed(got), computed(expected)
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-4, atol=1e-4 * slack)


def _difference(got, expected):
    if not hasattr(got, "count_params"):
        return "that is no network. Return Model([...], ...)."
    there, asked = got.count_params(), expected.count_params()
    if there != asked:
        return f"the network can learn {there} numbers, and {asked} were expected."
    return "the network has as many numbers as it should, and computes something else from them."


same_network = Same("by what the networks compute", _compare, difference=_difference)


def _network(combine, decades=False):
    """Return a way to build a network: `combine` gets a function that looks up, and the parts to put together."""

    def build(n_users, n_items, *rest):
        Input, Model, layers = _keras()
        n_decades, k = rest if decades else (None, *rest)
        inputs = [Input((), dtype="int32") for _ in range(3 if n_decades else 2)]
        t = SimpleNamespace(user=inputs[0], item=inputs[1], decade=inputs[-1], n_users=n_users, n_items=n_items,
                            n_decades=n_decades, k=k, layers=layers, add=layers.Add())  # fmt: skip

        def look(ids, n_rows, length=1):
            return layers.Embedding(n_rows, length)(ids)

        t.dot = layers.Dot(axes=1)([look(t.user, n_users, k), look(t.item, n_items, k)])
        if n_decades:
            t.rest = [t.dot, look(t.user, n_users), look(t.item, n_items)]
        return Model(inputs, combine(look, t))

    return build


def _biases(combine):
    return _network(combine)


def _decade(combine):
    return _network(combine, decades=True)


def _without_decade(n_users, n_items, n_decades, k):
    plain = _network(lambda look, t: t.add([t.dot, look(t.user, t.n_users), look(t.item, t.n_items)]))
    return plain(n_users, n_items, k)


def _rows_for(titles, known, Q):
    positions = pd.Index(known).get_indexer(titles)
    rows = Q[positions]
    rows[positions < 0] = 0
    return rows


def _rows_by_hand(titles, known, Q):
    rows = np.zeros((len(titles), Q.shape[1]))
    for place, title in enumerate(titles):
        if title in known:
            rows[place] = Q[known.index(title)]
    return rows


def _rows_with_one_more(titles, known, Q):
    return np.vstack([Q, np.zeros(Q.shape[1])])[pd.Index(known).get_indexer(titles)]


def _unknown_as(value):
    def rows_for(titles, known, Q):
        positions = pd.Index(known).get_indexer(titles)
        return np.where((positions < 0)[:, None], value(Q), Q[positions])

    return rows_for


def _known_only(titles, known, Q):
    positions = pd.Index(known).get_indexer(titles)
    return Q[positions[positions >= 0]]


q1 = Function(
    "look_up(ids, table)",
    stub=(
        "one_hot = np.zeros((len(ids), len(table)))\n"
        "one_hot[np.arange(len(ids)), ...] = 1\n"
        "return ..."
    ),
    answer=lambda ids, table: _one_hot(ids, len(table)) @ table,
    probes=[([2], TABLE), ([4, 0, 4], TABLE)],
    more_probes=_some_look_up,
    mistakes={
        "Positions count from 0: row 2 is the third one.":
            lambda ids, table: np.asarray(table)[np.asarray(ids) - 1],
        "One row a position: you added them all up.":
            lambda ids, table: _one_hot(ids, len(table)).sum(axis=0) @ table,
        "Those are the one-hot vectors. Multiply them by the table.":
            lambda ids, table: _one_hot(ids, len(table)),
        "Every place of one_hot became a 1. Set one place in each row: the position.":
            lambda ids, table: np.ones((len(ids), len(table))) @ table,
        "That is transposed: one row a position, one column a number.":
            lambda ids, table: (_one_hot(ids, len(table)) @ table).T,
    },
    also_right=[
        lambda ids, table: np.asarray(table)[ids],
        lambda ids, table: [[float(number) for number in table[position]] for position in ids],
    ],
    shows="A product with a one-hot vector picks a row. Keras skips the product.",
)  # fmt: skip

_n = (MEMBERS + FILMS) * (LENGTH + 1)
q2 = Value(
    "parameters, megabytes and ratings_each",
    stub="parameters = ...\nmegabytes = ...\nratings_each = ...",
    answer=(_n, _n * BYTES / MEGA, RATINGS / _n),
    same=close(0.05, 1e-3),
    mistakes={
        "The biases are missing: each member and each film has one number more.": (
            (MEMBERS + FILMS) * LENGTH, (MEMBERS + FILMS) * LENGTH * BYTES / MEGA,
            RATINGS / ((MEMBERS + FILMS) * LENGTH),
        ),
        "Nobody stores the table of all members by all films. Add the two tables: members plus films.": (
            MEMBERS * FILMS, ..., ...,
        ),
        "That is the members' table alone. Films have one too.": (MEMBERS * (LENGTH + 1), ..., ...),
        "4 bytes a number, not 8: Keras calculates with float32.": (..., 2 * _n * BYTES / MEGA, ...),
        "That is in bytes. A megabyte is a million bytes.": (..., _n * BYTES, ...),
        "Other way round: ratings divided by parameters.": (..., ..., _n / RATINGS),
    },
    shows="A hundred million ratings fit about 25 million numbers, some four ratings each: hence the price on size.",
)  # fmt: skip

q3 = Function(
    "with_biases(n_users, n_items, k)",
    stub=(
        'user, item = Input((), dtype="int32"), Input((), dtype="int32")\n'
        "p_u = layers.Embedding(n_users, k)(user)\n"
        "q_i = layers.Embedding(n_items, k)(item)\n"
        "b_u = ...\n"
        "b_i = ...\n"
        "return Model([user, item], layers.Add()([layers.Dot(axes=1)([p_u, q_i]), b_u, b_i]))"
    ),
    answer=_biases(lambda look, t: t.add([t.dot, look(t.user, t.n_users), look(t.item, t.n_items)])),
    probes=[(4, 6, 3)],
    same=same_network,
    mistakes={
        "The film's bias is looked up by the member. Hand item to it.":
            _biases(lambda look, t: t.add([t.dot, look(t.user, t.n_users), look(t.user, t.n_items)])),
        "The member's bias is looked up by the film. Hand user to it.":
            _biases(lambda look, t: t.add([t.dot, look(t.item, t.n_users), look(t.item, t.n_items)])),
        "A bias is one number, so an embedding of length 1, not k.":
            _biases(lambda look, t: t.add([t.dot, look(t.user, t.n_users, t.k), look(t.item, t.n_items, t.k)])),
        "Only the dot product goes in: add both biases to it.": _biases(lambda look, t: t.dot),
        "The film's bias is missing.": _biases(lambda look, t: t.add([t.dot, look(t.user, t.n_users)])),
        "The member's bias is missing.": _biases(lambda look, t: t.add([t.dot, look(t.item, t.n_items)])),
        "Biases are added. You multiplied them.": _biases(
            lambda look, t: t.layers.Multiply()([t.dot, look(t.user, t.n_users), look(t.item, t.n_items)])),
        "You have the sizes the wrong way round: the member's table has n_users rows, the film's n_items.":
            _biases(lambda look, t: t.add([t.dot, look(t.user, t.n_items), look(t.item, t.n_users)])),
    },
    also_right=[
        _biases(lambda look, t: look(t.item, t.n_items) + look(t.user, t.n_users) + t.dot),
        _biases(lambda look, t: t.layers.Flatten()(
            t.add([look(t.user, t.n_users), look(t.item, t.n_items), t.dot]))),
    ],
    shows="A bias is an embedding of length 1, and this is lesson 08's model without its mean.",
)  # fmt: skip

q4 = Choice(
    "Why is a learning rate of 0.002 so far behind after six epochs of 32 steps?",
    answer="b",
    wrong={
        "a": "Then the curve would have fallen and risen again. It is still falling.",
        "c": "The other two have the same batches, and one of them is far ahead.",
        "d": "0.2 is worse than 0.02 here: its numbers jump over their goals.",
    },
    shows="Adam moves a number by about the learning rate a step. Steps times learning rate is how far it can get.",
)

q5 = Function(
    "with_decade(n_users, n_items, n_decades, k)",
    stub="...",
    answer=_decade(lambda look, t: t.add([*t.rest, look(t.decade, t.n_decades)])),
    probes=[(4, 6, 3, 2)],
    same=same_network,
    mistakes={
        "The decade needs an input of its own: three inputs, user, item and decade.": _without_decade,
        "The decade's number is looked up by the film. Look it up by decade.":
            _decade(lambda look, t: t.add([*t.rest, look(t.item, t.n_decades)])),
        "The decade's table has a row for each film. It needs n_decades rows.":
            _decade(lambda look, t: t.add([*t.rest, look(t.decade, t.n_items)])),
        "One number for each decade: an embedding of length 1, not k.":
            _decade(lambda look, t: t.add([*t.rest, look(t.decade, t.n_decades, t.k)])),
        "The decade comes in and is not used: add its number to the sum.": _decade(lambda look, t: t.add(t.rest)),
        "The decade's number is added, like a bias. You multiplied by it.":
            _decade(lambda look, t: t.layers.Multiply()([t.add(t.rest), look(t.decade, t.n_decades)])),
        "The decade's number takes the place of the film's bias. Keep both.":
            _decade(lambda look, t: t.add([*t.rest[:2], look(t.decade, t.n_decades)])),
    },
    also_right=[
        _decade(lambda look, t: look(t.decade, t.n_decades) + t.add(t.rest)),
        _decade(lambda look, t: t.layers.Flatten()(t.add([look(t.decade, t.n_decades), *t.rest]))),
    ],
    shows="Films of a decade share one number, which even a film with a single rating can lean on.",
)  # fmt: skip

q6 = Fix(
    "rows_for(titles, known, Q)",
    stub=(
        "def rows_for(titles, known, Q):\n"
        "    positions = pd.Index(known).get_indexer(titles)\n"
        "    return Q[positions]"
    ),
    symptom="a film that is not in the table still gets the row of the last film",
    answer=_rows_for,
    probes=[
        (["Clueless", "Heat"], FIRST_TITLES, FIRST_ROWS),
        (["Heat", "Alien", "Up"], FIRST_TITLES, FIRST_ROWS),
        (["Blade Runner"], FIRST_TITLES, FIRST_ROWS),
    ],
    mistakes={
        "Now it is the first film's row. A film that is not known gets zeros.": _unknown_as(lambda Q: Q[0]),
        "Zeros were asked for. An average would be a guess about a film of which nothing is known.":
            _unknown_as(lambda Q: Q.mean(axis=0)),
        "One row a title, in the same order: do not leave the unknown ones out.": _known_only,
        "Those are nan, and every score that they touch becomes nan too. Give zeros.":
            _unknown_as(lambda Q: np.nan),
        "You have set the rows of the known films to zero.":
            lambda titles, known, Q: Q[pd.Index(known).get_indexer(titles)] - _rows_for(titles, known, Q),
    },
    also_right=[_rows_by_hand, _rows_with_one_more],
    properties={
        "one row a title": lambda rows, titles, known, Q: as_numbers(rows).shape == (len(titles), Q.shape[1]),
    },
    shows="-1 means not found, and to an array it means the last row. Look before you index.",
)  # fmt: skip
