"""The shape of one hole as maps over the ground: how deep, how lit. Independent of the camera."""

from dataclasses import dataclass

import numpy as np

from potholes.synthetic.noise import Array, Noise, smoothstep
from potholes.synthetic.scene import Light

SPAN = 2.1  # half-side of the maps in radii
GRID = 100  # samples a side


@dataclass(frozen=True)
class Pothole:
    """Lengths in metres."""

    x: float
    z: float
    radius: float
    stretch: float  # length along the road / width
    depth: float
    lobes: Array  # [2, K] cosine and sine weights of the outline
    ragged: float  # roughness of the edge, share of the radius
    water: float  # share of the depth that is filled; 0 dry
    soil: Array  # RGB of what lies at the bottom
    noise: Noise


@dataclass(frozen=True)
class Relief:
    """Maps around a hole, each [GRID * GRID]."""

    hole: Pothole
    rim: Array  # distance from the centre, 1 at the outline
    depth: Array  # metres
    lit: Array  # brightness relative to the flat road

    def nearest(self, values: Array, x: Array, z: Array) -> Array:
        """A map's values at ground places, from the nearest sample."""
        column, row = self._cell(x, z)
        at = (row + np.float32(0.5)).astype(np.int32) * GRID
        at += (column + np.float32(0.5)).astype(np.int32)
        return values.take(at)

    def smooth(self, values: Array, x: Array, z: Array) -> Array:
        """A map's values at ground places, bilinear."""
        column, row = self._cell(x, z)
        left, top = column.astype(np.int32), row.astype(np.int32)
        at = top * GRID + left
        across, down = column - left.astype(np.float32), row - top.astype(np.float32)
        upper, lower = values.take(at), values.take(at + GRID)
        upper += (values.take(at + 1) - upper) * across
        lower += (values.take(at + GRID + 1) - lower) * across
        return upper + (lower - upper) * down

    def _cell(self, x: Array, z: Array) -> tuple[Array, Array]:
        scale = (GRID - 1) / (2 * SPAN * self.hole.radius)
        half = np.float32((GRID - 1) / 2)
        column = (x - np.float32(self.hole.x)) * np.float32(scale) + half
        row = (z - np.float32(self.hole.z)) * np.float32(scale / self.hole.stretch) + half
        last = np.float32(GRID - 1.01)
        return np.clip(column, 0, last), np.clip(row, 0, last)


def carve(hole: Pothole, light: Light) -> Relief:
    """The relief of a hole under a scene's light."""
    steps = np.linspace(-SPAN, SPAN, GRID, dtype=np.float32) * np.float32(hole.radius)
    z, x = np.meshgrid(steps * np.float32(hole.stretch), steps, indexing="ij")
    x, z = x + np.float32(hole.x), z + np.float32(hole.z)
    rim = _rim(hole, x, z)
    depth = _depth(hole, x, z, rim)
    lit = _lit(hole, light, x, z, depth)
    return Relief(hole, rim.reshape(-1), depth.reshape(-1), lit.reshape(-1))


def _rim(hole: Pothole, x: Array, z: Array) -> Array:
    """Distance from the hole's centre, 1 at its outline."""
    u = (x - np.float32(hole.x)) * np.float32(1 / hole.radius)
    v = (z - np.float32(hole.z)) * np.float32(1 / (hole.radius * hole.stretch))
    distance = np.sqrt(u * u + v * v) + np.float32(1e-3)
    real, turn = u / distance, v / distance
    outline, c, s = np.ones_like(u), real, turn
    for cosine, sine in hole.lobes.T:
        outline += cosine * c + sine * s
        c, s = c * real - s * turn, s * real + c * turn
    rough = hole.noise.shape(x, z, hole.radius * 0.35)
    rough += 0.5 * hole.noise.shape(z, x, hole.radius * 0.11)
    rim: Array = distance / np.maximum(outline, 0.4) + np.float32(hole.ragged) * rough
    return rim


def _depth(hole: Pothole, x: Array, z: Array, rim: Array) -> Array:
    """Metres below the road: a broken wall, then an uneven floor."""
    floor = 1 + 0.14 * hole.noise.shape(x, z, hole.radius * 0.55)
    floor += 0.03 * hole.noise.shape(z, x, hole.radius * 0.2)
    wall = 0.7 * smoothstep(rim, 1.0, 0.88) + 0.3 * smoothstep(rim, 0.95, 0.3)
    return np.float32(hole.depth) * wall * floor


def _lit(hole: Pothole, light: Light, x: Array, z: Array, depth: Array) -> Array:
    """Brightness relative to the flat road: slope to the sun, cast shadow, sky that is hidden."""
    cos, sin = np.float32(np.cos(light.azimuth)), np.float32(np.sin(light.azimuth))
    ahead, right = np.gradient(depth, z[:, 0], x[0])
    slope = np.clip(1 + (right * cos + ahead * sin) * np.float32(0.8 / light.slope), 0.1, 1.7)
    shadow = np.zeros_like(depth)
    for share in (0.1, 0.25, 0.45, 0.8):
        reach = np.float32(share * hole.radius)
        sunward = x + cos * reach, z + sin * reach
        edge = _depth(hole, *sunward, _rim(hole, *sunward))
        hidden = depth - edge - np.float32(light.slope) * reach
        shadow = np.maximum(shadow, smoothstep(hidden, 0, 0.12 * hole.depth))
    hidden_sky = 1 - 0.55 * np.clip(depth * np.float32(1 / (0.4 * hole.radius)), 0, 1)
    soft = np.clip(1 - 0.2 * np.abs(ahead), 0.6, 1)
    direct = slope * (1 - 0.85 * shadow)
    lit: Array = hidden_sky * (soft + (direct - soft) * np.float32(0.25 + 0.6 * light.sun))
    return lit
