"""A measured figure, or an array of figures, with its 95 % confidence interval."""

from typing import Generic, NamedTuple, TypeVar

import numpy as np

T = TypeVar("T", float, np.ndarray)


class Estimate(NamedTuple, Generic[T]):
    """A figure with its 95 % confidence interval, ``low`` to ``high``.

    Each is a float, or each is a float64 array of one shape. An unknown ``value``, such as a proportion of
    nothing, is NaN.
    """

    value: T
    low: T
    high: T
