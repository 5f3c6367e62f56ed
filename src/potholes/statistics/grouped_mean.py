"""Interval of a mean over photos that are alike within groups."""

import math

import numpy as np
from numpy.typing import NDArray

from potholes.statistics.folds import Names
from potholes.statistics.interval import Interval
from potholes.statistics.student import t_quantile


def grouped_mean(
    values: NDArray[np.float64], groups: Names, *, level: float, inflation: float = 1.0
) -> Interval:
    """Of the mean of values [N], by Student's t over their groups [N].

    The variance is that of the groups' sums, so photos of a group may be as correlated as they
    are; it counts `inflation` times. Raises ValueError for fewer than two groups.
    """
    _, members = np.unique(groups, return_inverse=True)
    mean = float(values.mean())
    sums = np.bincount(members, weights=values - mean)
    count = len(sums)
    if count < 2:
        raise ValueError(f"groups: got {count}, expected 2 or more")
    variance = inflation * count / (count - 1) * float((sums**2).sum()) / len(values) ** 2
    reach = t_quantile(level, count - 1) * math.sqrt(variance)
    return Interval(mean - reach, mean + reach)
