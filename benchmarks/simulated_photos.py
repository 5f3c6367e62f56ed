"""Simulated photos as backbones see them: two Gaussian classes a backbone, the same for all.

Features of backbone k are N(± distance_k / 2 along the first axis, identity); a share of their
noise is common to all backbones, so that they err on the same photos as real ones do. A `World`
can also have unlike classes, grouped photos, heavy tails and backbones of unlike widths.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulated_heads import Floats

# Share of the noise that all backbones have in common: within a class, out-of-fold margins of
# resnet18 and resnet50 correlated by 0.83 on 496 real road photos.
COMMON = 0.83
AT_ONCE = 250  # simulations in memory,
_WIDE = 50  # or fewer where there are more features than this
_TEST = 4  # one photo in so many is for test, over and above those of train and val


@dataclass(frozen=True)
class World:
    """Simulated photos: how many for train and val together, how wide, how far apart."""

    photos: int
    width: int
    distances: tuple[float, ...]  # one a backbone
    seed: int
    common: float = COMMON  # share of the noise that all backbones have in common
    positive: float = 0.5  # share of the photos that are of class 1
    group: int = 1  # photos a group, all of one class
    within: float = 0.0  # share of the noise that the photos of a group have in common
    tails: float = np.inf  # degrees of freedom of the noise, multivariate t; infinite: normal
    spread: float = 1.0  # standard deviation of class 1's noise; that of class 0 is 1
    widths: tuple[int, ...] = ()  # one a backbone where they differ; `width` is then the largest

    def groups(self, photos: int) -> NDArray[np.int64]:
        """The group [photos] of each of so many photos."""
        return np.arange(photos) // self.group

    def labels(self, photos: int) -> NDArray[np.int64]:
        """The class [photos], 0 or 1, of each of so many photos."""
        count = self.groups(photos)
        below = (np.floor(shift * self.positive + 1e-9) for shift in (count + 1, count))
        return np.asarray(np.subtract(*below), dtype=np.int64)


def draw(world: World, simulations: int) -> Iterator[list[Floats]]:
    """Features [S, photos + test, D] of each backbone, some simulations at a time."""
    tests = world.photos // _TEST
    labels = np.concatenate([world.labels(world.photos), world.labels(tests)])
    groups = np.concatenate([world.groups(world.photos), world.photos + world.groups(tests)])
    scale = np.where(labels == 1, world.spread, 1.0)
    at_once = max(1, min(AT_ONCE, AT_ONCE * _WIDE // world.width))
    for start in range(0, simulations, at_once):
        rng = np.random.default_rng([world.seed, start])
        shape = (min(at_once, simulations - start), len(labels), world.width)
        common = np.float32(world.common**0.5) * _noise(rng, shape, world, groups)
        size = scale * np.ones(shape[:2])
        if np.isfinite(world.tails):
            size /= np.sqrt(rng.chisquare(world.tails, shape[:2]) / world.tails)
        drawn = []
        for index, distance in enumerate(world.distances):
            own = np.float32((1 - world.common) ** 0.5) * _noise(rng, shape, world, groups)
            own += common
            own *= size[:, :, None].astype(np.float32)
            own[:, :, 0] += ((labels - 0.5) * distance).astype(np.float32)
            drawn.append(own[:, :, : world.widths[index]] if world.widths else own)
        yield drawn


def _noise(
    rng: np.random.Generator, shape: tuple[int, int, int], world: World, groups: NDArray[np.int64]
) -> Floats:
    """Normal noise [S, N, D] of variance 1, a share of it common to the photos of a group."""
    own = rng.standard_normal(shape, dtype=np.float32)
    if world.within == 0:
        return own
    names, member = np.unique(groups, return_inverse=True)
    shared = rng.standard_normal((shape[0], len(names), shape[2]), dtype=np.float32)
    own *= np.float32((1 - world.within) ** 0.5)
    own += np.float32(world.within**0.5) * shared[:, member]
    return own
