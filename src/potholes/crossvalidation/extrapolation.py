"""How much more a head would score with twice the labels: an extrapolated learning curve."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from potholes.files.rows import as_written
from potholes.statistics.resampled import corrected_variance
from potholes.statistics.student import t_quantile

_POWERS = (0.5, 1.0)
_NOISE = 12  # decimals of a score behind which there is only rounding


@dataclass(frozen=True)
class Gain:
    """How much `more` labelled photos, twice as many in all, would add to a mean score, 0 to 1."""

    more: int
    gain: float
    low: float
    high: float

    @property
    def sentence(self) -> str:
        """`400 more photos: about +0.8 percentage points (0.2 to 1.5), extrapolated`."""
        low, high = (f"{_zeroless(100 * value):.1f}" for value in (self.low, self.high))
        gain = f"{_zeroless(100 * self.gain):+.1f}"
        gained = f"about {gain} percentage points ({low} to {high}), extrapolated"
        return f"{self.more:,} more photos: {gained}"


def extrapolated_gain(
    sizes: NDArray[np.floating],
    scores: NDArray[np.float64],
    photos: int,
    *,
    ratio: float,
    level: float = 0.95,
) -> Gain:
    """Of scores [J, S] of J folds' heads at S sizes [S] (labelled photos), for 2 x `photos`.

    Least squares of score = limit - cost / size^power in every fold. By theory the power is 1 for
    a linear head, once the photos are more than the directions it has to learn; curves of real
    features fall more slowly. A few sizes do not show which it is, so the gain is the mean of those
    for the powers 1/2 and 1, and the interval reaches over both. Either gain is linear in the
    scores, so that its interval is the corrected resampled t's (`resampled.corrected_variance`,
    ratio = tested over trained photos). Raises ValueError for fewer than two sizes and as
    `corrected_variance` does.
    """
    if len(np.unique(sizes)) < 2:
        raise ValueError(f"sizes: got {sizes.tolist()}, expected two different ones or more")
    laws = []
    for power in _POWERS:
        lack = np.asarray(sizes, dtype=np.float64) ** -power
        centred = lack - lack.mean()
        # no matrix product: a level curve would gain by whatever its kernel leaves of 0
        slopes = (scores * centred).sum(axis=1) / (centred**2).sum()
        gains = -slopes * (photos**-power - (2 * photos) ** -power)
        reach = t_quantile(level, len(gains) - 1) * math.sqrt(corrected_variance(gains, ratio))
        laws.append((gains.mean(), gains.mean() - reach, gains.mean() + reach))
    gain, low, high = np.array(laws).T
    ends = (gain.mean(), low.min(), high.max())
    return Gain(photos, *(as_written(round(float(value), _NOISE) + 0.0) for value in ends))


def _zeroless(value: float) -> float:
    """Rounded to a tenth, without a minus before zero."""
    return round(value, 1) + 0.0
