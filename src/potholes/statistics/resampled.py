"""Intervals of cross-validated means.

Nadeau & Bengio (2003), "Inference for the generalization error", Machine Learning 52. Scores of J
folds (k folds x r repeats) are correlated, because their training photos overlap; their variance
over J would be too small. The corrected variance of the mean is (1/J + n2/n1) times that of the
scores, n2 and n1 being the photos that a fold tests and trains on.

What is estimated is the expected score of a head that is trained on n1 photos, not that of the
delivered one, which has learned from more.
"""

import math

import numpy as np
from numpy.typing import NDArray

from potholes.statistics.binomial import wilson
from potholes.statistics.interval import Interval, degenerate, hull, logit_interval
from potholes.statistics.newcombe import score_interval_of_labels
from potholes.statistics.student import t_quantile

Floats = NDArray[np.float64]


def corrected_variance(scores: Floats, ratio: float) -> float:
    """Of the mean of scores [J]; ratio is n2/n1, 1 / (k - 1) in k-fold cross-validation.

    Exactly 0 where all scores are equal. Raises ValueError for fewer than two folds, a score that
    is not a number (a fold without a class has no AUC: leave it out for all), or ratio <= 0.
    """
    if len(scores) < 2:
        raise ValueError(f"scores: got {len(scores)} folds, expected 2 or more")
    if not np.isfinite(scores).all():
        raise ValueError("scores: a fold has none; leave the fold out, or use fewer folds")
    if not 0 < ratio < math.inf:
        raise ValueError(f"ratio: got {ratio:g}, expected tested over trained photos, above 0")
    if np.ptp(scores) < 1e-12:  # one wrong photo of a billion; less is rounding
        return 0.0
    return float((1 / len(scores) + ratio) * scores.var(ddof=1))


def cross_validated_accuracy(
    scores: Floats, n: float, *, ratio: float, level: float = 0.95
) -> Interval:
    """Of the mean of accuracies [J], on the logit scale, no narrower than Wilson's over n.

    n is the (effective) number of photos in the folds together. Where a head calls nearly all
    photos the commoner class, every fold scores its share, and varies too little. Raises
    ValueError as `corrected_variance` does.
    """
    mean, variance = float(scores.mean()), corrected_variance(scores, ratio)
    least = wilson(min(max(mean, 0.0), 1.0), n, level=level)
    if degenerate(mean, variance):
        return least
    reach = t_quantile(level, len(scores) - 1)
    return hull(logit_interval(mean, math.sqrt(variance), reach), least)


def cross_validated_auc(
    scores: Floats,
    labels: NDArray[np.int64],
    *,
    ratio: float,
    groups: NDArray[np.int64] | None = None,
    level: float = 0.95,
) -> Interval:
    """Of the mean of AUCs [J], on the logit scale, no narrower than `score_interval_of_labels`.

    Fold AUCs near 1 are mostly exactly 1 and vary too little. labels [N] and groups [N] are those
    of the photos in the folds together; the classes are taken to have the mean's area. Raises
    ValueError as `corrected_variance` does.
    """
    mean, variance = float(scores.mean()), corrected_variance(scores, ratio)
    area = np.array([min(max(mean, 0.0), 1.0)])
    least = score_interval_of_labels(area, labels, groups=groups, level=level)
    if degenerate(mean, variance):
        return least
    reach = t_quantile(level, len(scores) - 1)
    return hull(logit_interval(mean, math.sqrt(variance), reach), least)
