"""Areas under ROC curves with their covariance, and the difference of two on the same photos.

DeLong, DeLong & Clarke-Pearson (1988), "Comparing the areas under two or more correlated receiver
operating characteristic curves: a nonparametric approach", Biometrics 44.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from potholes.probabilities import auc
from potholes.statistics.groups import effective_or_count
from potholes.statistics.interval import interval_of_difference, normal_quantile
from potholes.statistics.newcombe import score_interval_of_labels

Floats = NDArray[np.float64]
Scores = NDArray[np.floating]


@dataclass(frozen=True)
class Placements:
    """The structural components of K score vectors: their means over photos are the areas."""

    positive: Floats  # [K, P]: the share of negative photos that a positive one outranks
    negative: Floats  # [K, M]: the share of positive photos that outrank a negative one


@dataclass(frozen=True)
class Areas:
    """Areas [K] of K score vectors on the same photos, and their covariance [K, K]."""

    areas: Floats
    covariance: Floats


@dataclass(frozen=True)
class MacroAreas(Areas):
    """Means [K] of the areas of C classes, their covariance [K, K], and these areas [K, C]."""

    of_classes: Floats


@dataclass(frozen=True)
class AucDifference:
    """The first area minus the second, with its interval."""

    difference: float
    low: float
    high: float


def placements(positive: NDArray[np.bool_], scores: Scores) -> Placements:
    """The components of scores [K, N] against positive [N]; ties count half.

    Raises ValueError unless both classes have a photo and every score is a number.
    """
    _check(positive, scores)
    above, below = scores[:, positive], scores[:, ~positive]
    return Placements(
        positive=np.array([_below(a, b) for a, b in zip(above, below, strict=True)]),
        negative=np.array([1 - _below(b, a) for a, b in zip(above, below, strict=True)]),
    )


def delong(
    positive: NDArray[np.bool_], scores: Scores, *, groups: NDArray[np.int64] | None = None
) -> Areas:
    """Areas and covariance of scores [K, N] against positive [N].

    With groups [N] the photos of either class count as their effective number
    (`groups.effective_number`). The covariance is infinite where that is 1. Raises ValueError as
    `placements` does.
    """
    parts = placements(positive, scores)
    covariance = mean_covariance(parts.positive, effective_or_count(groups, positive))
    covariance = covariance + mean_covariance(parts.negative, effective_or_count(groups, ~positive))
    return Areas(auc(positive, scores), covariance)


def macro_delong(
    labels: NDArray[np.int64],
    probabilities: Scores,
    *,
    groups: NDArray[np.int64] | None = None,
) -> MacroAreas:
    """One-vs-rest areas of probabilities [K, N, C] against labels [N] (0 to C - 1), their means
    and the means' covariance.

    A photo has a part in the area of its own class as a positive and in every other as a negative;
    the sum of its parts is its component, and the covariance is that of the components within each
    true class, which takes the correlation of the areas into account. With two classes it is
    DeLong's. Raises ValueError as `placements` does.
    """
    heads, photos, classes = probabilities.shape
    areas, parts = np.empty((heads, classes)), np.zeros((heads, photos))
    for c in range(classes):
        own = labels == c
        placed = placements(own, probabilities[:, :, c])
        areas[:, c] = auc(own, probabilities[:, :, c])
        parts[:, own] += placed.positive / own.sum()
        parts[:, ~own] += placed.negative / (~own).sum()
    covariance = np.zeros((heads, heads))
    for c in range(classes):
        own = labels == c
        scaled = parts[:, own] * own.sum() / classes
        covariance = covariance + mean_covariance(scaled, effective_or_count(groups, own))
    return MacroAreas(areas.mean(axis=1), covariance, areas)


def auc_difference(
    positive: NDArray[np.bool_],
    first: Scores,
    second: Scores,
    *,
    groups: NDArray[np.int64] | None = None,
    level: float = 0.95,
) -> AucDifference:
    """Area of scores `first` [N] minus that of `second` [N] on the same photos, by DeLong.

    It compares these two score vectors; what another training of the same two backbones would
    give varies more. Where the variance is 0 or infinite (both areas 1, equal rankings, one photo
    of a class), the interval is Newcombe's square-and-add of both areas' own limits
    (`score_interval_of_labels`), as if the scores were independent, so it is too wide rather than
    too narrow. Raises ValueError as `placements` does.
    """
    result = delong(positive, np.stack([first, second]), groups=groups)
    own = result.areas[:, None], positive.astype(np.int64)
    return _difference(result, *own, groups=groups, level=level)


def macro_auc_difference(
    labels: NDArray[np.int64],
    first: Scores,
    second: Scores,
    *,
    groups: NDArray[np.int64] | None = None,
    level: float = 0.95,
) -> AucDifference:
    """Macro AUC of probabilities `first` [N, C] minus that of `second` [N, C] on the same photos.

    With two classes `auc_difference` of the second's; with more the same by `macro_delong`. Raises
    ValueError as `placements` does.
    """
    if first.shape[1] == 2:
        scores = first[:, 1], second[:, 1]
        return auc_difference(labels == 1, *scores, groups=groups, level=level)
    result = macro_delong(labels, np.stack([first, second]), groups=groups)
    return _difference(result, result.of_classes, labels, groups=groups, level=level)


def mean_covariance(values: Floats, n: float) -> Floats:
    """Covariance [K, K] of the means of values [K, N] over photos that count as n independent ones.

    The mean square deviation over n - 1: with n = N the usual unbiased estimate over N; with
    fewer also unbiased, if photos count as fewer because groups are fully correlated. Infinite
    for n = 1.
    """
    centred = values - values.mean(axis=1, keepdims=True)
    if n <= 1:
        return np.full((len(values), len(values)), np.inf)
    return np.asarray(centred @ centred.T / values.shape[1] / (n - 1))


def _check(positive: NDArray[np.bool_], scores: Scores) -> None:
    """Raise ValueError where scores [..., N] against positive [N] have no area."""
    if positive.all() or not positive.any():
        missing = "negative" if positive.any() else "positive"
        raise ValueError(f"AUC needs photos of both classes; no photo is {missing}")
    if not np.isfinite(scores).all():
        raise ValueError("AUC needs finite scores; some are NaN or infinite")


def _below(values: Scores, others: Scores) -> Floats:
    """For each of `values` the share of `others` that are smaller, ties half."""
    order = np.sort(others)
    smaller = np.searchsorted(order, values) + np.searchsorted(order, values, side="right")
    return np.asarray(smaller / (2 * len(others)))


def _difference(
    result: Areas,
    of_classes: Floats,
    labels: NDArray[np.int64],
    *,
    groups: NDArray[np.int64] | None,
    level: float,
) -> AucDifference:
    a, b = map(float, result.areas)
    (aa, ab), (_, bb) = result.covariance.tolist()
    variance = aa + bb - 2 * ab  # NaN where infinite
    if variance > 1e-15:  # below is rounding: components are multiples of 1 / photos
        reach = normal_quantile(level) * math.sqrt(variance)
        return AucDifference(a - b, max(-1.0, a - b - reach), min(1.0, a - b + reach))
    one, other = (
        score_interval_of_labels(areas, labels, groups=groups, level=level) for areas in of_classes
    )
    limits = interval_of_difference(a, b, one, other)
    return AucDifference(a - b, limits.low, limits.high)
