"""An interval, and how the others are made from an estimate and its standard error."""

import math
from dataclasses import dataclass
from statistics import NormalDist


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
    """share +- quantile standard errors on the logit scale, which keeps it inside 0 and 1.

    The standard error is that of `share` (0 < share < 1); on the logit scale it is, by the delta
    method, that over share (1 - share).
    """
    assert 0 < share < 1, share
    reach = quantile * standard_error / (share * (1 - share))
    odds, factor = share / (1 - share), math.exp(reach)
    return Interval(odds / (odds + factor), odds * factor / (1 + odds * factor))


def wider(first: Interval, second: Interval) -> Interval:
    """The one of the two that is longer; the first if they are as long."""
    return second if second.width > first.width else first


def degenerate(share: float, variance: float) -> bool:
    """Whether a share and its variance give no interval: at 0 or 1, or a variance of 0 or none."""
    return not 0 < share < 1 or not math.isfinite(variance) or variance <= 0
