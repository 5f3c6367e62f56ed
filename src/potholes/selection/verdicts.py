"""Which of several backbones are better than which, by what each was right about."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from potholes.files.rows import as_written
from potholes.selection.holm import holm, holm_levels
from potholes.selection.tables import Verdict
from potholes.statistics.interval import Interval
from potholes.statistics.paired import Paired, paired
from potholes.wording import plural, with_limits


@dataclass(frozen=True)
class Plan:
    """For which difference the photos to label are counted, and where they go."""

    difference: float  # in accuracy, above 0
    pool: float  # share of newly labelled photos that are for train and val


@dataclass(frozen=True)
class _ToLabel:
    """Between how many more photos, those for test included, a true difference needs."""

    difference: float
    low: int
    high: int


def verdicts(
    right: Mapping[str, NDArray[np.bool_]],
    groups: NDArray[np.int64],
    plan: Plan,
    *,
    level: float,
) -> list[Verdict]:
    """One verdict a pair of backbones, each right or not [R, N] in R repeats about the N photos.

    The paired test of `statistics.paired`, photos of a group [N] together, adjusted by Holm over
    the pairs: a backbone is better only if its adjusted p is below 1 - level, so that any false
    claim at all is made in at most that share of comparisons. The interval, and what can be
    detected, is of the level to which Holm holds this pair (`holm.holm_levels`), at least `level`.
    Raises ValueError as `paired` does.
    """
    pairs = list(combinations(right, 2))
    found = [paired(right[a], right[b], groups) for a, b in pairs]
    p = np.array([as_written(one.p) for one in found])  # as the file will say
    adjusted, levels = holm(p).tolist(), holm_levels(p, level).tolist()
    return [
        _verdict(a, b, one, plan, q=q, level=own, alpha=1 - level)
        for (a, b), one, q, own in zip(pairs, found, adjusted, levels, strict=True)
    ]


def _verdict(
    a: str, b: str, one: Paired, plan: Plan, *, q: float, level: float, alpha: float
) -> Verdict:
    limits = one.interval(level)
    wanted = _to_label(one, plan.difference, plan.pool, level)
    observed, better = None, None
    if q < alpha:
        better = a if one.difference > 0 else b
        sentence = _decided(better, b if better == a else a, one.difference, limits)
    else:
        if one.difference != 0:
            observed = _to_label(one, abs(one.difference), plan.pool, level)
        sentence = _undecided(a, b, one, limits, one.detectable(level), wanted, observed)
    return Verdict(
        a=a,
        b=b,
        difference=one.difference,
        low=limits.low,
        high=limits.high,
        p=q,
        better=better,
        detectable=one.detectable(level),
        photos_low=wanted.low,
        photos_high=wanted.high,
        observed_photos_low=observed.low if observed else None,
        observed_photos_high=observed.high if observed else None,
        sentence=sentence,
    )


def _to_label(one: Paired, difference: float, pool: float, level: float) -> _ToLabel:
    needed = one.photos_to_detect(difference, level)
    low, high = (
        _rounded(max(0, math.ceil(as_written((limit - one.photos) / pool))))
        for limit in (needed.low, needed.high)
    )
    return _ToLabel(difference, low, high)


def _decided(better: str, other: str, difference: float, limits: Interval) -> str:
    low, high = sorted((abs(limits.low), abs(limits.high)))  # of one sign: it excludes 0
    return (
        f"{better} is significantly better than {other}, by {abs(difference):.3f} "
        f"({low:.3f} to {high:.3f})"
    )


def _undecided(
    a: str,
    b: str,
    one: Paired,
    limits: Interval,
    detectable: float,
    wanted: _ToLabel,
    observed: _ToLabel | None,
) -> str:
    numbers = with_limits(one.difference, limits.low, limits.high)
    start = f"{a} and {b} are not significantly different: {numbers}"
    can = f"{plural(one.photos, 'photo')} can show differences of about {detectable:.2g} or more"
    if wanted.high == 0:
        return f"{start}; {can}"
    more = f"for {wanted.difference:g}, label {_range(wanted)} more photos"
    if observed and observed.difference > wanted.difference:
        more += f"; for the observed {observed.difference:.3f}, {_range(observed)}"
    return f"{start}; these {can}; {more}"


def _range(photos: _ToLabel) -> str:
    if photos.low == 0:
        return f"up to {photos.high:,}"
    return f"roughly {photos.low:,} to {photos.high:,}"


def _rounded(count: int) -> int:
    """Two significant digits: 347 becomes 350."""
    return round(count, min(0, 2 - len(str(count))))
