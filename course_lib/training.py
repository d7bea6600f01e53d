"""How the networks of lessons 14-17 are trained: indices in memory, batches by slicing, no Python for each sample."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from course_lib import quiet
from course_lib.errors import CourseError, DataError
from course_lib.waiting import waiting


@dataclass(frozen=True)
class Training:
    """What happened in a training.

    Parameters
    ----------
    loss_curve : ndarray of shape (n_epochs_run,)
        Mean loss of the rows of each epoch, each before the step that it led to.
    validation_curve : ndarray of shape (n_epochs_run,) or (0,)
        What `validate` said after each epoch.
    best_epoch : int
        The epoch, counted from 1, whose weights were kept.
    interrupted : bool
        Whether the learner stopped it.
    """

    loss_curve: np.ndarray
    validation_curve: np.ndarray
    best_epoch: int
    interrupted: bool


class Interrupted(UserWarning):
    """A training was stopped by the learner; the model can be used."""


def train(variables, loss, draw, *, batch_size, n_epochs, learning_rate, rng, what, validate=None, patience=None):
    """Train with Adam, epoch by epoch, and keep the best weights, also when the learner interrupts (a warning says so).

    A whole epoch runs inside TensorFlow: the rows are put into a random order, and each batch is a slice of it.

    Parameters
    ----------
    variables : list of keras.Variable
        What is learned. They hold the best weights in the end.
    loss : callable
        Takes one batch of each array as tensors; gives their mean loss, a scalar tensor.
    draw : callable or tuple of ndarray
        The arrays of an epoch, one row a sample; a callable gets the number of the epoch, from 0, and draws anew.
    batch_size : int
        Rows of a batch; the last one of an epoch may be smaller.
    n_epochs : int
        At most.
    learning_rate : float
        Of Keras' Adam; all else is as Keras has it.
    rng : numpy.random.Generator
        Puts the rows into order.
    what : str
        Stands in front of the progress bar, and in errors.
    validate : callable, optional
        Called after each epoch without arguments, gives a number; the smaller the better. Without it the last
        epoch is the best.
    patience : int, optional
        Stop when `validate` has found nothing better for so many epochs.

    Returns
    -------
    Training

    Raises
    ------
    CourseError
        When the loss is not a number any more.
    DataError
        When there is nothing to train on, or the arrays have different lengths.
    """
    whole_number(batch_size, "batch_size", what)
    whole_number(n_epochs, "n_epochs", what)
    arrays, epoch_of = None if callable(draw) else _tensors(draw, what), None
    curve, checks, best, kept, interrupted = [], [], 0, None, False
    try:
        for epoch in waiting(range(n_epochs), what):
            now = _tensors(draw(epoch), what) if callable(draw) else arrays
            epoch_of = epoch_of or _compiled(variables, loss, batch_size, learning_rate, now)
            order = rng.permutation(len(now[0])).astype(np.int32)
            curve.append(_number(epoch_of(order, *now), epoch, "", what, learning_rate))
            if validate is None:
                continue
            checks.append(_number(validate(), epoch, "on the validation rows ", what, learning_rate))
            if kept is None or checks[-1] < checks[best]:
                best, kept = epoch, [variable.value.numpy() for variable in variables]
            elif patience is not None and epoch - best >= patience:
                break
    except KeyboardInterrupt:
        if not curve or (validate is not None and kept is None):
            raise  # nothing has been learned that could be used
        interrupted = True
    if kept is None:
        best = len(curve) - 1
    else:
        curve = curve[: len(checks)]  # an interrupted epoch is not among those that can be compared
        for variable, weights in zip(variables, kept, strict=True):
            variable.assign(weights)
    if interrupted:
        weights = "The weights so far" if kept is None else f"The best weights so far, of epoch {best + 1},"
        text = f"The training of {what} was interrupted after epoch {len(curve)} of {n_epochs}. {weights} are kept."
        warnings.warn(text, Interrupted, stacklevel=2)
    return Training(np.array(curve), np.array(checks), best + 1, interrupted)


def _compiled(variables, loss, batch_size, learning_rate, arrays):
    """Return the function that runs an epoch of such arrays; traced once, however many rows the epochs have."""
    tf = quiet.tensorflow()
    import keras

    optimizer = keras.optimizers.Adam(learning_rate)
    optimizer.build(variables)

    rows_of = [tf.TensorSpec([None, *array.shape[1:]], array.dtype) for array in arrays]

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32), *rows_of])
    def epoch_of(order, *arrays):
        n, total = tf.shape(order)[0], tf.constant(0.0)
        for start in tf.range(0, n, batch_size):
            rows = order[start : start + batch_size]
            batch = [tf.gather(array, rows) for array in arrays]
            with tf.GradientTape() as tape:
                value = loss(*batch)
            optimizer.apply(tape.gradient(value, [variable.value for variable in variables]), variables)
            total += value * tf.cast(tf.shape(rows)[0], tf.float32)
        return total / tf.cast(n, tf.float32)

    return epoch_of


def _number(value, epoch, where, what, learning_rate):
    """Return a loss as a float, if it still is one."""
    value = float(value)
    if not np.isfinite(value):
        raise CourseError(
            f"The training of {what} went out of bounds in epoch {epoch + 1}: its loss {where}is not a number any "
            f"more. Lower learning_rate, which is {learning_rate:g}, for example to {learning_rate / 10:g}."
        )
    return value


def _tensors(arrays, what):
    tf = quiet.tensorflow()
    _require_rows(arrays, what)
    return [tf.convert_to_tensor(array) for array in arrays]


def _require_rows(arrays, what):
    lengths = sorted({len(array) for array in arrays})
    if len(lengths) != 1:
        raise DataError(f"The arrays for {what} have {lengths} rows. Give one row a sample in each.")
    if not lengths[0]:
        raise DataError(f"There is not a single row for {what}. Check the split or filter that made the arrays.")


def whole_number(value, name, what):
    """Raise a DataError unless a setting is a whole number of at least 1.

    Parameters
    ----------
    value : object
    name, what : str
        Of the setting, and of what is trained.
    """
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
        raise DataError(f"{what} has {name}={value!r}. Give a whole number of at least 1.")


def fit_network(
    network, inputs, labels, *, batch_size=256, n_epochs=10, learning_rate=0.001, validation=None, patience=None,
    random_state=0,
):  # fmt: skip
    """Train a compiled Keras network, as ``network.fit`` does, with less waiting between batches.

    Parameters
    ----------
    network : keras.Model
        Compiled with one loss. Its regularizers count; its dropout is on while it learns. The optimizer is always
        Adam, with this `learning_rate`.
    inputs : ndarray or sequence of ndarray
        One for each input of the network, with one row a sample.
    labels : ndarray of shape (n,)
        What the network should say.
    batch_size, n_epochs, learning_rate, patience
        As in `train`.
    validation : tuple of inputs and labels, optional
        Rows to measure the loss on after each epoch, without the regularizers; the best epoch's weights are kept.
    random_state : int, default=0
        Seed of the order of the rows.

    Returns
    -------
    Training

    Raises
    ------
    CourseError
        When the network is not compiled, or its loss is not a number any more.
    DataError
        When an id has no row in its embedding, a label is outside 0..1 and the loss is binary cross-entropy, arrays
        have no rows or not as many as others, a setting is no positive whole number, or `patience` lacks `validation`.
    """
    import keras

    if not getattr(network, "compiled", False) or not isinstance(network.loss, str | Callable):
        raise CourseError(f"The network {network.name!r} has not one loss yet. Call network.compile(loss=...) first.")
    if not network.built:
        raise CourseError(f"The network {network.name!r} has no shapes yet. Begin it with keras.Input(shape=...).")
    if patience is not None and validation is None:
        raise DataError("patience waits for a better validation loss: give validation=(inputs, labels) too.")
    loss_of = keras.losses.get(network.loss)
    ready = _checked(network, inputs, labels)
    held_out = None if validation is None else _checked(network, *validation)

    def loss(*batch):
        said = network(_one_or_more(batch[:-1]), training=True)
        return keras.ops.mean(loss_of(batch[-1], said)) + sum(network.losses, start=0.0)

    def validate():
        # Called as it is, in slices: network.predict would trace anew for each network, and warn of that.
        parts = [slice(start, start + 8192) for start in range(0, len(held_out[-1]), 8192)]
        said = [network(_one_or_more([column[rows] for column in held_out[:-1]]), training=False) for rows in parts]
        return keras.ops.mean(loss_of(held_out[-1], keras.ops.concatenate(said)))

    return train(
        network.trainable_variables, loss, ready, batch_size=batch_size, n_epochs=n_epochs, patience=patience,
        learning_rate=learning_rate, rng=np.random.default_rng(random_state), what=network.name,
        validate=None if validation is None else validate,
    )  # fmt: skip


def _one_or_more(columns):
    return list(columns) if len(columns) > 1 else columns[0]  # Keras warns of a list of one


def _checked(network, inputs, labels):
    """Return inputs and labels as columns of one row a sample, after a look at what is in them."""
    columns = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
    if len(columns) != len(network.inputs):
        raise DataError(f"The network {network.name!r} has {len(network.inputs)} inputs, and {len(columns)} came.")
    _require_rows([*columns, labels], network.name)
    right = np.asarray(labels, dtype=np.float32).reshape(len(labels), -1)
    for place, tensor in enumerate(network.inputs):
        columns[place] = _shaped(np.asarray(columns[place]), tensor)
        for layer in network.layers:
            if type(layer).__name__ == "Embedding" and layer.input is tensor:
                check_ids(columns[place], layer.input_dim, layer.name)
    outside = right[~((right >= 0) & (right <= 1))]
    if getattr(network.loss, "name", network.loss) == "binary_crossentropy" and len(outside):
        raise DataError(
            f"A label is {outside[0]:g}, and binary cross-entropy takes labels from 0 to 1. Scale the stars, for "
            "example (stars - 0.5) / 4.5, or say with 1 and 0 whether a film was liked."
        )
    return [*columns, right]


def _shaped(column, tensor):
    """Give an array the shape of a network's input: numbers in a row become a column where it wants columns."""
    shape = tensor.shape[1:]
    if None in shape or column.shape[1:] == shape:
        return column
    if column[0].size != np.prod(shape, dtype=int):
        raise DataError(f"The input {tensor.name!r} takes {shape} numbers a sample, and {column.shape[1:]} came.")
    return column.reshape(len(column), *shape)


def check_ids(ids, input_dim, name="embedding"):
    """Raise a DataError when an id has no row in an embedding's table.

    Parameters
    ----------
    ids : array_like of int
    input_dim : int
        How many rows the table has.
    name : str
        Of the layer.

    Raises
    ------
    DataError
        When an id has none.
    """
    ids = np.asarray(ids)
    outside = ids[~((ids >= 0) & (ids < input_dim))]
    if outside.size:
        raise DataError(
            f"The layer {name!r} has input_dim={input_dim:,}, so rows 0 to {input_dim - 1:,}, and an id is "
            f"{outside.flat[0]}. Give positions, counted from 0 (ratings.users, ratings.items), not ids of members or "
            "films; or make input_dim larger."
        )
