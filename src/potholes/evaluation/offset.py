"""The offset: by how much out-of-fold log-odds are too high or too low, and how sure that is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from potholes.evaluation.temperature import HIGHEST, LOWEST, rising_root
from potholes.statistics.groups import effective_number

Floats = NDArray[np.float64]

_FARTHEST = 50.0  # shifts are looked for within +- this
_HALVINGS = 50


@dataclass(frozen=True)
class Offset:
    """log-odds * slope + shift are calibrated; `evidence` is that for the shift."""

    slope: float
    shift: float
    evidence: float  # 2 x the gain in log-likelihood over no shift; chi-squared, 1 degree, if none


def fit_offset(
    log_odds: Floats,
    positive: NDArray[np.bool_],
    *,
    temperature: float = 1.0,
    groups: NDArray[np.int64] | None = None,
) -> Offset:
    """Of out-of-fold log_odds [R, N] of R repeats, of being positive [N], as they were trained.

    Platt's (1999) recalibration of single heads: all repeats are fitted at once, as if one photo
    were drawn from a repeat at random. Where a temperature is called for, slope and shift are
    fitted together; where it was left at 1, the shift alone. The likelihood counts every photo
    once, whatever the number of repeats, and groups [N] as their effective number. Raises
    ValueError unless both classes have a photo.
    """
    if positive.all() or not positive.any():
        raise ValueError("a threshold needs out-of-fold photos of both classes; add labelled ones")
    effective_n = float(len(positive)) if groups is None else effective_number(groups)
    slope = 1 / temperature if temperature == 1 else _slope(log_odds, positive)
    shift = _shift(log_odds * slope, positive)
    without = _loss(log_odds / temperature, positive)
    gain = without - _loss(log_odds * slope + shift, positive)
    return Offset(slope, shift, max(0.0, 2 * effective_n * gain))


def _slope(log_odds: Floats, positive: NDArray[np.bool_]) -> float:
    """The likeliest slope together with the shift that is the likeliest with it."""
    own = float((log_odds * positive).mean())

    def excess(slope: float) -> float:
        scaled = log_odds * slope
        said = _logistic(scaled + _shift(scaled, positive))
        return float((said * log_odds).mean()) - own

    return rising_root(excess, 1 / HIGHEST, 1 / LOWEST)


def _shift(log_odds: Floats, positive: NDArray[np.bool_]) -> float:
    """The likeliest shift: with it the mean probability is the share of positive photos."""
    share = float(positive.mean())
    low, high = -_FARTHEST, _FARTHEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if float(_logistic(log_odds + middle).mean()) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _loss(log_odds: Floats, positive: NDArray[np.bool_]) -> float:
    """Mean cross-entropy, nats."""
    return float((np.logaddexp(0, log_odds) - positive * log_odds).mean())


def _logistic(log_odds: Floats) -> Floats:
    return np.asarray((1 + np.tanh(log_odds / 2)) / 2)
