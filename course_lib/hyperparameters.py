"""What a model is told rather than learns: read, changed and shown as scikit-learn does, without it."""

import inspect
import numbers

from course_lib.errors import DataError


class Hyperparameters:
    """Constructor arguments that are stored as given, under their own names.

    scikit-learn's `clone` and its searches work on such a class.
    """

    def get_params(self, deep=True):
        """Return the hyperparameters.

        Parameters
        ----------
        deep : bool, default=True
            Also those of models that are themselves hyperparameters, as "model__name".

        Returns
        -------
        dict of str to object
        """
        params = {name: getattr(self, name) for name in self._defaults()}
        if deep:
            for name, value in list(params.items()):
                if hasattr(value, "get_params") and not isinstance(value, type):
                    params |= {f"{name}__{inner}": own for inner, own in value.get_params().items()}
        return params

    def set_params(self, **params):
        """Change hyperparameters; `fit` has to be called again for them to matter.

        Parameters
        ----------
        **params : object
            New values by name; "model__name" reaches into a model that is itself a hyperparameter.

        Returns
        -------
        Hyperparameters
            Itself.

        Raises
        ------
        DataError
            When there is no such hyperparameter. Then nothing has been changed.
        """
        known = self._defaults()
        for name in params:
            if name.partition("__")[0] not in known:
                raise DataError(
                    f"{type(self).__name__} has no parameter {name!r}. "
                    + (f"Its parameters are {', '.join(known)}." if known else "It has no parameters at all.")
                )
        for name, value in params.items():
            own, inner, inner_name = name.partition("__")
            if inner:
                getattr(self, own).set_params(**{inner_name: value})
            else:
                setattr(self, own, value)
        return self

    def _require(self, **smallest):
        """Raise a DataError when a hyperparameter is too small, or not a number of its default's kind."""
        for name, least in smallest.items():
            value, whole = getattr(self, name), isinstance(self._defaults()[name], int)
            if not (isinstance(value, numbers.Integral if whole else numbers.Real) and value >= least):
                kind = "whole number" if whole else "number"
                raise DataError(f"{type(self).__name__} has {name}={value!r}. Give a {kind} of at least {least}.")

    @classmethod
    def _defaults(cls):
        """Return the constructor's arguments with their default values."""
        arguments = inspect.signature(cls).parameters
        return {name: argument.default for name, argument in arguments.items()}

    def __repr__(self):
        default = self._defaults()
        shown = [f"{name}={value!r}" for name, value in self.get_params(deep=False).items()]
        changed = [text for text, name in zip(shown, default, strict=True) if text != f"{name}={default[name]!r}"]
        return f"{type(self).__name__}({', '.join(changed)})"
