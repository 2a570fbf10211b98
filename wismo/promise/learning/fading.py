"""Means that forget: what the last days showed of each group, drawn to the usual where that was little."""

import numpy as np

from wismo.promise.learning.life import Floats, Ints


class FadingMean:
    """The mean of a value by group. `usual` counts as `borrowed` values of every group."""

    def __init__(self, groups: Ints, *, half_life: float, borrowed: float) -> None:
        """`groups` is each order's; `half_life` is in calendar days."""
        self._groups = groups
        size = int(groups.max()) + 1 if len(groups) else 0
        self._count, self._sum = np.zeros(size), np.zeros(size)
        self._kept = 0.5 ** (1.0 / half_life)
        self._borrowed = borrowed

    def add_day(self, orders: Ints, values: Floats) -> None:
        """A day goes by, on which these orders had these values."""
        self._count *= self._kept
        self._sum *= self._kept
        size = len(self._count)
        self._count += np.bincount(self._groups[orders], minlength=size)
        self._sum += np.bincount(self._groups[orders], values, minlength=size)

    def of(self, orders: Ints, usual: Floats | float = 0.0) -> Floats:
        """The mean of the groups of these orders."""
        group = self._groups[orders]
        return np.asarray((self._sum[group] + self._borrowed * usual) / (self._count[group] + self._borrowed))

    def weight(self, orders: Ints) -> Floats:
        """How many values, fading, the mean of these orders' groups is made of."""
        return np.asarray(self._count[self._groups[orders]])
