"""An interval, and how the others are made from an estimate and its standard error."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_FARTHEST = 500.0  # on the logit scale: exp does not overflow


@dataclass(frozen=True)
class Interval:
    """The values from low to high that the data do not contradict."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """high - low."""
        return self.high - self.low


def normal_quantile(level: float) -> float:
    """How many standard errors a two-sided interval of `level` (0 to 1) reaches: 1.96 for 0.95."""
    check_level(level)
    return NormalDist().inv_cdf((1 + level) / 2)


def check_level(level: float) -> None:
    """Raise ValueError unless 0 < level < 1."""
    if not 0 < level < 1:
        raise ValueError(f"level: got {level:g}, expected a share between 0 and 1, such as 0.95")


def logit_interval(share: float, standard_error: float, quantile: float) -> Interval:
    """`logit_limits` of one share."""
    assert 0 < share < 1, share
    low, high = logit_limits(np.array(share), np.array(standard_error), quantile)
    return Interval(float(low), float(high))


def logit_limits(shares: Floats, errors: Floats, quantile: float) -> tuple[Floats, Floats]:
    """shares [...] +- quantile standard errors on the logit scale: so they stay inside 0 and 1.

    The standard errors are those of `shares` (0 < share < 1); on the logit scale they are, by the
    delta method, those over share (1 - share).
    """
    reach = np.minimum(quantile * errors / (shares * (1 - shares)), _FARTHEST)
    odds, factor = shares / (1 - shares), np.exp(reach)
    return odds / (odds + factor), odds * factor / (1 + odds * factor)


def hull(first: Interval, second: Interval) -> Interval:
    """From the lower of both low ends to the higher of both high ends."""
    return Interval(min(first.low, second.low), max(first.high, second.high))


def interval_of_mean(
    values: Sequence[float], intervals: Sequence[Interval], *, shared: float = 1.0
) -> Interval:
    """Of the mean of values (0 to 1) from each one's own interval: square and add.

    The distances of the limits from the values are squared and added (MOVER, Zou & Donner 2008),
    times `shared`: 1 for independent values; 2 where each photo moves up to two of them together,
    as a mistaken one does the scores of two classes.
    """
    mean, share = math.fsum(values) / len(values), math.sqrt(shared) / len(values)
    pairs = list(zip(values, intervals, strict=True))
    down = share * math.hypot(*(value - own.low for value, own in pairs))
    up = share * math.hypot(*(own.high - value for value, own in pairs))
    return Interval(max(0.0, mean - down), min(1.0, mean + up))


def interval_of_difference(
    first: float, second: float, of_first: Interval, of_second: Interval
) -> Interval:
    """Of first - second from each one's own interval, taken as independent: square and add.

    Newcombe (1998), "Interval estimation for the difference between independent proportions",
    Statistics in Medicine 17, method 10.
    """
    down = math.hypot(first - of_first.low, of_second.high - second)
    up = math.hypot(of_first.high - first, second - of_second.low)
    return Interval(first - second - down, first - second + up)


def degenerate(share: float, variance: float) -> bool:
    """Whether a share and its variance give no interval: at 0 or 1, or a variance of 0 or none."""
    return not 0 < share < 1 or not math.isfinite(variance) or variance <= 0
