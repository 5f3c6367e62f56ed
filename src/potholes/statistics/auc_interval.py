"""Interval of an area under the ROC curve, or of the one-vs-rest mean of several.

The hull of two: DeLong's variance on the logit scale, and the limits of Hanley & McNeil's variance
(`newcombe.score_limits`). DeLong's alone fails where a class has few photos or the area is near 1:
lucky photos of the rare class are ranked high and alike, so a high area comes with too small a
variance. For areas of 0.8 to 0.99 and 2 to 50 % positives it covers 70 to 98 % instead of 95 %, the
hull 94 to 99 %. With as many photos of both classes the hull is a tenth wider at 0.93
(`benchmarks.rare_classes`).
"""

import numpy as np
from numpy.typing import NDArray

from potholes.statistics.delong import delong, macro_delong
from potholes.statistics.groups import effective_or_count
from potholes.statistics.interval import (
    Interval,
    degenerate,
    hull,
    logit_interval,
    logit_limits,
    normal_quantile,
)
from potholes.statistics.newcombe import score_interval_of_labels, score_limits

Floats = NDArray[np.float64]


def auc_interval(
    positive: NDArray[np.bool_],
    scores: NDArray[np.floating],
    *,
    groups: NDArray[np.int64] | None = None,
    level: float = 0.95,
) -> Interval:
    """`auc_limits` of the area of scores [N] against positive [N].

    With groups [N] the photos of either class count as their effective number. Raises ValueError
    unless both classes have a photo and every score is a number.
    """
    result = delong(positive, scores[None], groups=groups)
    numbers = (np.array([effective_or_count(groups, own)]) for own in (positive, ~positive))
    low, high = auc_limits(result.areas, result.covariance[0], *numbers, level=level)
    return Interval(low.item(), high.item())


def auc_limits(
    areas: Floats,
    variances: Floats,
    positives: Floats,
    negatives: Floats,
    *,
    level: float = 0.95,
) -> tuple[Floats, Floats]:
    """Low and high limits [S] of areas [S] with DeLong's variances [S] and numbers of photos [S].

    `score_limits` alone where DeLong's degenerate: area 0 or 1, variance 0, one photo of a class.
    """
    low, high = score_limits(areas, positives, negatives, level=level)
    sound = (areas > 0) & (areas < 1) & np.isfinite(variances) & (variances > 0)
    shares, errors = np.where(sound, areas, 0.5), np.sqrt(np.where(sound, variances, 0.0))
    down, up = logit_limits(shares, errors, normal_quantile(level))
    return np.where(sound, np.minimum(low, down), low), np.where(sound, np.maximum(high, up), high)


def macro_auc_interval(
    labels: NDArray[np.int64],
    probabilities: NDArray[np.floating],
    *,
    groups: NDArray[np.int64] | None = None,
    level: float = 0.95,
) -> Interval:
    """Of `probabilities.macro_auc` of probabilities [N, C] against labels [N] (0 to C - 1).

    With two classes `auc_interval` of the second. With more, the hull of `macro_delong`'s variance
    on the logit scale and of `score_interval_of_labels`. Raises ValueError where a class has no
    photo.
    """
    if probabilities.shape[1] == 2:
        return auc_interval(labels == 1, probabilities[:, 1], groups=groups, level=level)
    result = macro_delong(labels, probabilities[None], groups=groups)
    own = score_interval_of_labels(result.of_classes[0], labels, groups=groups, level=level)
    area, variance = result.areas.item(), result.covariance.item()
    if degenerate(area, variance):
        return own
    return hull(own, logit_interval(area, variance**0.5, normal_quantile(level)))
