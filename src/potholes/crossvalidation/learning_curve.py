"""Scores against the number of labelled photos: would labelling more of them pay?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from potholes.crossvalidation.extrapolation import Gain, extrapolated_gain
from potholes.crossvalidation.held_out import (
    Folds,
    Pool,
    draw_folds,
    fit_together,
    photo_task,
    pool_of,
    score,
)
from potholes.crossvalidation.tables import CurvePoint
from potholes.features.tables import Features
from potholes.head.descent import Floats
from potholes.params import CrossvalidateParams, TrainParams
from potholes.statistics.groups import effective_number
from potholes.statistics.resampled import cross_validated_accuracy, cross_validated_auc

SIZES = 8
_SMALLEST = 1 / 8  # of what a fold may learn from
_REPEATS = 2  # every size trains repeats x folds heads
_STEPS = 2.0  # an epoch, at least: with fewer a head lacks training more than photos
_FITTED = 3  # sizes, at least, from which the gain is extrapolated


@dataclass(frozen=True)
class LearningCurve:
    """Points by rising number of photos, and what doubling all labelled photos would add."""

    points: list[CurvePoint]
    acc_gain: Gain | None  # None where all sizes are the same, for want of groups
    auc_gain: Gain | None  # likewise, and where fewer than two folds hold out every class


def learning_curve(
    features: Features,
    train: TrainParams,
    params: CrossvalidateParams,
    *,
    level: float = 0.95,
    products: Floats | None = None,
) -> LearningCurve:
    """Scores at SIZES sizes of the training part of each fold, all on the fold's held-out photos.

    A fold's sizes are nested, keep groups whole and the classes' shares, and of each an eighth
    chooses the epoch. The heads of one size are trained together and those of different sizes
    apart, because a smaller set is trained in fewer steps. `products` as for
    `crossvalidate`; raises ValueError as that does.
    """
    pool = pool_of(features)
    few = params.model_copy(update={"repeats": min(params.repeats, _REPEATS)})
    folds = draw_folds(np.array(features.classes)[pool.labels], pool.groups, few)
    sizes = [
        _size(features, pool, folds, _kept(pool, folds, float(share), params.seed), train, products)
        for share in np.geomspace(_SMALLEST, 1, SIZES)
    ]
    ratio = 1 / int(folds.held_out_in.max())  # tested over trained: of K folds, 1 / (K - 1)
    return LearningCurve(
        [_point(pool, size, ratio=ratio, level=level) for size in sizes],
        _gain(sizes, "acc", len(pool.rows), ratio=ratio, level=level),
        _gain(sizes, "auc", len(pool.rows), ratio=ratio, level=level),
    )


@dataclass(frozen=True)
class _Size:
    """What the heads of J folds score with so many photos."""

    photos: float  # mean over the folds
    steps: float  # an epoch
    acc: NDArray[np.float64]  # [J]
    auc: NDArray[np.float64]  # [of those folds that hold out every class]


def _size(
    features: Features,
    pool: Pool,
    folds: Folds,
    kept: NDArray[np.bool_],
    train: TrainParams,
    products: Floats | None,
) -> _Size:
    """Train the folds' heads on those photos that are kept [J, N]; score all they hold out."""
    tasks = [
        photo_task(pool, train=folds.train[index] & own, val=folds.choosers[index] & own)
        for index, own in enumerate(kept)
    ]
    accs, aucs = [], []
    held_out = ~(folds.train | folds.choosers)
    runs = fit_together(features, tasks, train, products)
    for out, run in zip(held_out, runs, strict=True):
        acc, auc, _ = score(pool.labels[out], run.logits[pool.rows[out]])
        accs.append(acc)
        if auc is not None:
            aucs.append(auc)
    rows = np.mean([task.train.sum() for task in tasks])
    return _Size(
        float(kept.sum(axis=1).mean()),
        float(rows) / train.batch_size,
        np.array(accs),
        np.array(aucs),
    )


def _gain(
    sizes: list[_Size], measure: str, photos: int, *, ratio: float, level: float
) -> Gain | None:
    """Of doubling the photos, from the sizes at which heads are trained enough.

    None where all sizes are alike, or fewer than two folds have the measure.
    """
    trained = sum(size.steps >= _STEPS for size in sizes)
    used = sizes[-max(trained, _FITTED) :]
    if len({size.photos for size in used}) < 2:
        used = sizes
    if len({size.photos for size in used}) < 2:
        return None
    scores = np.stack([getattr(size, measure) for size in used], axis=1)
    if len(scores) < 2:
        return None
    numbers = np.array([size.photos for size in used])
    return extrapolated_gain(numbers, scores, photos, ratio=ratio, level=level)


def _kept(pool: Pool, folds: Folds, share: float, seed: int) -> NDArray[np.bool_]:
    """Which photos [J, N] each fold has, when it has `share` of its training part."""
    kept = np.zeros_like(folds.train)
    for index in range(len(kept)):
        for part in (folds.train[index], folds.choosers[index]):
            order = np.random.default_rng([seed, index]).permutation(len(part))
            kept[index, part] = _first(pool, part, order, share)[part]
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
        chosen.update(pool.groups[own[: int(np.ceil(share * len(own)))]].tolist())
    return np.array([group in chosen for group in pool.groups.tolist()], dtype=np.bool_) & part


def _point(pool: Pool, size: _Size, *, ratio: float, level: float) -> CurvePoint:
    _, groups = np.unique(pool.groups, return_inverse=True)
    accuracy = cross_validated_accuracy(
        size.acc, effective_number(groups), ratio=ratio, level=level
    )
    area = None
    if len(size.auc) > 1:
        area = cross_validated_auc(size.auc, pool.labels, ratio=ratio, groups=groups, level=level)
    return CurvePoint(
        photos=round(size.photos),
        acc=float(size.acc.mean()),
        acc_low=accuracy.low,
        acc_high=accuracy.high,
        auc=float(size.auc.mean()) if area else None,
        auc_low=area.low if area else None,
        auc_high=area.high if area else None,
    )
