"""Smooth random texture that can be looked up at any place on the ground.

One periodic tile of value noise is made once a process from a fixed seed; a photo differs from the
next by where and at which angle it reads the tile. A look-up costs one gather, and the value at a
place does not depend on which pixels ask for it, so a moved camera sees the same road.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

CELLS = 128  # of the tile, each way
STEPS = 4  # samples a cell: enough for a nearest look-up to seem smooth
SIZE = CELLS * STEPS  # a power of two, so that wrapping is a bit mask


@lru_cache(maxsize=1)
def tile() -> Array:
    """Periodic value noise [SIZE * SIZE], flat, mean 0 and standard deviation 1."""
    grid = np.random.default_rng(20_240_229).standard_normal((CELLS, CELLS))
    steps = np.arange(STEPS) / STEPS
    ease = steps * steps * (3 - 2 * steps)
    for axis in (0, 1):
        following = np.roll(grid, -1, axis=axis)
        parts = [grid + (following - grid) * weight for weight in ease]
        shape = list(grid.shape)
        shape[axis] *= STEPS
        grid = np.stack(parts, axis=axis + 1).reshape(shape)
    grid = (grid - grid.mean()) / grid.std()
    return np.ascontiguousarray(grid, dtype=np.float32).reshape(-1)


@dataclass(frozen=True)
class Noise:
    """One view of the tile: offset in samples, rotation as (cosine, sine)."""

    u: float
    v: float
    cos: float
    sin: float

    @staticmethod
    def draw(rng: np.random.Generator) -> "Noise":
        """A random offset and angle."""
        angle = rng.uniform(0, 2 * np.pi)
        u, v = rng.uniform(SIZE * 40, SIZE * 41, 2)  # far from 0: truncation must not mirror
        return Noise(float(u), float(v), float(np.cos(angle)), float(np.sin(angle)))

    def at(self, x: Array, z: Array, wavelength: float) -> Array:
        """Noise of about unit deviation at ground places x, z (same unit as wavelength)."""
        scale = STEPS / wavelength
        u = x * np.float32(self.cos * scale) + z * np.float32(-self.sin * scale)
        v = x * np.float32(self.sin * scale) + z * np.float32(self.cos * scale)
        column = (u + np.float32(self.u)).astype(np.int32) & (SIZE - 1)
        row = (v + np.float32(self.v)).astype(np.int32) & (SIZE - 1)
        return tile().take(row * SIZE + column)


def smoothstep(values: Array, low: float, high: float) -> Array:
    """0 at `low`, 1 at `high` (which may be the smaller), smooth and clipped between."""
    t = np.clip((values - np.float32(low)) * np.float32(1 / (high - low)), 0, 1)
    return t * t * (3 - 2 * t)
