"""The ROC curve of the test photos, each point with the rectangle in which the true one lies.

The false positive rate is a share of the negative photos and the true positive rate one of the
positive photos. No photo is in both, so the two are independent, and an interval each at the square
root of the level holds for both together at the level (Campbell 1994, "Advances in statistical
methodology for the evaluation of diagnostic and laboratory tests", Statistics in Medicine 13). That
is said of each threshold by itself, not of the whole curve at once.
"""

import math

import numpy as np
from numpy.typing import NDArray

from potholes.evaluation.metrics import Scored, thresholds
from potholes.evaluation.tables import RocPoint
from potholes.statistics.binomial import wilson
from potholes.statistics.groups import effective_number

Floats = NDArray[np.float64]


def roc(
    scored: Scored, classes: list[str], groups: NDArray[np.int64], *, level: float
) -> list[RocPoint]:
    """The corners of the positive class's curve; of each class against the rest if C > 2.

    Limits are Wilson's with continuity correction, as the accuracy's, and count photos in groups
    [N] as effective numbers. Raises ValueError where a class has no photo.
    """
    points = []
    for index in [1] if scored.classes == 2 else range(scored.classes):
        positive = scored.truth == index
        false_rates, true_rates, falling = _corners(positive, scored.probabilities[:, index])
        negatives, positives = (effective_number(groups[own]) for own in (~positive, positive))
        for alarms, found, threshold in zip(false_rates, true_rates, falling, strict=True):
            limit = float(threshold) if np.isfinite(threshold) else None
            points.append(
                RocPoint(
                    classes[index],
                    limit,
                    *_with_limits(float(alarms), negatives, level),
                    *_with_limits(float(found), positives, level),
                )
            )
    return points


def _with_limits(share: float, n: float, level: float) -> tuple[float, float, float]:
    limits = wilson(share, n, level=math.sqrt(level), corrected=True)
    return share, limits.low, limits.high


def _corners(positive: NDArray[np.bool_], scores: Floats) -> tuple[Floats, Floats, Floats]:
    """False and true positive rates at falling thresholds, points on a straight line left out."""
    called, found, falling = thresholds(positive, scores)
    alarms = called - found
    turns = (np.diff(found, 2) != 0) | (np.diff(alarms, 2) != 0)
    corner = np.concatenate([[True], turns, [True]])[: len(called)]
    rates = [np.append(0, counts[corner]) / counts[-1] for counts in (alarms, found)]
    return rates[0], rates[1], np.append(np.inf, falling[corner])
