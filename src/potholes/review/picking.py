"""Which photos teach a head most: uncertain ones that stand for many others, spread out.

Weighted k-means (Zhdanov 2019, "Diverse mini-batch Active Learning", arXiv:1901.05954): as many
clusters as photos to pick, in which a photo counts the more, the less sure the head is of it, and
of each cluster the photo nearest to its centre. Greedy k-center (Sener & Savarese 2018) and BADGE
(Ash et al. 2020) were tried beside it: docs/review.md has the table.
"""

import numpy as np
from numpy.typing import NDArray

from potholes.parallel import one_thread

Floats = NDArray[np.float64]

FLOOR = 0.2  # weight of a photo of which the head is sure, beside 1 + FLOOR of an undecided one
_ROUNDS = 50  # of Lloyd's algorithm, which mostly ends before


@one_thread
def spread_out(
    features: NDArray[np.float32], weights: Floats, count: int, *, seed: int
) -> list[int]:
    """At most `count` of N photos by features [N, D] and weights [N], the heaviest first.

    Two photos are never the same row. The result depends on the order of the photos.
    """
    points = features.astype(np.float64)
    points -= points.mean(axis=0)
    count = min(count, len(points))
    centres = _spread(points, weights, count, np.random.default_rng(seed))
    members = np.full(len(points), -1)
    for _ in range(_ROUNDS):
        before, members = members, _squared(points, centres).argmin(axis=1)
        if (members == before).all():
            break
        centres = _centres(points, weights, members, centres)
    distances = _squared(points, centres)
    chosen = list[int]()
    for cluster in range(count):
        distances[chosen] = np.inf
        chosen.append(int(distances[:, cluster].argmin()))
    return sorted(chosen, key=lambda row: (-weights[row], row))


def _spread(points: Floats, weights: Floats, count: int, rng: np.random.Generator) -> Floats:
    """First centres [count, D], drawn by k-means++: far ones and heavy ones are likelier."""
    distances, chosen = np.ones(len(points)), list[int]()
    for _ in range(count):
        chances = weights * distances
        chances[chosen] = 0
        if not chances.any():  # the others equal a chosen one
            chances = np.ones(len(points))
            chances[chosen] = 0
        chosen.append(int(rng.choice(len(points), p=chances / chances.sum())))
        there = _squared(points, points[chosen[-1:]])[:, 0]
        distances = there if len(chosen) == 1 else np.minimum(distances, there)
    return points[chosen]


def _centres(
    points: Floats, weights: Floats, members: NDArray[np.int64], centres: Floats
) -> Floats:
    """Weighted means [count, D] of the clusters; one without members stays where it is."""
    share = np.zeros((len(centres), len(points)))
    share[members, np.arange(len(points))] = weights
    total = share.sum(axis=1)
    moved = centres.copy()
    moved[total > 0] = (share @ points)[total > 0] / total[total > 0, None]
    return moved


def _squared(points: Floats, centres: Floats) -> Floats:
    """Squared distances [N, K]."""
    sizes = (points**2).sum(axis=1)[:, None] + (centres**2).sum(axis=1)
    return np.asarray(np.maximum(sizes - 2 * points @ centres.T, 0))
