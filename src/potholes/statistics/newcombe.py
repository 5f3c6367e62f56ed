"""Limits of areas under ROC curves from the areas and the numbers of photos alone."""

import math

import numpy as np
from numpy.typing import NDArray

from potholes.statistics.groups import effective_or_count
from potholes.statistics.interval import Interval, interval_of_mean, normal_quantile

Floats = NDArray[np.float64]
_HALVINGS = 60  # of a unit interval: to the last bit


def score_interval(
    area: float, positives: float, negatives: float, *, level: float = 0.95
) -> Interval:
    """`score_limits` of one area; raises ValueError outside of their ranges."""
    if not 0 <= area <= 1:
        raise ValueError(f"area: got {area:g}, expected 0 to 1")
    if not (1 <= positives < math.inf and 1 <= negatives < math.inf):
        got = f"{positives:g} positive and {negatives:g} negative photos"
        raise ValueError(f"got {got}, expected at least one of each")
    found = np.array([area]), np.array([positives]), np.array([negatives])
    low, high = (limits.item() for limits in score_limits(*found, level=level))
    return Interval(low, high)


def score_limits(
    areas: Floats, positives: Floats, negatives: Floats, *, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Low and high limits [...] of areas [...] over so many photos (broadcast; effective, >= 1).

    The areas t at which |area - t| = z sqrt(V(t)), V being Hanley & McNeil's (1982) variance. So
    there is a width at area 0 and 1 too. V has two terms, for pairs of photos of either class.
    High: both are of (positives + negatives) / 2 - 1 pairs, method 5 of Newcombe (2006),
    "Confidence intervals for an effect size measure based on the Mann-Whitney statistic, part 2",
    Statistics in Medicine 25. Low: the larger term is that of the commoner class, as if the rarer
    one were spread more, for if it is, its few photos decide and method 5 would be too optimistic.
    With as many photos of both classes this is method 5 too.

    Below two photos of a class no spread can be seen: both limits are those of the largest
    variance there is, t (1 - t) / photos of the rarer class (Birnbaum & Klose 1957), as Wilson's.
    """
    areas, positives, negatives = np.broadcast_arrays(areas, positives, negatives)
    few, many = np.minimum(positives, negatives), np.maximum(positives, negatives)
    pairs, none = (few + many) / 2 - 1, np.zeros_like(few)
    low = _limit(areas, few - 1, many - 1, few * many, end=0.0, level=level)
    high = _limit(areas, pairs, pairs, few * many, end=1.0, level=level)
    worst = [_limit(areas, none, none, few, end=end, level=level) for end in (0.0, 1.0)]
    return np.where(few < 2, worst[0], low), np.where(few < 2, worst[1], high)


def score_interval_of_labels(
    areas: Floats,
    labels: NDArray[np.int64],
    *,
    groups: NDArray[np.int64] | None = None,
    level: float = 0.95,
) -> Interval:
    """`score_limits` of a mean area over photos of labels [N], as effective numbers with groups.

    `areas` are those of each of C classes against the rest [C], or the mean for all of them [1]
    (with two classes all three are one). They rise and fall together in part: a photo that is
    taken for another class lowers the areas of these two. So the classes' limits are joined by
    `interval_of_mean` with twice the sum, which is exact for two classes and for errors within
    pairs of them, and too wide where errors are spread. Raises ValueError with fewer than two
    classes.
    """
    classes = np.unique(labels)
    if len(classes) < 2:
        raise ValueError(f"AUC needs photos of at least two classes, got {len(classes)}")
    masks = [labels == c for c in classes]
    positives = np.array([effective_or_count(groups, mask) for mask in masks])
    negatives = np.array([effective_or_count(groups, ~mask) for mask in masks])
    low, high = score_limits(areas, positives, negatives, level=level)
    own = [Interval(*ends) for ends in zip(low.tolist(), high.tolist(), strict=True)]
    return interval_of_mean(np.broadcast_to(areas, len(own)).tolist(), own, shared=2.0)


def _limit(
    areas: Floats, fewer: Floats, more: Floats, photos: Floats, *, end: float, level: float
) -> Floats:
    """The roots between areas and `end` (0 or 1), by bisection.

    `fewer` and `more` are the numbers of pairs that go with the smaller and the larger term.
    """
    z = normal_quantile(level)
    near, far = np.array(areas, dtype=np.float64), np.full(areas.shape, end)
    for _ in range(_HALVINGS):
        middle = (near + far) / 2
        terms = (1 - middle) / (2 - middle), middle / (1 + middle)
        pairs = fewer * np.minimum(*terms) + more * np.maximum(*terms)
        variance = middle * (1 - middle) * (1 + pairs) / photos
        inside = np.abs(areas - middle) < z * np.sqrt(variance)
        near, far = np.where(inside, middle, near), np.where(inside, far, middle)
    return np.asarray((near + far) / 2)
