"""In which fold each photo is held out: repeated stratified group k-fold, without scikit-learn."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from potholes.statistics.rebalancing import rebalance

Names = NDArray[np.int64] | NDArray[np.str_]
_DRAWS = 20  # of 1,000 draws with large mixed groups, two must be repeated


def repeated_folds(
    labels: Names, groups: Names, *, folds: int, repeats: int, seed: int
) -> NDArray[np.int64]:
    """The fold 0 … folds - 1 that holds each of N photos out, a row a repeat: [repeats, N].

    A group is never parted, and every class is spread as evenly as the groups allow. Groups are
    dealt out in random order, class by class, then moved while that levels the counts. The result
    depends on the photos' order (give them sorted) and not on how the groups are called; a repeat
    does not depend on how many follow it. A class in fewer groups than there are folds is missing
    from some of them. Raises ValueError where a fold would be empty.
    """
    names, classes = np.unique(labels, return_inverse=True)
    members = _by_appearance(groups)
    sizes = np.zeros((members.max(initial=-1) + 1, len(names)), dtype=np.int64)
    np.add.at(sizes, (members, classes), 1)
    if len(sizes) < folds:
        raise ValueError(f"{len(sizes)} groups of photos are too few for {folds} folds")
    drawn = [_deal(sizes, folds, np.random.default_rng([seed, r])) for r in range(repeats)]
    return np.stack(drawn)[:, members]


def fewest_groups(kinds: Iterable[NDArray[np.bool_]], groups: Names) -> int:
    """In how many groups [N] the kind of photos, each a mask [N], is that is in the fewest."""
    return min(len(np.unique(groups[kind])) for kind in kinds)


def _by_appearance(groups: Names) -> NDArray[np.int64]:
    """Each photo's group, numbered in the order in which they first come."""
    _, first, members = np.unique(groups, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[members])


def _deal(sizes: NDArray[np.int64], folds: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """A fold for each group [G], no class of several groups all in one: who trains on the rest
    needs it."""
    several = (sizes > 0).sum(axis=0) > 1
    for _ in range(_DRAWS):
        drawn = _deal_once(sizes, folds, rng)
        held = np.stack([(sizes[drawn != fold] > 0).any(axis=0) for fold in range(folds)])
        if held[:, several].all():
            break
    return drawn


def _deal_once(sizes: NDArray[np.int64], folds: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """A fold for each group [G]: the large ones of a class first, so that small ones even out."""
    shuffled = rng.permutation(len(sizes))
    own = sizes[shuffled]
    order = shuffled[np.lexsort((-own.sum(axis=1), own.argmax(axis=1)))]
    drawn = np.empty(len(sizes), dtype=np.int64)
    drawn[order] = rng.permutation(folds)[np.arange(len(sizes)) % folds]
    # a fold's share times `folds`: whole numbers, so that rounding moves no group
    targets = np.tile(sizes.sum(axis=0), (folds, 1))
    movable = np.ones(len(sizes), dtype=np.bool_)
    return rebalance(drawn, movable, sizes * folds, targets, seed=int(rng.integers(2**32)))
