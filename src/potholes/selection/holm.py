"""Holm's (1979) step-down procedure: several tests, at most 1 - level for any false claim."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from potholes.statistics.interval import check_level

Floats = NDArray[np.float64]
_LEAST = 1e-9  # p value
_HALVINGS = 40  # of the p values from there to 1


class Limits(Protocol):
    """An estimate's interval."""

    @property
    def low(self) -> float:
        """The lower limit."""

    @property
    def high(self) -> float:
        """The upper limit."""


def p_of(interval: Callable[[float], Limits]) -> float:
    """The two-sided p value that belongs to an interval, a function of its level.

    1 minus the largest level at which it excludes 0; 1 where it does at none, 1e-9 or more.
    """
    low, high = _LEAST, 1.0
    if _excludes_0(interval(1 - low)):
        return low
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if _excludes_0(interval(1 - middle)) else (middle, high)
    return high


def _excludes_0(limits: Limits) -> bool:
    return limits.low > 0 or limits.high < 0


def holm(p: Floats) -> Floats:
    """Adjusted p values [M] of p [M]: below 1 - level exactly where Holm rejects at that level.

    The i-th smallest of M is multiplied by M - i + 1, then raised to the largest before it, at
    most 1. Raises ValueError for a p that is not between 0 and 1.
    """
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError(f"p: got {p.tolist()}, expected values between 0 and 1")
    order = np.argsort(p, kind="stable")
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1, np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)))
    return adjusted


def holm_levels(p: Floats, level: float) -> Floats:
    """The level [M] at which the interval of each test agrees with Holm's verdict on it.

    The i-th smallest p of M is held against (1 - level) / (M - i + 1), and those after the first
    that fails against what that one was held against: an interval of 1 minus this level excludes
    0 exactly where holm(p) < 1 - level. Each interval by itself is of `level` at least; the first
    step's is Bonferroni's, those of later steps are narrower, so it is the claims, not the
    intervals, that hold together in `level` of cases.
    """
    check_level(level)
    rejected = int((holm(p) < 1 - level).sum())
    steps = np.minimum(np.arange(len(p)), rejected)
    levels = np.empty(len(p))
    levels[np.argsort(p, kind="stable")] = 1 - (1 - level) / (len(p) - steps)
    return levels
