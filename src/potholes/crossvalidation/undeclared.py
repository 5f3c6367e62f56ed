"""What a head scores when look-alikes, groups that nobody declared, are held out together."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from potholes.crossvalidation.held_out import CrossValidation, crossvalidate
from potholes.crossvalidation.look_alikes import LookAlikes, find_look_alikes
from potholes.crossvalidation.tables import LookAlike, Undeclared
from potholes.features.tables import Features
from potholes.head.descent import Floats
from potholes.params import CrossvalidateParams, TrainParams
from potholes.statistics.folds import fewest_groups
from potholes.statistics.grouped_mean import grouped_mean
from potholes.statistics.groups import effective_number


def undeclared_groups(
    features: Features,
    train: TrainParams,
    params: CrossvalidateParams,
    result: CrossValidation,
    products: Floats | None,
    *,
    level: float,
) -> tuple[Undeclared, list[LookAlike]]:
    """Look for look-alikes; where there are any, cross-validate once more with them kept together.

    `result` is the cross-validation that knows only of declared groups. The test photos have no
    part in it, but are listed too, since a split must not part them from others. Raises ValueError
    as `crossvalidate` does.
    """
    found = find_look_alikes(features, ("train", "val"), seed=params.seed)
    scores = _Fall(None, None, None, None)
    if not found.found:
        return _told(found, found.declared, scores), []
    group = dict(zip(found.sample_ids, found.groups.tolist(), strict=True))
    groups = np.array([group[sample_id] for sample_id in result.sample_ids])
    classes = (result.labels == label for label in range(len(result.classes)))
    if fewest_groups(classes, groups) >= params.folds:
        rows = [
            replace(row, group_id=str(group[row.origin_id])) if row.origin_id in group else row
            for row in features.rows
        ]
        kept = crossvalidate(replace(features, rows=rows), train, params, products=products)
        scores = _fall(result, kept, groups, level)
    everywhere = find_look_alikes(features, ("train", "val", "test"), seed=params.seed, as_in=found)
    return _told(found, found.groups, scores), _listed(everywhere)


@dataclass(frozen=True)
class _Fall:
    """An accuracy, how far it lies below the ordinary one, and that difference's interval."""

    acc: float | None
    fall: float | None
    low: float | None
    high: float | None


def _fall(
    apart: CrossValidation, together: CrossValidation, groups: NDArray[np.int64], level: float
) -> _Fall:
    """Mean over photos of the difference of the hits, averaged over repeats, in groups [N]."""
    hits = [(one.logits.argmax(axis=2) == one.labels).mean(axis=0) for one in (apart, together)]
    difference = hits[0] - hits[1]
    limits = grouped_mean(difference, groups, level=level)
    return _Fall(float(hits[1].mean()), float(difference.mean()), limits.low, limits.high)


def _told(found: LookAlikes, groups: NDArray[np.int64], scores: _Fall) -> Undeclared:
    united = found.united
    return Undeclared(
        alike=found.alike,
        close=found.close,
        in_series=found.in_series,
        found=found.found,
        groups=len(np.unique(groups[united])),
        photos=int(united.sum()),
        effective_photos=effective_number(groups),
        acc=scores.acc,
        fall=scores.fall,
        fall_low=scores.low,
        fall_high=scores.high,
    )


def _listed(found: LookAlikes) -> list[LookAlike]:
    """The photos of groups that are more than a declared one."""
    first: dict[int, str] = {}
    for sample_id, group in sorted(zip(found.sample_ids, found.groups.tolist(), strict=True)):
        first.setdefault(group, sample_id)
    rows = [
        LookAlike(sample_id, first[group])
        for sample_id, group, united in zip(
            found.sample_ids, found.groups.tolist(), found.united.tolist(), strict=True
        )
        if united
    ]
    return sorted(rows, key=lambda row: (row.group_id, row.sample_id))
