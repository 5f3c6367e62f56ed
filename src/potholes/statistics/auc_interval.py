"""Interval of an area under the ROC curve, or of the one-vs-rest mean of several."""

import numpy as np
from numpy.typing import NDArray

from potholes.probabilities import macro_auc
from potholes.statistics.delong import delong, mean_covariance, placements
from potholes.statistics.groups import effective_or_count
from potholes.statistics.interval import Interval, degenerate, logit_interval, normal_quantile
from potholes.statistics.newcombe import newcombe_of_labels


def auc_interval(
    positive: NDArray[np.bool_],
    scores: NDArray[np.floating],
    *,
    groups: NDArray[np.int64] | None = None,
    level: float = 0.95,
) -> Interval:
    """Of the area of scores [N] against positive [N]: DeLong's variance on the logit scale.

    Where that degenerates (area 0 or 1, variance 0, one photo of a class), Newcombe's method 5.
    With groups [N] the photos of either class count as their effective number. Raises ValueError
    unless both classes have a photo and every score is a number.
    """
    result = delong(positive, scores[None], groups=groups)
    labels = positive.astype(np.int64)
    return _interval(float(result.areas[0]), float(result.covariance[0, 0]), labels, groups, level)


def macro_auc_interval(
    labels: NDArray[np.int64],
    probabilities: NDArray[np.floating],
    *,
    groups: NDArray[np.int64] | None = None,
    level: float = 0.95,
) -> Interval:
    """Of `ranking.macro_auc` of probabilities [N, C] against labels [N] (0 to C - 1).

    With two classes `auc_interval` of the second. With more, a photo has a part in the area of
    its own class as a positive and in every other as a negative; the sum of its parts is its
    component, and the mean's variance is that of the components within each true class, which
    takes the correlation of the areas into account. Raises ValueError where a class has no photo.
    """
    classes = probabilities.shape[1]
    if classes == 2:
        return auc_interval(labels == 1, probabilities[:, 1], groups=groups, level=level)
    variance = _macro_variance(labels, probabilities, groups)
    return _interval(macro_auc(labels, probabilities), variance, labels, groups, level)


def _interval(
    area: float,
    variance: float,
    labels: NDArray[np.int64],
    groups: NDArray[np.int64] | None,
    level: float,
) -> Interval:
    if degenerate(area, variance):
        return newcombe_of_labels(area, labels, groups=groups, level=level)
    return logit_interval(area, float(np.sqrt(variance)), normal_quantile(level))


def _macro_variance(
    labels: NDArray[np.int64],
    probabilities: NDArray[np.floating],
    groups: NDArray[np.int64] | None,
) -> float:
    photos, classes = probabilities.shape
    parts = np.zeros(photos)
    for c in range(classes):
        own = labels == c
        placed = placements(own, probabilities[None, :, c])
        parts[own] += placed.positive[0] / own.sum()
        parts[~own] += placed.negative[0] / (~own).sum()
    variance = 0.0
    for c in range(classes):
        own = labels == c
        scaled = parts[None, own] * own.sum() / classes
        variance += float(mean_covariance(scaled, effective_or_count(groups, own))[0, 0])
    return variance
