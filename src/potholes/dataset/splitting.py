"""Which photos train, which choose and which are only reported: a stratified group split."""

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from potholes.dataset.tables import SPLITS, Split
from potholes.params import SplitParams
from potholes.statistics.rebalancing import rebalance, tally

_MOST_FOLDS = 20


def draw_split(
    labels: Sequence[str],
    groups: NDArray[np.int64],
    fixed: Sequence[Split | None],
    params: SplitParams,
) -> list[Split]:
    """A split for each of N photos, in which every class has its shares and no group is parted.

    `fixed` is what is already decided; all photos of a group must agree on it. Scikit-learn's
    StratifiedGroupKFold draws folds from the rest; then groups are moved, one by one, while that
    brings the photos a class and split closer to the shares. The result depends on the order of
    the photos: give them sorted. A class in three movable groups or more is in every split;
    with fewer it can be missing from one.
    """
    if not labels:
        return []
    names, classes = np.unique(np.array(labels), return_inverse=True)
    group_names, members = np.unique(groups, return_inverse=True)
    sizes = np.zeros((len(group_names), len(names)), dtype=np.int64)
    np.add.at(sizes, (members, classes), 1)
    given = np.full(len(group_names), -1)
    for member, split in zip(members, fixed, strict=True):
        if split is not None:
            given[member] = SPLITS.index(split)
    drawn = given.copy()
    free = given[members] < 0
    drawn[members[free]] = _draw_folds(classes[free], members[free], params)
    fixed_sizes = tally(given[given >= 0], sizes[given >= 0], parts=len(SPLITS))
    targets = _wanted(fixed_sizes, sizes, params)
    drawn = rebalance(drawn, given < 0, sizes, targets, seed=params.seed)
    drawn = _no_class_missing(drawn, given < 0, sizes, targets)
    return [SPLITS[index] for index in drawn[members]]


def _draw_folds(
    classes: NDArray[np.int64], members: NDArray[np.int64], params: SplitParams
) -> NDArray[np.int64]:
    """The split's index in SPLITS for each photo, by whole folds."""
    most = min(np.bincount(classes).max(initial=0), len(np.unique(members)))
    count = min(round(1 / min(_shares(params))), _MOST_FOLDS, int(most))
    drawn = np.zeros(len(classes), dtype=np.int64)
    if count < 2:
        return drawn
    split_of_fold = np.repeat(np.arange(len(SPLITS)), _whole_parts(count, _shares(params)))
    folds = StratifiedGroupKFold(n_splits=count, shuffle=True, random_state=params.seed)
    with warnings.catch_warnings():
        # A class with fewer photos than folds: `rebalance` brings them where they are missing.
        warnings.simplefilter("ignore", UserWarning)
        for fold, (_, held_out) in enumerate(folds.split(classes, classes, members)):
            drawn[held_out] = split_of_fold[fold]
    return drawn


def _no_class_missing(
    drawn: NDArray[np.int64],
    movable: NDArray[np.bool_],
    sizes: NDArray[np.int64],
    targets: NDArray[np.int64],
) -> NDArray[np.int64]:
    """`drawn` [G] after moves that bring each class into each split, near `targets`.

    Large groups weigh more than an absent class when photos are counted. A move takes the last
    group of a class from no split.
    """
    drawn, present = drawn.copy(), sizes > 0
    while True:
        groups = tally(drawn, present.astype(np.int64), parts=len(SPLITS))  # of a split and class
        moves = [
            (_distance(drawn, group, part, sizes, targets), group, part)
            for part, name in np.argwhere(groups == 0).tolist()
            for group in np.flatnonzero(movable & present[:, name]).tolist()
            if (groups[drawn[group]][present[group]] > 1).all()
        ]
        if not moves:
            return drawn
        _, group, part = min(moves)
        drawn[group] = part


def _distance(
    drawn: NDArray[np.int64],
    group: int,
    part: int,
    sizes: NDArray[np.int64],
    targets: NDArray[np.int64],
) -> int:
    """Sum of squared differences from `targets` after `group` has moved to `part`."""
    moved = drawn.copy()
    moved[group] = part
    return int(((tally(moved, sizes, parts=len(targets)) - targets) ** 2).sum())


def _wanted(
    fixed: NDArray[np.int64], sizes: NDArray[np.int64], params: SplitParams
) -> NDArray[np.int64]:
    """Photos a split and class [S, C] by the shares, with those that are `fixed` [S, C] already."""
    targets = [
        _targets(total, at_least, _shares(params))
        for total, at_least in zip(sizes.sum(axis=0), fixed.T, strict=True)
    ]
    return np.stack(targets, axis=1)


def _shares(params: SplitParams) -> NDArray[np.float64]:
    return np.array([params.train, params.val, params.test])


def _targets(
    total: int, fixed: NDArray[np.int64], shares: NDArray[np.float64]
) -> NDArray[np.int64]:
    """A class's photos a split; where more are fixed already, the other splits share the rest."""
    over = np.zeros(len(shares), dtype=np.bool_)
    while True:
        targets = fixed.copy()
        rest = total - int(fixed[over].sum())
        targets[~over] = _whole_parts(rest, shares[~over] / shares[~over].sum())
        if (fixed <= targets).all():
            return targets
        over |= fixed > targets


def _whole_parts(total: int, shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """`total` in whole numbers by largest remainder, none of them 0 where `total` allows."""
    exact = total * shares
    parts = np.floor(exact + 1e-9).astype(np.int64)
    for index in np.argsort(parts - exact, kind="stable")[: total - parts.sum()]:
        parts[index] += 1
    for index in np.flatnonzero(parts == 0):
        if parts.max() > 1:
            parts[parts.argmax()] -= 1
            parts[index] += 1
    return parts
