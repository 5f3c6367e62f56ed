"""Are photos of one group in training and in test or validation at once?"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from potholes.audit.tables import Alarm
from potholes.statistics.resampled import corrected_variance
from potholes.statistics.student import t_quantile
from potholes.wording import plural

_NAMED = 3  # groups that the evidence names

_ADVICE = "keep photos of one group together: name them in photos.csv, then run `dvc repro`"


def parted_groups(groups: Sequence[str], parts: Sequence[str], *, what: str) -> Alarm | None:
    """An alarm where photos of one group [N] are in several parts [N]; `what`: split or fold.

    This should never happen, since splits and folds are drawn by group. Photos in no part (an
    empty text) are ignored.
    """
    seen: dict[str, set[str]] = {}
    for group, part in zip(groups, parts, strict=True):
        if part:
            seen.setdefault(group, set()).add(part)
    parted = sorted(group for group, found in seen.items() if len(found) > 1)
    if not parted:
        return None
    named = ", ".join(parted[:_NAMED]) + (", …" if len(parted) > _NAMED else "")
    evidence = f"photos of {plural(len(parted), 'group')} are in more than one {what}: {named}"
    return Alarm("leak", evidence, _ADVICE)


def ungrouped_gain(
    grouped: NDArray[np.float64],
    ungrouped: NDArray[np.float64],
    *,
    ratio: float,
    level: float = 0.95,
) -> Alarm | None:
    """An alarm where AUCs [J] over folds that part groups are better than those that do not [J].

    Better by more than noise: the interval of the difference of the means, of Nadeau and Bengio's
    corrected variances of both (ratio as in `resampled`), is above 0. Both kinds of folds have the
    same photos, so their common noise counts twice and the alarm is slow rather than wrong. Raises
    ValueError as `corrected_variance` does.
    """
    difference = float(ungrouped.mean() - grouped.mean())
    variance = corrected_variance(grouped, ratio) + corrected_variance(ungrouped, ratio)
    freedom = min(len(grouped), len(ungrouped)) - 1
    reach = t_quantile(level, freedom) * math.sqrt(variance)
    if difference - reach <= 0:
        return None
    evidence = (
        f"cross-validated AUC is {ungrouped.mean():.3f} when photos of one group are in several "
        f"folds, and {grouped.mean():.3f} when groups are kept together: a difference of "
        f"{difference:.3f} ({difference - reach:.3f} to {difference + reach:.3f})"
    )
    advice = (
        "photos of one group are more alike than new photos will be; use only the grouped scores, "
        "and name the group (drive, road) of every photo in photos.csv"
    )
    return Alarm("leak", evidence, advice)
