"""The temperature: what logits are divided by so that their probabilities mean what they say."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from potholes.probabilities import softmax
from potholes.statistics.groups import effective_number
from potholes.statistics.interval import normal_quantile

Floats = NDArray[np.float64]

LOWEST, HIGHEST = 0.05, 20.0

_HALVINGS = 45  # of the range of log(1 / T)


@dataclass(frozen=True)
class Temperature:
    """What to divide logits by, and the estimate behind it."""

    value: float  # `fitted`, or 1 where that is between low and high
    fitted: float
    low: float
    high: float


def choose_temperature(
    logits: NDArray[np.floating],
    labels: NDArray[np.int64],
    *,
    groups: NDArray[np.int64] | None = None,
    level: float = 0.95,
) -> Temperature:
    """The fitted temperature where out-of-fold logits [R, N, C] call for one, else 1.

    labels [N] are the same in all R repeats. The interval holds every T whose mean cross-entropy
    is so little above the least that twice N times the difference stays below the squared normal
    quantile (profile likelihood); groups [N] count as their effective number. The repeats of a
    photo count as one photo, which is on the safe side: at 95 %, T leaves 1 in 1 to 4 % of the
    simulations in which the probabilities are right (`benchmarks.thresholds`). A T that could as
    well be 1 is left at 1, since it would be noise: of 20 splits of 496 photos, resnet18's were
    1.08 (0.87 to 1.16), none of them sure, and applying them made the calibration error on the
    test photos larger in 17. Raises ValueError as `fit_temperature` does.
    """
    fitted = fit_temperature(logits, labels)
    effective_n = float(len(labels)) if groups is None else effective_number(groups)
    reach = normal_quantile(level) ** 2 / (2 * effective_n)
    least = _loss(logits, labels, fitted)

    def above(sharpness: float) -> float:
        return _loss(logits, labels, 1 / sharpness) - least - reach

    high = 1 / rising_root(lambda sharpness: -above(sharpness), 1 / HIGHEST, 1 / fitted)
    low = 1 / rising_root(above, 1 / fitted, 1 / LOWEST)
    return Temperature(1.0 if low <= 1 <= high else fitted, fitted, low, high)


def fit_temperature(logits: NDArray[np.floating], labels: NDArray[np.int64]) -> float:
    """The T at which softmax(logits / T) has the least mean cross-entropy with labels [N].

    Temperature scaling (Guo et al. 2017) of logits [N, C], or [R, N, C] of R repeats, of photos
    that their head has not learned from. The loss is convex in 1 / T, so T is found by halving at
    the root of its slope, within LOWEST and HIGHEST. It is not so low either that the mean largest
    probability exceeds (N + 1) / (N + 2), Laplace's estimate after N hits in N trials: where every
    photo is on its right side the loss falls for ever as T does, but N photos cannot show more
    than that. Raises ValueError without a photo or where a logit is not finite.
    """
    if not len(labels):
        raise ValueError("a temperature needs out-of-fold photos, got none; add labelled photos")
    if not np.isfinite(logits).all():
        raise ValueError("a temperature needs finite logits: a head has diverged; lower train.lr")
    values = logits.astype(np.float64)
    own = float(_own(values, labels).mean())

    def slope(sharpness: float) -> float:
        return float((softmax(values, 1 / sharpness) * values).sum(axis=-1).mean()) - own

    def excess(sharpness: float) -> float:
        doubt = 1 - softmax(values, 1 / sharpness).max(axis=-1)
        return 1 / (len(labels) + 2) - float(doubt.mean())

    sharpest = rising_root(excess, 1 / HIGHEST, 1 / LOWEST)
    return 1 / rising_root(slope, 1 / HIGHEST, sharpest)


def _own(values: Floats, labels: NDArray[np.int64]) -> Floats:
    """Of values [..., N, C], those of the labels [N]: [..., N]."""
    return np.asarray(values[..., np.arange(len(labels)), labels])


def _loss(logits: NDArray[np.floating], labels: NDArray[np.int64], temperature: float) -> float:
    """Mean cross-entropy, nats."""
    scaled = logits.astype(np.float64) / temperature
    top = scaled.max(axis=-1, keepdims=True)
    total = np.log(np.exp(scaled - top).sum(axis=-1)) + top[..., 0]
    return float((total - _own(scaled, labels)).mean())


def rising_root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function crosses 0 between low and high; the nearer end if it does not."""
    if function(high) <= 0:
        return high
    if function(low) >= 0:
        return low
    for _ in range(_HALVINGS):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return float(np.sqrt(low * high))
