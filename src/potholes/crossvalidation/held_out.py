"""Repeated cross-validation of a head: every photo of train and val held out once a repeat.

The folds are the same for every backbone, and the test photos have no part in it. Of the photos
that a fold does not hold out, an eighth chooses the epoch, as val does for the head that is
deployed, and the rest is trained on. With five folds that is 70 % of the photos, about as many as
the deployed head's (75 % by default), so that the mean score is close to what that one deserves.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from potholes.crossvalidation.tables import FoldScore
from potholes.features.tables import Features
from potholes.head.descent import Floats
from potholes.head.many_heads import Fit, fit_heads
from potholes.head.training import Diverged, Task, losses
from potholes.params import CrossvalidateParams, TrainParams
from potholes.probabilities import macro_auc, probabilities
from potholes.statistics.folds import Names, repeated_folds

_CHOOSERS = 8  # one in so many of a fold's training photos chooses the epoch


@dataclass(frozen=True)
class CrossValidation:
    """What R repeats of K folds say of N photos, sorted by sample_id, and C classes."""

    classes: list[str]
    sample_ids: list[str]
    labels: NDArray[np.int64]  # [N]
    held_out_in: NDArray[np.int64]  # [R, N]: the fold that a photo was held out of
    logits: NDArray[np.float64]  # [R, N, C], each photo's by the head that has not seen it
    folds: list[FoldScore]  # R x K, by repeat, then fold
    pool: "Pool"
    tasks: list[Task]  # R x K

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """Of the out-of-fold logits [R, N, C]."""
        return probabilities(self.logits)


@dataclass(frozen=True)
class Folds:
    """What each of N photos is for, in R repeats of K folds; J = R x K, by repeat, then fold."""

    held_out_in: NDArray[np.int64]  # [R, N]: the fold that it is held out of
    train: NDArray[np.bool_]  # [J, N]
    choosers: NDArray[np.bool_]  # [J, N]: held-in photos by which the epoch is chosen


@dataclass(frozen=True)
class Pool:
    """The N photos that may be learned from, sorted by sample_id, and rows of the features."""

    rows: NDArray[np.int64]  # [N]: the photo's own row
    origin: NDArray[np.int64]  # [rows of the features]: the photo's index, 0 … N - 1, else -1
    labels: NDArray[np.int64]  # [N]
    groups: Names  # [N]


def crossvalidate(
    features: Features,
    train: TrainParams,
    params: CrossvalidateParams,
    *,
    grouped: bool = True,
    products: Floats | None = None,
) -> CrossValidation:
    """Train and score the heads of all folds on the photos of train and val, in one pass.

    Copies that `features` holds of a photo are learned from in those folds that train on it. With
    `grouped` false the folds may part groups: where that scores much higher, photos of one group
    give each other away. `products` are `many_heads.products_of` the features, if at hand. Raises
    ValueError as `draw_folds` does, and Diverged where most heads do.
    """
    pool = pool_of(features)
    groups = pool.groups if grouped else np.arange(len(pool.rows))
    folds = draw_folds(np.array(features.classes)[pool.labels], groups, params)
    tasks = [
        photo_task(pool, train=train, val=val)
        for train, val in zip(folds.train, folds.choosers, strict=True)
    ]
    runs = fit_together(features, tasks, train, products)
    if 2 * sum(run.far for run in runs) > len(runs):
        middle = float(np.median([run.train_loss for run in runs]))
        raise Diverged(train.lr, train.epochs, middle)
    logits = held_out_logits(pool, folds.held_out_in, [run.logits for run in runs])
    return CrossValidation(
        classes=features.classes,
        sample_ids=[features.rows[row].sample_id for row in pool.rows],
        labels=pool.labels,
        held_out_in=folds.held_out_in,
        logits=logits,
        folds=_scores(pool.labels, folds.held_out_in, logits, tasks, runs),
        pool=pool,
        tasks=tasks,
    )


def pool_of(features: Features) -> Pool:
    """The photos of train and val; copies are reached through their origin."""
    free = [index for index, row in enumerate(features.rows) if row.split in ("train", "val")]
    own = [
        index for index in free if features.rows[index].sample_id == features.rows[index].origin_id
    ]
    rows = np.array(sorted(own, key=lambda index: features.rows[index].sample_id), dtype=np.int64)
    indices = {features.rows[row].sample_id: index for index, row in enumerate(rows)}
    origin = np.full(len(features.rows), -1)
    origin[free] = [indices[features.rows[index].origin_id] for index in free]
    groups = np.array([features.rows[row].group_id for row in rows], dtype=np.str_)
    return Pool(rows, origin, features.labels()[rows], groups)


def draw_folds(names: Names, groups: Names, params: CrossvalidateParams) -> Folds:
    """Deal out N photos with class names [N] and groups [N].

    Those that choose the epoch are an eighth of a fold's training part, groups kept whole, each
    class as evenly as its groups allow: a rare class can be missing among them, and where it is in
    fewer groups than folds also among those held out, but every head learns from it. There are
    fewer folds where there are fewer groups. Raises ValueError where a class cannot be learned.
    """
    count = min(params.folds, len(np.unique(groups)))
    if count < 3:
        raise ValueError(
            f"photos of train and val are in {count} groups, too few to cross-validate; add photos "
            "of other places or days, or name smaller groups in photos.csv"
        )
    held = repeated_folds(names, groups, folds=count, repeats=params.repeats, seed=params.seed)
    parts = np.stack([row != fold for row in held for fold in range(count)])
    choosers = np.zeros_like(parts)
    for index, part in enumerate(parts):
        if missing := set(names.tolist()) - set(names[part].tolist()):
            raise ValueError(
                f"class {min(missing)}: a fold holds all its photos of train and val out, for they "
                "are in one group or two; label more photos of it"
            )
        seed = int(np.random.SeedSequence([params.seed, index]).generate_state(1)[0])
        choosers[index, part] = _choosers(names[part], groups[part], seed)
    return Folds(held, parts & ~choosers, choosers)


def _choosers(names: Names, groups: Names, seed: int) -> NDArray[np.bool_]:
    """About an eighth of N photos, so that the others have every class wherever they can."""
    count = min(_CHOOSERS, len(np.unique(groups)))
    (drawn,) = repeated_folds(names, groups, folds=count, repeats=1, seed=seed)
    chosen = max(range(count), key=lambda part: len(np.unique(names[drawn != part])))
    return np.asarray(drawn == chosen)


def photo_task(pool: Pool, *, train: NDArray[np.bool_], val: NDArray[np.bool_]) -> Task:
    """Learn from the photos `train` [N] with their copies, choose the epoch by `val` [N]."""
    learned = (pool.origin >= 0) & train[pool.origin]
    own = np.zeros(len(pool.origin), dtype=np.bool_)
    own[pool.rows] = True
    held = np.zeros(len(pool.origin), dtype=np.bool_)
    held[pool.rows[val]] = True
    return Task(train=learned, train_photos=learned & own, val=held)


def fit_together(
    features: Features, tasks: Sequence[Task], train: TrainParams, products: Floats | None = None
) -> list[Fit]:
    """fit_heads, with batches so large that a head has train.batch_size rows of its own in each.

    The heads share their batches, and each trains on a part of the rows only: so it makes as many
    steps an epoch, over as many rows each, as it would alone.
    """
    member = np.stack([task.train for task in tasks])
    share = member.sum(axis=1).mean() / member.any(axis=0).sum()
    scaled = train.model_copy(update={"batch_size": max(1, round(train.batch_size / share))})
    classes = len(features.classes)
    return fit_heads(features.values, features.labels(), tasks, classes, scaled, products)


def held_out_logits(pool: Pool, held: NDArray[np.int64], logits: Sequence[Floats]) -> Floats:
    """Logits [R, N, C] of each photo by the head of its fold, held [R, N].

    Of logits [rows of the features, C] of each head, by repeat, then fold.
    """
    found = np.empty((*held.shape, logits[0].shape[1]))
    folds = len(logits) // len(held)
    for index, own in enumerate(logits):
        repeat, fold = divmod(index, folds)
        out = held[repeat] == fold
        found[repeat, out] = own[pool.rows[out]]
    return found


def _scores(
    labels: NDArray[np.int64],
    held: NDArray[np.int64],
    logits: NDArray[np.float64],
    tasks: Sequence[Task],
    runs: Sequence[Fit],
) -> list[FoldScore]:
    scores = []
    found = fold_scores(labels, held, logits)
    for index, (task, run, own) in enumerate(zip(tasks, runs, found, strict=True)):
        repeat, fold = divmod(index, len(runs) // len(held))
        learned, tested = int(task.train_photos.sum()), int((held[repeat] == fold).sum())
        scores.append(FoldScore(repeat, fold, learned, tested, run.best_epoch, *own))
    return scores


def fold_scores(
    labels: NDArray[np.int64], held: NDArray[np.int64], logits: NDArray[np.float64]
) -> list[tuple[float, float | None, float]]:
    """`score` of each fold, by repeat, then fold, of out-of-fold logits [R, N, C], held [R, N]."""
    return [
        score(labels[row == fold], own[row == fold])
        for row, own in zip(held, logits, strict=True)
        for fold in range(int(held.max()) + 1)
    ]


def score(
    labels: NDArray[np.int64], logits: NDArray[np.float64]
) -> tuple[float, float | None, float]:
    """Accuracy, AUC (None where a class is missing) and mean cross-entropy of logits [N, C]."""
    loss, hit = losses(logits.T, labels)
    complete = len(np.unique(labels)) == logits.shape[1]
    auc = macro_auc(labels, probabilities(logits)) if complete else None
    return float(hit.mean()), auc, float(loss.mean())
