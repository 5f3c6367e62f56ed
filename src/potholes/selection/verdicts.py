"""Which of several backbones are better than which, by their scores over the same folds."""

import math
from collections.abc import Mapping
from itertools import combinations
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from potholes.files.rows import as_written
from potholes.selection.holm import holm, holm_levels
from potholes.selection.tables import Verdict
from potholes.statistics.interval import Interval
from potholes.statistics.resampled import Paired, paired_difference
from potholes.statistics.student import t_quantile
from potholes.wording import plural

_POWER = 0.8


def verdicts(
    scores: Mapping[str, NDArray[np.float64]],
    photos: int,
    *,
    ratio: float,
    effective: float | None = None,
    level: float = 0.95,
    smallest: float = 0.01,
) -> list[Verdict]:
    """One verdict a pair of backbones, whose scores [J] are of the same J folds over `photos`.

    The corrected resampled t of the paired differences (`resampled`, ratio = tested over trained
    photos), adjusted by Holm over the pairs: a backbone is better only if its adjusted p is below
    1 - level, so that any false claim at all is made in at most that share of comparisons. The
    interval is of the level to which Holm holds this pair (`holm.holm_levels`), at least `level`.
    `effective` is the number of independent photos where they are grouped; `smallest` the
    difference for which a sentence says how many photos are needed to detect it. Raises
    ValueError for unequal or too few folds.
    """
    pairs = list(combinations(scores, 2))
    effective_n = photos if effective is None else effective
    paired = [paired_difference(scores[a], scores[b], effective_n, ratio=ratio) for a, b in pairs]
    p = np.array([as_written(one.p) for one in paired])  # as the file will say
    adjusted, levels = holm(p).tolist(), holm_levels(p, level).tolist()
    found = []
    for (a, b), one, q, own_level in zip(pairs, paired, adjusted, levels, strict=True):
        limits = one.interval(own_level)
        if q < 1 - level:
            better = a if one.difference > 0 else b
            sentence = _decided(better, b if better == a else a, one.difference, limits)
        else:
            better = None
            more = photos_to_detect(one, photos, smallest, level=own_level)
            sentence = _undecided(a, b, photos, more, smallest)
        verdict = Verdict(a, b, one.difference, limits.low, limits.high, q, better, sentence)
        found.append(verdict)
    return found


def photos_to_detect(paired: Paired, photos: int, smallest: float, *, level: float) -> int:
    """How many more photos than `photos` are needed to detect a true difference `smallest`; >= 0.

    At `level`, with a power of 0.8: the standard error must be smallest / (t + 0.84), t being the
    quantile of the interval; it falls with the square root of the number of photos.
    """
    assert smallest > 0, smallest
    reach = t_quantile(level, paired.freedom) + NormalDist().inv_cdf(_POWER)
    needed = photos * (paired.standard_error * reach / smallest) ** 2
    return max(0, math.ceil(needed - photos))


def _decided(better: str, other: str, difference: float, limits: Interval) -> str:
    low, high = sorted((abs(limits.low), abs(limits.high)))  # of one sign: it excludes 0
    return (
        f"{better} is significantly better than {other}, by {abs(difference):.3f} "
        f"({low:.3f} to {high:.3f})"
    )


def _undecided(a: str, b: str, photos: int, more: int, smallest: float) -> str:
    start = f"{a} and {b} are not significantly different on these {plural(photos, 'photo')}"
    if more == 0:
        return f"{start}; a true difference of {smallest:g} would probably have been detected"
    needed = f"about {_rounded(more):,} more {'photo' if more == 1 else 'photos'}"
    return f"{start}; detecting a difference of {smallest:g} needs {needed}"


def _rounded(count: int) -> int:
    """Two significant digits: 347 becomes 350."""
    return round(count, min(0, 2 - len(str(count))))
