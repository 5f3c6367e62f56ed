"""Interval of a share, such as an accuracy."""

import math

from potholes.statistics.interval import Interval, normal_quantile


def wilson(share: float, n: float, *, level: float = 0.95) -> Interval:
    """Wilson's (1927) score interval of a share (0 to 1) of n independent photos.

    n may be an effective number (`groups.effective_number`), which is not a whole one. Raises
    ValueError where share is no share, n is not above 0, or level is not between 0 and 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share: got {share:g}, expected 0 to 1")
    if not 0 < n < math.inf:
        raise ValueError(f"n: got {n:g}, expected a number of photos above 0")
    z = normal_quantile(level)
    weight = n / (n + z**2)
    centre = weight * share + (1 - weight) / 2
    reach = z / (n + z**2) * math.sqrt(n * share * (1 - share) + z**2 / 4)
    # at 0 and 1 the limit is exact; rounding would put it just beside
    low = 0.0 if share == 0 else max(0.0, centre - reach)
    high = 1.0 if share == 1 else min(1.0, centre + reach)
    return Interval(low, high)
