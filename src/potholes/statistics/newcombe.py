"""Interval of an area under the ROC curve from the area and the numbers of photos alone."""

import math

import numpy as np
from numpy.typing import NDArray

from potholes.statistics.groups import effective_or_count
from potholes.statistics.interval import Interval, normal_quantile

_HALVINGS = 60  # of a unit interval: to the last bit


def newcombe(area: float, positives: float, negatives: float, *, level: float = 0.95) -> Interval:
    """Method 5 of Newcombe (2006), "Confidence intervals for an effect size measure based on the
    Mann-Whitney statistic, part 2", Statistics in Medicine 25.

    Its limits are the areas t at which |area - t| = z sqrt(V(t)), with Hanley & McNeil's (1982)
    variance at t and (positives + negatives) / 2 - 1 in place of both positives - 1 and
    negatives - 1. So it has a width at area 0 and 1 too. Numbers may be effective ones, >= 1.
    Raises ValueError outside of these ranges.
    """
    if not 0 <= area <= 1:
        raise ValueError(f"area: got {area:g}, expected 0 to 1")
    if not (1 <= positives < math.inf and 1 <= negatives < math.inf):
        got = f"{positives:g} positive and {negatives:g} negative photos"
        raise ValueError(f"got {got}, expected at least one of each")
    z = normal_quantile(level)
    low, high = (_limit(area, end, z, positives, negatives) for end in (0.0, 1.0))
    return Interval(low, high)


def newcombe_of_labels(
    area: float,
    labels: NDArray[np.int64],
    *,
    groups: NDArray[np.int64] | None = None,
    level: float = 0.95,
) -> Interval:
    """`newcombe` of an area over photos of labels [N], as their effective numbers with groups [N].

    With more than two classes the area is the one-vs-rest mean, and the limits are the means of
    those that each class against the rest has at this area (two classes have the same): as if the
    classes' areas rose and fell together, so it is too wide rather than too narrow. Raises
    ValueError with fewer than two classes.
    """
    classes = np.unique(labels)
    if len(classes) < 2:
        raise ValueError(f"AUC needs photos of at least two classes, got {len(classes)}")
    masks = [labels == c for c in classes]
    limits = [
        newcombe(
            area, effective_or_count(groups, mask), effective_or_count(groups, ~mask), level=level
        )
        for mask in masks
    ]
    low, high = (float(np.mean([getattr(i, end) for i in limits])) for end in ("low", "high"))
    return Interval(low, high)


def _limit(area: float, far: float, z: float, positives: float, negatives: float) -> float:
    """The root between area and `far` (0 or 1), by bisection."""
    near = area
    for _ in range(_HALVINGS):
        middle = (near + far) / 2
        if abs(area - middle) < z * math.sqrt(_variance(middle, positives, negatives)):
            near = middle
        else:
            far = middle
    return (near + far) / 2


def _variance(area: float, positives: float, negatives: float) -> float:
    others = (positives + negatives) / 2 - 1
    pairs = others * ((1 - area) / (2 - area) + area / (1 + area))
    return area * (1 - area) * (1 + pairs) / (positives * negatives)
