"""Can a folder's photos be told from the training photos?

A classifier learns to (classifier two-sample test: Lopez-Paz & Oquab 2017). Outlier scores of
single photos cannot carry that promise: a road of another country is, photo by photo, hardly
farther from the training photos than these are from each other.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from potholes.familiarity.directions import Floats, cosines, directions
from potholes.familiarity.reference import MOST, Reference
from potholes.familiarity.tables import FEWEST, Familiarity
from potholes.files.rows import as_written
from potholes.parallel import one_thread
from potholes.statistics.folds import repeated_folds
from potholes.statistics.groups import effective_number
from potholes.statistics.newcombe import score_interval

Ints = NDArray[np.int64]

FOLDS = 5
PERMUTATIONS = 199
SURELY = 0.01  # p from which a difference is no chance
CLEARLY = 0.75  # domain_auc_low from which it matters
_RIDGE = 0.1  # of the mean squared distance from the centre
_FREE = 1e4  # the same for what is not penalised: the class
_GRID = 2.0**30  # scores are rounded to: solvers differ by 1e-12 between processors


@one_thread
def judge(reference: Reference, features: NDArray[np.float32], seed: int) -> Familiarity:
    """Whether photos of features [n, D] are like the reference's, from 20 photos on.

    Ridge regression learns to tell them apart, with groups of training photos in one fold. Photos
    are only compared with those of the same class, as another classifier, which saw neither, calls
    it: a folder with fewer potholes than the training photos is not unlike by that. NaN rows are
    left out; of more than 1,000 photos so many are drawn.
    """
    known = features[~np.isnan(features).any(axis=1)]
    rng = np.random.default_rng(seed)
    if len(known) > MOST:
        known = known[np.sort(rng.choice(len(known), MOST, replace=False))]
    if len(known) < FEWEST:
        return Familiarity(None, None, None, None, None, len(known))
    pool = _pool(reference, directions(known), seed)
    found = _areas(pool, _relabelled(pool, rng))
    area, p = as_written(found[0]), float((found >= found[0]).mean())
    sizes = effective_number(pool.groups[~pool.new]), float(len(known))
    limits = score_interval(area, *sizes)
    familiar = not (p <= SURELY and limits.low >= CLEARLY)
    low, high = as_written(limits.low), as_written(limits.high)
    return Familiarity(familiar, area, low, high, p, len(known))


@dataclass(frozen=True)
class _Pool:
    """Training photos and then the folder's, N together."""

    new: NDArray[np.bool_]  # [N], of the folder
    kernel: Floats  # [N, N]: ridge regression on it, the class included
    groups: Ints  # [N]
    folds: Ints  # [N]
    cells: Ints  # [N]: photos of one are of one fold and called alike


def _pool(reference: Reference, folder: NDArray[np.float16], seed: int) -> _Pool:
    values = np.concatenate([reference.values, folder])
    count = len(reference.values)
    new = np.arange(len(values)) >= count
    kernel = cosines(values, values)
    own = np.arange(len(folder)) + int(reference.groups.max()) + 1
    groups = np.concatenate([reference.groups, own]).astype(np.int64)
    kinds = np.concatenate([reference.labels, np.full(len(folder), -1)]).astype(np.int64)
    folds = repeated_folds(kinds, groups, folds=FOLDS, repeats=1, seed=seed)[0]
    called = _called(kernel, kinds, folds)
    size = float(np.trace(kernel) / len(kernel) - kernel.mean())
    ridge, free = _RIDGE * size, _FREE * size
    kernel = kernel + free * (called[:, None] == called) + ridge * np.eye(len(kernel))
    return _Pool(new, kernel, groups, folds, folds * (int(called.max()) + 1) + called)


def _called(kernel: Floats, kinds: Ints, folds: Ints) -> Ints:
    """The class [N] that training photos of the other folds give each photo.

    `kinds` [N] are the training photos' classes, -1 for the folder's. The head's own answers would
    not do: it has seen the training photos, and is surer about them.
    """
    classes = int(kinds.max()) + 1
    size = float(np.trace(kernel) / len(kernel) - kernel.mean())
    full = kernel + size + _RIDGE * size * np.eye(len(kernel))
    called = np.empty(len(kinds), dtype=np.int64)
    for fold in range(FOLDS):
        own, others = folds == fold, (folds != fold) & (kinds >= 0)
        targets = np.eye(classes)[kinds[others]]
        weights = np.linalg.solve(full[np.ix_(others, others)], targets)
        called[own] = _rounded(full[np.ix_(own, others)] @ weights).argmax(axis=1)
    return called


def _relabelled(pool: _Pool, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Which photos are of the folder [1 + P, N]: as it is, then drawn anew within each cell.

    Groups stay whole: one that does not fit any more is not drawn.
    """
    labels = np.tile(pool.new, (1 + PERMUTATIONS, 1))
    for cell in np.unique(pool.cells):
        places = np.flatnonzero(pool.cells == cell)
        wanted = int(pool.new[places].sum())
        _, units, sizes = np.unique(pool.groups[places], return_inverse=True, return_counts=True)
        for row in labels[1:]:
            order = rng.permutation(len(sizes))
            drawn = _fill(sizes[order], wanted)
            row[places] = np.isin(units, order[drawn])
    return labels


def _fill(sizes: Ints, wanted: int) -> NDArray[np.bool_]:
    """Which of units of so many photos [G] are taken, one after the other, until `wanted`."""
    if (sizes == 1).all():
        return np.arange(len(sizes)) < wanted
    taken = np.zeros(len(sizes), dtype=np.bool_)
    for place, size in enumerate(sizes.tolist()):
        if size <= wanted:
            taken[place] = True
            wanted -= size
    return taken


def _areas(pool: _Pool, labels: NDArray[np.bool_]) -> Floats:
    """AUC [P] of telling the photos of each of labels [P, N] from the others, cross-validated.

    Over pairs of photos of one cell: each fold is ranked by a classifier that did not see it.
    """
    targets = np.where(labels, 1.0, -1.0).T
    wins, pairs = np.zeros(len(labels)), np.zeros(len(labels))
    for fold in range(FOLDS):
        own, others = pool.folds == fold, pool.folds != fold
        weights = np.linalg.solve(pool.kernel[np.ix_(others, others)], targets[others])
        scores = _rounded(pool.kernel[np.ix_(own, others)] @ weights)
        for cell in np.unique(pool.cells[own]):
            rows = pool.cells[own] == cell
            won, of = _pairs(scores[rows].T, labels[:, own][:, rows])
            wins, pairs = wins + won, pairs + of
    return np.asarray(wins / np.maximum(pairs, 1))


def _pairs(scores: Floats, positive: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Pairs [P] of scores [P, n] in which the positive one is higher (ties half), and all pairs."""
    after = np.argsort(np.argsort(scores, axis=1, kind="stable"), axis=1)
    before = np.argsort(np.argsort(scores[:, ::-1], axis=1, kind="stable"), axis=1)[:, ::-1]
    ranks = (after + before) / 2 + 1
    count = positive.sum(axis=1).astype(np.float64)
    wins = (ranks * positive).sum(axis=1) - count * (count + 1) / 2
    return np.asarray(wins), np.asarray(count * (positive.shape[1] - count))


def _rounded(scores: Floats) -> Floats:
    return np.asarray(np.rint(scores * _GRID) / _GRID)
