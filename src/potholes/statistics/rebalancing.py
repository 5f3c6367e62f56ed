"""Groups of photos moved between parts (splits, folds) until every class is as wanted in each."""

import numpy as np
from numpy.typing import NDArray


def rebalance(
    drawn: NDArray[np.int64],
    movable: NDArray[np.bool_],
    sizes: NDArray[np.int64],
    targets: NDArray[np.int64],
    *,
    seed: int,
) -> NDArray[np.int64]:
    """`drawn` [G], the part of each group, after the moves that bring the counts closest.

    `sizes` [G, C] are photos a group and class, `targets` [P, C] those wanted a part and class.
    A move gains what it lowers the sum over classes and parts of (count - target)^2 by; the best
    one of a `movable` group is made until none lowers it.
    """
    drawn = drawn.copy()
    excess = tally(drawn, sizes, parts=len(targets)) - targets
    order = np.random.default_rng(seed).permutation(len(drawn))
    order = order[movable[order]]
    while len(order):
        # (e - s)^2 - e^2 where a group of s photos leaves, (e + s)^2 - e^2 where it arrives.
        own, moved = excess[drawn[order]], sizes[order]
        leave = (moved * (moved - 2 * own)).sum(axis=1)
        arrive = (moved[:, None] * (moved[:, None] + 2 * excess)).sum(axis=2)
        change = leave[:, None] + arrive
        change[np.arange(len(order)), drawn[order]] = 0
        best, part = np.unravel_index(change.argmin(), change.shape)
        if change[best, part] >= 0:
            break
        group = order[best]
        excess[drawn[group]] -= sizes[group]
        excess[part] += sizes[group]
        drawn[group] = part
    return drawn


def tally(drawn: NDArray[np.int64], sizes: NDArray[np.int64], *, parts: int) -> NDArray[np.int64]:
    """Photos a part and class [P, C]."""
    return np.stack([sizes[drawn == part].sum(axis=0) for part in range(parts)])
