"""Whether out-of-fold photos contradict the probabilities of single heads, and what would not."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from potholes.evaluation.temperature import HIGHEST, LOWEST, rising_root
from potholes.statistics.groups import effective_number
from potholes.statistics.interval import normal_quantile

Floats = NDArray[np.float64]

_FARTHEST = 50.0  # shifts are looked for within +- this
_STEPS = 60
_CLOSE = 1e-10
_BOTH = 5  # the test of slope and shift together has this fraction of the error that is allowed


@dataclass(frozen=True)
class Recalibration:
    """log-odds * slope + shift are calibrated (Platt 1999).

    `contradicted` is how many times as large as its limit the evidence against the delivered
    probabilities is: above 1, they are wrong at the level in question.
    """

    slope: float
    shift: float
    contradicted: float


def recalibrate(
    log_odds: Floats,
    positive: NDArray[np.bool_],
    *,
    temperature: float = 1.0,
    groups: NDArray[np.int64] | None = None,
    level: float = 0.95,
) -> Recalibration:
    """Of out-of-fold log_odds [R, N] of R repeats, of being positive [N], as they were trained.

    All repeats are fitted at once, since one head is delivered and not the mean of several. The
    evidence is twice the gain in log-likelihood over log_odds / `temperature`. Where that was
    fitted, slope and shift are. Where it was left at 1, a shift alone is tested at `level`, and
    both together at a fifth of the error, for heads whose two faults hide each other; the slope
    is then used only if it adds evidence of its own. A photo counts once, whatever the number of
    repeats, and groups [N] as their effective number, so that the tests are on the safe side.
    Raises ValueError unless both classes have a photo.
    """
    if positive.all() or not positive.any():
        raise ValueError("a threshold needs out-of-fold photos of both classes; add labelled ones")
    effective_n = float(len(positive)) if groups is None else effective_number(groups)
    delivered = _loss(log_odds / temperature, positive)

    def fit(slope: float) -> tuple[float, float]:
        shift = _shift(log_odds * slope, positive)
        gain = delivered - _loss(log_odds * slope + shift, positive)
        return shift, 2 * effective_n * gain

    slope = _slope(log_odds, positive)
    shift, evidence = fit(slope)
    limit = normal_quantile(level) ** 2  # chi-squared, 1 degree of freedom
    if temperature != 1:
        return Recalibration(slope, shift, evidence / limit)
    alone, of_alone = fit(1.0)
    limit_of_both = -2 * math.log((1 - level) / _BOTH)  # 2 degrees of freedom
    contradicted = max(of_alone / limit, evidence / limit_of_both)
    if evidence - of_alone > limit:
        return Recalibration(slope, shift, contradicted)
    return Recalibration(1.0, alone, contradicted)


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
    low, high, shift = -_FARTHEST, _FARTHEST, 0.0
    for _ in range(_STEPS):
        said = _logistic(log_odds + shift)
        excess, spread = float(said.mean()) - share, float((said * (1 - said)).mean())
        low, high = (shift, high) if excess < 0 else (low, shift)
        step = excess / spread if spread > 0 else math.inf
        # Newton's step, or half-way where that leaves the bracket
        last, shift = shift, shift - step if low < shift - step < high else (low + high) / 2
        if abs(shift - last) < _CLOSE:
            break
    return shift


def _loss(log_odds: Floats, positive: NDArray[np.bool_]) -> float:
    """Mean cross-entropy, nats."""
    return float((np.logaddexp(0, log_odds) - positive * log_odds).mean())


def _logistic(log_odds: Floats) -> Floats:
    return np.asarray((1 + np.tanh(log_odds / 2)) / 2)
