"""Scores against the number of labelled photos: would labelling more of them pay?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from potholes.crossvalidation import (
    CrossvalidateParams,
    Folds,
    Pool,
    draw_folds,
    fit_together,
    photo_task,
    pool_of,
    score,
)
from potholes.params import TrainParams
from potholes.statistics.doubling import Gain, doubling_gain
from potholes.statistics.groups import effective_number
from potholes.statistics.resampled import cross_validated_accuracy, cross_validated_auc
from potholes.tables.features import Features
from potholes.tables.learning_curve import CurvePoint

SIZES = 8
_SMALLEST = 1 / 8  # of what a fold may learn from
_REPEATS = 2  # every size trains repeats x folds heads


@dataclass(frozen=True)
class LearningCurve:
    """Points by rising number of photos, and what doubling all labelled photos would add."""

    points: list[CurvePoint]
    acc_gain: Gain
    auc_gain: Gain | None  # None where a fold holds out no photo of some class


def learning_curve(
    features: Features, train: TrainParams, params: CrossvalidateParams
) -> LearningCurve:
    """Scores at SIZES sizes of the training part of each fold, all on the fold's held-out photos.

    A fold's sizes are nested, keep groups whole and the classes' shares, and of each an eighth
    chooses the epoch. The heads of one size are trained together and those of different sizes
    apart, because a smaller set is trained in fewer steps. Raises ValueError as `crossvalidate`.
    """
    pool = pool_of(features)
    few = params.model_copy(update={"repeats": min(params.repeats, _REPEATS)})
    folds = draw_folds(np.array(features.classes)[pool.labels], pool.groups, few)
    sizes, accs, aucs = [], [], []
    for share in np.geomspace(_SMALLEST, 1, SIZES):
        kept = _kept(pool, folds, float(share), params.seed)
        sizes.append(kept.sum(axis=1).mean())
        scores = _scores(features, pool, folds, kept, train)
        accs.append(scores[0])
        aucs.append(scores[1])
    ratio = 1 / (params.folds - 1)
    acc, auc = np.array(accs), np.array(aucs)  # [S, J]
    points = [_point(pool, *row, ratio=ratio) for row in zip(sizes, acc, auc, strict=True)]
    total, numbers = len(pool.rows), np.array(sizes)
    known = bool(np.isfinite(auc).all())
    return LearningCurve(
        points,
        doubling_gain(numbers, acc.T, total, ratio=ratio),
        doubling_gain(numbers, auc.T, total, ratio=ratio) if known else None,
    )


def _kept(pool: Pool, folds: Folds, share: float, seed: int) -> NDArray[np.bool_]:
    """Which photos [J, N] each fold has, when it has `share` of its training part."""
    kept = np.zeros_like(folds.train)
    for place in range(len(kept)):
        for part in (folds.train[place], folds.choosers[place]):
            order = np.random.default_rng([seed, place]).permutation(len(part))
            kept[place, part] = _first(pool, part, order, share)[part]
    return kept


def _first(
    pool: Pool, part: NDArray[np.bool_], order: NDArray[np.int64], share: float
) -> NDArray[np.bool_]:
    """Photos [N] of the first groups of `part`, in each class `share` of them, at least one.

    A group counts for the class of its photo that comes first in `order`.
    """
    chosen: set[object] = set()
    first = order[part[order]]
    _, at = np.unique(pool.groups[first], return_index=True)
    leaders = first[np.sort(at)]
    for label in np.unique(pool.labels[leaders]):
        own = leaders[pool.labels[leaders] == label]
        # above the exact number by rounding only, it is that number
        chosen.update(pool.groups[own[: int(np.ceil(share * len(own) - 1e-9))]].tolist())
    return np.array([group in chosen for group in pool.groups.tolist()], dtype=np.bool_) & part


def _scores(
    features: Features,
    pool: Pool,
    folds: Folds,
    kept: NDArray[np.bool_],
    train: TrainParams,
) -> tuple[list[float], list[float]]:
    """Accuracy and AUC (NaN where a class is missing) of every fold on what it holds out."""
    tasks = [
        photo_task(pool, train=folds.train[place] & own, val=folds.choosers[place] & own)
        for place, own in enumerate(kept)
    ]
    accs, aucs = [], []
    held_out = ~(folds.train | folds.choosers)
    for out, run in zip(held_out, fit_together(features, tasks, train), strict=True):
        logits = features.values[pool.rows[out]] @ run.weight.T + run.bias
        acc, auc, _ = score(pool.labels[out], logits.astype(np.float64))
        accs.append(acc)
        aucs.append(np.nan if auc is None else auc)
    return accs, aucs


def _point(
    pool: Pool, size: float, acc: NDArray[np.float64], auc: NDArray[np.float64], *, ratio: float
) -> CurvePoint:
    _, groups = np.unique(pool.groups, return_inverse=True)
    accuracy = cross_validated_accuracy(acc, effective_number(groups), ratio=ratio)
    area = None
    if np.isfinite(auc).all():
        area = cross_validated_auc(auc, pool.labels, ratio=ratio, groups=groups)
    return CurvePoint(
        photos=round(size),
        acc=float(acc.mean()),
        acc_low=accuracy.low,
        acc_high=accuracy.high,
        auc=float(auc.mean()) if area else None,
        auc_low=area.low if area else None,
        auc_high=area.high if area else None,
    )
