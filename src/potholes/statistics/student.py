"""Student's t for whole degrees of freedom, in closed form: no stage waits for scipy's import.

Abramowitz & Stegun (1964), Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
"""

import math
from functools import cache

from potholes.statistics.interval import check_level

_LEAST = 1e-9  # below, rounding would decide the digits
_HALVINGS = 80  # of an interval that holds the quantile: to the last bit


def within(t: float, freedom: int) -> float:
    """The probability, 0 to 1, that |T| <= t (t >= 0) with `freedom` >= 1 degrees of freedom."""
    square = freedom / (freedom + t * t)  # cos^2 of the angle whose tangent is t / sqrt(freedom)
    sine = t / math.sqrt(freedom + t * t)
    odd = freedom % 2
    term, total = (math.sqrt(square), 0.0) if odd else (1.0, 0.0)
    for k in range(odd, freedom - 1, 2):
        total += term
        term *= square * (k + 1) / (k + 2)
    if odd:
        return 2 / math.pi * (math.atan(t / math.sqrt(freedom)) + sine * total)
    return sine * total


def two_sided_p(t: float, freedom: int) -> float:
    """The probability of a |T| of at least |t|, to nine decimals; what is below 1e-9 is 1e-9."""
    return max(_LEAST, round(1 - within(abs(t), freedom), 9))


@cache
def t_quantile(level: float, freedom: int) -> float:
    """How many standard errors a two-sided interval of `level` (0 to 1) reaches by Student's t."""
    check_level(level)
    low, high = 0.0, 1.0
    while within(high, freedom) < level:
        high *= 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if within(middle, freedom) < level else (low, middle)
    return (low + high) / 2
