"""Which photos are so alike that they may be frames of one drive, which no photos.csv declares.

The null is what photos without groups would look like: Gaussian surrogates of the same class, with
its mean and its covariance (random mixtures of its photos). Frames of one drive are nearer to each
other than such surrogates are; and where names are in series (IMG_0001, IMG_0002), each is more
like the next than chance explains. Everything is within a class: only photos of one label give each
other away.
"""

import re
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from potholes.features.tables import Features
from potholes.parallel import one_thread
from potholes.probabilities import on_grid

Floats = NDArray[np.float64]

# docs/uncertainty.md says what photos without groups reach
ALIKE_LIMIT = 0.5  # of `alike`: 0.05 by chance
CLOSE_LIMIT = 0.2  # of `close`: 0 by chance
SERIES_LIMIT = 0.25  # of `in_series`: 0.05 by chance

_BLOCK = 500  # photos of a class, in the order of their names, that are compared with each other
_NEAREST = 2  # a drive has three photos or more; pairs alone are harmless
_FELLOWS = 3  # other photos that a photo of a drive has at least
_SURROGATES = 4  # drawn a block
_BEYOND = 0.95  # share of the surrogates, or of the pairs, that a look-alike is beyond
_TOGETHER = 0.75  # of the limit: what two groups must have on average to become one


@dataclass(frozen=True)
class LookAlikes:
    """Of N photos, copies not counted."""

    sample_ids: list[str]  # N
    declared: NDArray[np.int64]  # [N]: photos of one declared group share a number
    groups: NDArray[np.int64]  # [N]: these groups, after those with look-alikes were joined
    alike: float  # share of photos whose two nearest are nearer than 95 % of surrogates'
    close: float  # share with three others twice as near as that, 1 being identical
    in_series: float  # share of photos more like the one with the next name than 95 % of pairs

    @property
    def in_features(self) -> bool:
        """Whether far more photos have look-alikes, or very near ones, than without groups."""
        return self.alike >= ALIKE_LIMIT or self.close >= CLOSE_LIMIT

    @property
    def in_names(self) -> bool:
        """Whether far more photos are like the one with the next name than without groups."""
        return self.in_series >= SERIES_LIMIT

    @property
    def found(self) -> bool:
        """Either of the two."""
        return self.in_features or self.in_names

    @property
    def united(self) -> NDArray[np.bool_]:
        """Whether a photo [N] is in a group that is more than a declared one."""
        pairs = np.unique(np.stack([self.groups, self.declared], axis=1), axis=0)
        return np.asarray(np.bincount(pairs[:, 0])[self.groups] > 1)


@one_thread
def find_look_alikes(
    features: Features, splits: tuple[str, ...], *, seed: int, as_in: LookAlikes | None = None
) -> LookAlikes:
    """Of the photos of `splits`. Which pairs are joined, by features or by names, follows from the
    shares, or from those of `as_in`.

    Similarity is the correlation of features less the mean of the class. Pairs that share a
    declared group are left out. Classes of more than 500 photos are looked at in blocks of up to
    500 consecutive names, so that the work grows with the photos and not with their square.
    """
    own = [
        index
        for index, row in enumerate(features.rows)
        if row.sample_id == row.origin_id and row.split in splits
    ]
    names = [features.rows[index].sample_id for index in own]
    _, declared = np.unique([features.rows[i].group_id for i in own], return_inverse=True)
    members = _blocks(names, features.labels()[own])
    blocks = [
        _Block.of(features.values[np.array(own)[part]], declared[part], (seed, number))
        for number, part in enumerate(members)
    ]
    near = np.concatenate([block.nearest > block.limit for block in blocks])
    close = np.concatenate([block.close() for block in blocks])
    next_one = np.concatenate([block.like_next() for block in blocks])
    in_series = float(next_one.mean()) if len(next_one) else 0.0
    found = LookAlikes(
        names, declared, declared, float(near.mean()), float(close.mean()), in_series
    )
    by = as_in or found
    links = [
        (int(part[a]), int(part[b]))
        for part, block in zip(members, blocks, strict=True)
        for a, b in (block.links() if by.in_features else [])
        + (block.series() if by.in_names else [])
    ]
    return replace(found, groups=_joined(declared, links))


