"""Which scene, frame and label each photo has, from its place in the sequence alone."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

BLOCK = 60  # photos that hold one burst: 4 % of photos are in a burst of 2 or 3


class Series(IntEnum):
    """Independent sequences of photos; the value seeds them."""

    NORMAL = 0
    POTHOLE = 1
    UNLABELLED = 2


@dataclass(frozen=True)
class Shot:
    """One photo: frame number `frame` of the scene that begins at photo `scene` of its series."""

    series: Series
    scene: int
    frame: int
    pothole: bool


def generator(seed: int, series: Series, scene: int, *purpose: int) -> np.random.Generator:
    """The random stream of one purpose of one scene."""
    key = (int(series), scene, *purpose)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def plan_shot(seed: int, series: Series, index: int) -> Shot:
    """The shot at place `index` of a series; the same whatever the number of photos."""
    scene = index - _frame(seed, series, index)
    if series is Series.UNLABELLED:
        pothole = bool(generator(seed, series, scene, _LABEL).random() < 0.5)
    else:
        pothole = series is Series.POTHOLE
    return Shot(series, scene, index - scene, pothole)


def _frame(seed: int, series: Series, index: int) -> int:
    block, place = divmod(index, BLOCK)
    rng = generator(seed, series, block, _BURST)
    length = int(rng.integers(2, 4))
    start = int(rng.integers(0, BLOCK - length + 1))
    return place - start if start <= place < start + length else 0


_LABEL, _BURST = 10, 11  # purposes beside those of photos.py
