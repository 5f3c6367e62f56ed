"""Random texture that can be looked up at any place on the ground.

Periodic tiles of value noise are made once a process from a fixed seed; a photo differs from the
next by where and at which angle it reads them. A look-up costs one gather, and the value at a
place does not depend on which pixels ask for it, so a moved camera sees the same road.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

SIZE = 512  # samples of a tile, each way; a power of two, so that wrapping is a bit mask
GRAIN = 4  # samples a cell for texture: many cells, so that no repetition is seen
SHAPE = 16  # samples a cell for outlines: a nearest look-up must not show steps
GRAINS = 1 << 21  # values of the sensor's noise table


@lru_cache(maxsize=2)
def tile(samples: int) -> Array:
    """Periodic value noise [SIZE * SIZE], flat, mean 0 and standard deviation 1."""
    cells = SIZE // samples
    grid = np.random.default_rng(20_240_229).standard_normal((cells, cells))
    steps = np.arange(samples) / samples
    ease = steps * steps * (3 - 2 * steps)
    for axis in (0, 1):
        following = np.roll(grid, -1, axis=axis)
        parts = [grid + (following - grid) * weight for weight in ease]
        shape = list(grid.shape)
        shape[axis] *= samples
        grid = np.stack(parts, axis=axis + 1).reshape(shape)
    grid = (grid - grid.mean()) / grid.std()
    return np.ascontiguousarray(grid, dtype=np.float32).reshape(-1)


@lru_cache(maxsize=1)
def sensor() -> Array:
    """Independent normal values [GRAINS], read from a random place for each photo."""
    return np.random.default_rng(20_240_301).standard_normal(GRAINS, np.float32)


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
        """Texture of about unit deviation at ground places x, z (same unit as wavelength)."""
        return self._look_up(x, z, wavelength, GRAIN)

    def shape(self, x: Array, z: Array, wavelength: float) -> Array:
        """The same, smooth enough to threshold: outlines, shadows, slopes."""
        return self._look_up(x, z, wavelength, SHAPE)

    def _look_up(self, x: Array, z: Array, wavelength: float, samples: int) -> Array:
        scale = samples / wavelength
        u = x * np.float32(self.cos * scale) + z * np.float32(-self.sin * scale)
        v = x * np.float32(self.sin * scale) + z * np.float32(self.cos * scale)
        column = (u + np.float32(self.u)).astype(np.int32) & (SIZE - 1)
        row = (v + np.float32(self.v)).astype(np.int32) & (SIZE - 1)
        return tile(samples).take(row * SIZE + column)


def smoothstep(values: Array, low: float, high: float) -> Array:
    """0 at `low`, 1 at `high` (which may be the smaller), smooth and clipped between."""
    t: Array = np.clip((values - np.float32(low)) * np.float32(1 / (high - low)), 0, 1)
    t *= t * (3 - 2 * t)
    return t
