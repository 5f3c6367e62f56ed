"""Difference of two backbones' cross-validated accuracies, from what each was right about.

R repeats of K folds test every photo R times. Three things make the mean difference vary:

- The photos. Their part is the variance of a photo's difference, averaged over the repeats.
- The training sets. Nadeau & Bengio (2003), "Inference for the generalization error", Machine
  Learning 52, show that cross-validation has no unbiased estimate of this part. Here it is a share
  of the variance of a single repeat, which is large where heads of other folds judge otherwise.
- Few photos that tell the backbones apart. One photo more that does, as Agresti & Min (2005),
  "Simple improved confidence intervals for comparing matched proportions", Statistics in Medicine
  24, add for two shares of the same photos, covers it.

The share was chosen by simulation: docs/decisions/0017-verdicts-by-photo.md.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from potholes.statistics.groups import effective_number
from potholes.statistics.interval import Interval, normal_quantile
from potholes.statistics.student import t_quantile, two_sided_p

# Share of a single repeat's variance; with five repeats 0.35 for 400 photos, 0.5 for 100
_TRAINING = 0.25  # and as much again over the repeats
_FEW = 20  # photos over which it grows where there are few
_POWER = 0.8


@dataclass(frozen=True)
class Paired:
    """The first accuracy minus the second over N photos, and how sure it is."""

    difference: float
    standard_error: float
    freedom: int  # of Student's t
    photos: int  # N
    informative: float  # groups that tell the two apart, as equal ones; 1 is added

    @property
    def p(self) -> float:
        """Two-sided."""
        return two_sided_p(self.difference / self.standard_error, self.freedom)

    def interval(self, level: float) -> Interval:
        """Of the difference; it excludes 0 exactly where p < 1 - level."""
        reach = t_quantile(level, self.freedom) * self.standard_error
        return Interval(self.difference - reach, self.difference + reach)

    def detectable(self, level: float) -> float:
        """The true difference that is found at `level` with a power of 0.8."""
        reach = t_quantile(level, self.freedom) + NormalDist().inv_cdf(_POWER)
        return reach * self.standard_error

    def photos_to_detect(self, difference: float, level: float) -> Interval:
        """Between how many photos in all a true `difference` > 0 needs to be detectable at `level`.

        The standard error is taken to fall with the square root of their number. The limits, of
        `level` too, are those of the variance over the groups: the logarithm of a sum of squares
        has a variance of about 1 over the number of equal ones that it is worth (delta method).
        """
        assert difference > 0, difference
        needed = self.photos * (self.detectable(level) / difference) ** 2
        factor = math.exp(normal_quantile(level) / math.sqrt(self.informative))
        return Interval(needed / factor, needed * factor)


def paired(
    first: NDArray[np.bool_], second: NDArray[np.bool_], groups: NDArray[np.int64]
) -> Paired:
    """From whether two backbones were right [R, N] about N photos, each in R repeats.

    Photos of a group [N] count together: with k groups, as equal ones (`effective_number`), the
    freedom of Student's t is k - 1. Heads that learn from few photos, or from few groups, vary
    more, and so does what few repeats say: the share of the training sets is
    (0.25 + 0.25 / R + 20 / N) (2 - k / N). Raises ValueError for unlike shapes or fewer than two
    groups.
    """
    if first.shape != second.shape or first.shape[1:] != groups.shape:
        shapes = f"{first.shape}, {second.shape} and {groups.shape}"
        raise ValueError(f"got {shapes}, expected [repeats, photos] twice and [photos]")
    repeats, photos = first.shape
    _, member, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(sizes) < 2:
        raise ValueError(f"groups: got {len(sizes)}, expected 2 or more")
    count = effective_number(groups)
    # whole numbers, which float64 adds up exactly in any order: the same bits on every processor
    differences = first.astype(np.float64) - second
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    sums = np.add.reduceat(differences[:, np.argsort(member, kind="stable")], starts, axis=1)
    total = sums.sum(axis=0)
    averaged = _spread(total, sizes) / repeats**2
    single = sum(_spread(row, sizes) for row in sums) / repeats
    share = (_TRAINING * (1 + 1 / repeats) + _FEW / photos) * (2 - count / photos)
    variance = (averaged + share * single) * count / (count - 1) + 1 / photos**2
    squares, fourths = float((total**2).sum()), float((total**4).sum())
    return Paired(
        difference=float(total.sum()) / (repeats * photos),
        standard_error=math.sqrt(variance),
        freedom=max(1, math.floor(count + 1e-9) - 1),
        photos=photos,
        informative=(squares**2 / fourths if fourths else 0.0) + 1,
    )


def _spread(sums: NDArray[np.float64], sizes: NDArray[np.int64]) -> float:
    """Variance of the mean over all photos, whose groups [G] of `sizes` have these sums."""
    photos = int(sizes.sum())
    residuals = photos * sums - sums.sum() * sizes  # photos times what a group has over its share
    return float((residuals**2).sum()) / photos**4
