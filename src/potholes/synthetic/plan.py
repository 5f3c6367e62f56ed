"""Which scene, frame and label each photo has, and its random streams, from its place alone."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

BLOCK = 60  # photos that hold one burst of 2 or 3: 4 % of photos are in a burst


class Series(IntEnum):
    """Independent sequences of photos; the value seeds them."""

    NORMAL = 0
    POTHOLE = 1
    UNLABELLED = 2


class Purpose(IntEnum):
    """Independent random streams of one scene; the value seeds them."""

    CAMERA = 0
    SCENE = 1
    SURFACE = 2
    CLUTTER = 3
    DAMAGE = 4
    GRAIN = 5
    TURN = 6
    LABEL = 7
    BURST = 8


@dataclass(frozen=True)
class Shot:
    """One photo: frame `frame` (from 0) of the scene that begins at photo `scene` of its series."""

    series: Series
    scene: int
    frame: int
    pothole: bool

    def stream(self, seed: int, purpose: Purpose) -> np.random.Generator:
        """Random numbers that all frames of the scene share."""
        return _generator(seed, self.series, self.scene, purpose)

    def frame_stream(self, seed: int, purpose: Purpose) -> np.random.Generator:
        """Random numbers of this frame alone."""
        return _generator(seed, self.series, self.scene, purpose, self.frame)


def plan_shot(seed: int, series: Series, index: int) -> Shot:
    """The shot at place `index` of a series; the same whatever the number of photos."""
    frame = _frame(seed, series, index)
    scene = index - frame
    pothole = series is Series.POTHOLE
    if series is Series.UNLABELLED:
        pothole = bool(_generator(seed, series, scene, Purpose.LABEL).random() < 0.5)
    return Shot(series, scene, frame, pothole)


def _frame(seed: int, series: Series, index: int) -> int:
    block, place = divmod(index, BLOCK)
    rng = _generator(seed, series, block, Purpose.BURST)
    length = int(rng.integers(2, 4))
    start = int(rng.integers(0, BLOCK - length + 1))
    return place - start if start <= place < start + length else 0


def _generator(seed: int, *key: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=tuple(map(int, key))))
