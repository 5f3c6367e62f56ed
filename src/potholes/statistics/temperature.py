"""The temperature: what logits are divided by so that their probabilities mean what they say."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LOWEST, HIGHEST = 0.05, 20.0

_HALVINGS = 60  # of the range of log(1 / T)


def softmax(logits: NDArray[np.floating], temperature: float = 1.0) -> Floats:
    """Probabilities [..., C] of logits [..., C] / temperature."""
    scaled = logits.astype(np.float64) / temperature
    scaled -= scaled.max(axis=-1, keepdims=True)
    exponentials = np.exp(scaled)
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))


def fit_temperature(logits: NDArray[np.floating], labels: NDArray[np.int64]) -> float:
    """The T at which softmax(logits [N, C] / T) has the least mean cross-entropy with labels [N].

    Temperature scaling (Guo et al. 2017); give logits of photos that their head has not learned
    from. The loss is convex in 1 / T, so T is found by halving at the root of its slope, within
    LOWEST and HIGHEST. It is not so low either that the mean largest probability exceeds
    (N + 1) / (N + 2), Laplace's estimate after N hits in N trials: where every photo is on its
    right side the loss falls for ever as T does, but N photos cannot show more than that. Raises
    ValueError without a photo or where a logit is not finite.
    """
    if not len(labels):
        raise ValueError("a temperature needs out-of-fold photos: got none; add labelled photos")
    if not np.isfinite(logits).all():
        raise ValueError("a temperature needs finite logits; lower train.lr, a head has diverged")
    values = logits.astype(np.float64)
    own = float(values[np.arange(len(labels)), labels].mean())

    def slope(sharpness: float) -> float:
        return float((softmax(values, 1 / sharpness) * values).sum(axis=1).mean()) - own

    def excess(sharpness: float) -> float:
        doubt = 1 - softmax(values, 1 / sharpness).max(axis=1)
        return 1 / (len(labels) + 2) - float(doubt.mean())

    sharpest = _rising_root(excess, 1 / HIGHEST, 1 / LOWEST)
    return 1 / _rising_root(slope, 1 / HIGHEST, sharpest)


def _rising_root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function crosses 0 between low and high; the nearer end if it does not."""
    if function(high) <= 0:
        return high
    if function(low) >= 0:
        return low
    for _ in range(_HALVINGS):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return float(np.sqrt(low * high))