@dataclass(frozen=True)
class _Block:
    """Photos of one class in the order of their names."""

    similarity: Floats  # [M, M], -1 of a photo with itself and within a declared group
    apart: NDArray[np.bool_]  # [M, M], pairs that no group declares
    limit: float  # a similarity to the nearest ones that few surrogates have

    usual: float  # a similarity that few pairs have

    @classmethod
    def of(
        cls, values: NDArray[np.float32], declared: NDArray[np.int64], seed: tuple[int, int]
    ) -> "_Block":
        centred = values - values.mean(axis=0, dtype=np.float64)
        products = centred @ centred.T
        apart = declared[:, None] != declared[None, :]
        rng = np.random.default_rng(seed)
        drawn = []
        for _ in range(_SURROGATES):
            mixed = rng.standard_normal(products.shape)
            mixed -= mixed.mean(axis=0)
            found = _correlations(mixed @ products @ mixed.T)
            drawn.append(_nearest(np.where(apart, found, -1.0)))
        similarity = np.where(apart, _correlations(products), -1.0)
        limit, usual = _quantile(np.concatenate(drawn)), _quantile(similarity[np.triu(apart)])
        return cls(similarity, apart, limit, usual)

    @property
    def nearest(self) -> Floats:
        """See `_nearest` [M]."""
        return _nearest(self.similarity)

    def close(self) -> NDArray[np.bool_]:
        """Whether each photo has _FELLOWS others whose distance is half of the limit's [M]."""
        if len(self.similarity) <= _FELLOWS:
            return np.zeros(len(self.similarity), dtype=np.bool_)
        last = np.sort(self.similarity, axis=1)[:, -_FELLOWS]
        return np.asarray(1 - last < (1 - self.limit) / 2)

    def links(self) -> list[tuple[int, int]]:
        """Pairs nearer than the limit, the nearest first, but for those that join unlike groups."""
        left, right = np.nonzero(np.triu(self.similarity > self.limit))
        order = np.argsort(-self.similarity[left, right], kind="stable")
        group = np.arange(len(self.similarity))
        kept = []
        for a, b in zip(left[order].tolist(), right[order].tolist(), strict=True):
            if group[a] == group[b]:
                continue
            one, other = group == group[a], group == group[b]
            between = np.ix_(one, other)
            if self.similarity[between][self.apart[between]].mean() > _TOGETHER * self.limit:
                group[other] = group[a]
                kept.append((a, b))
        return kept

    def like_next(self) -> NDArray[np.bool_]:
        """Whether each photo is like the one with the next name, where no group has both."""
        first = np.arange(len(self.similarity) - 1)
        return self._like(first, 1)[self.apart[first, first + 1]]

    def series(self) -> list[tuple[int, int]]:
        """Pairs at most two names apart that are alike."""
        count = len(self.similarity)
        return [
            (a, a + step)
            for step in (1, 2)
            for a in np.flatnonzero(self._like(np.arange(max(0, count - step)), step)).tolist()
        ]

    def _like(self, first: NDArray[np.int64], step: int) -> NDArray[np.bool_]:
        return np.asarray(self.similarity[first, first + step] > self.usual)


def _blocks(names: list[str], labels: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Photos of one class in the order of their names, numbers by value: 2 before 10."""
    keys = [[int(p) if p.isdecimal() else p for p in re.split(r"(\d+)", n)] for n in names]
    blocks = []
    for label in np.unique(labels):
        members = sorted(np.flatnonzero(labels == label).tolist(), key=lambda i: (keys[i], i))
        count = -(-len(members) // _BLOCK)
        blocks += np.array_split(np.array(members), count)
    return blocks


def _correlations(products: Floats) -> Floats:
    """Of products [M, M] of centred rows; 0 of a row that is all zero."""
    size = np.sqrt(np.maximum(products.diagonal(), 0))
    scale = np.divide(1, size, out=np.zeros_like(size), where=size > 1e-9)
    return on_grid(products * scale[:, None] * scale[None, :])


def _nearest(similarity: Floats) -> Floats:
    """Mean similarity of each photo to its nearest ones [M]."""
    return np.asarray(np.sort(similarity, axis=1)[:, -_NEAREST:].mean(axis=1))


def _quantile(values: Floats) -> float:
    """The value that _BEYOND of them do not exceed; 1 of none."""
    if len(values) == 0:
        return 1.0
    return float(np.sort(values)[int(np.ceil(_BEYOND * len(values))) - 1])


def _joined(groups: NDArray[np.int64], links: list[tuple[int, int]]) -> NDArray[np.int64]:
    """`groups` [N] after those of linked photos were joined."""
    joined = groups.copy()
    for a, b in links:
        joined[joined == joined[b]] = joined[a]
    return joined
