"""The pin-hole camera over a flat road: which place on the ground each pixel shows.

Ground coordinates: x in metres across the road, 0 at its middle, right positive; z in metres ahead
of the camera along the road, which may bend.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from potholes.synthetic.noise import Array

FARTHEST = 150.0  # metres; beyond, everything is haze
Window = tuple[slice, slice]
Places = NDArray[np.float64]


@dataclass(frozen=True)
class View:
    """Where the camera stands and looks; lengths in pixels unless named otherwise."""

    width: int
    height: int
    focal: float
    eye: float  # metres above the road
    aside: float  # metres right of the road's middle
    horizon: float  # row of the vanishing point; negative when the camera looks down
    centre: float  # column of the vanishing point
    roll: float  # radians
    bend: float  # the road's middle is at bend * z^2 metres

    @property
    def side(self) -> int:
        """The shorter side in pixels."""
        return min(self.width, self.height)

    @property
    def nearest(self) -> float:
        """z of the bottom row, metres."""
        return self.focal * self.eye / (self.height - self.horizon)

    @property
    def farthest(self) -> float:
        """z of the topmost row that shows ground, metres."""
        return min(FARTHEST, self.focal * self.eye / max(1e-3, -self.horizon))

    def project(self, x: Places, z: Places) -> tuple[Places, Places]:
        """Columns and rows of ground places."""
        z = np.maximum(z, 0.05)
        across = self.focal * (x - self.aside + self.bend * z * z) / z
        down = self.focal * self.eye / z
        cos, sin = np.cos(self.roll), np.sin(self.roll)
        column = self.centre + across * cos - down * sin
        return column, self.horizon + across * sin + down * cos

    def across(self, column: float, z: float) -> float:
        """The x at distance z that is seen in a column (roll left out)."""
        return (column - self.centre) * z / self.focal + self.aside - self.bend * z * z

    def moved(self, right: float, down: float) -> "View":
        """The same camera turned a little, by shares of the picture's size."""
        return replace(
            self,
            centre=self.centre - right * self.width,
            horizon=self.horizon - down * self.height,
        )

    def box(self, x: float, z: float, reach: float) -> tuple[int, int, int, int]:
        """Pixel box (left, top, right, bottom) of the ground square of half-side reach."""
        xs = np.array([x - reach, x + reach] * 2)
        zs = np.array([z - reach, z - reach, z + reach, z + reach])
        columns, rows = self.project(xs, zs)
        left, right = np.clip([columns.min(), columns.max() + 1], 0, self.width)
        top, bottom = np.clip([rows.min(), rows.max() + 1], 0, self.height)
        return int(left), int(top), int(right), int(bottom)


@dataclass(frozen=True)
class Canvas:
    """The picture being painted and the ground under each pixel, all float32 [H, W].

    `rgb` [H, W, 3] is painted in place, 0 to 1, before the camera's own faults.
    """

    view: View
    rgb: Array
    x: Array
    z: Array
    drop: Array  # pixels below the horizon; ground where positive

    @staticmethod
    def blank(view: View) -> "Canvas":
        """A black canvas with its ground coordinates."""
        column = np.arange(view.width, dtype=np.float32)[None, :] - np.float32(view.centre)
        row = np.arange(view.height, dtype=np.float32)[:, None] - np.float32(view.horizon)
        cos, sin = np.float32(np.cos(view.roll)), np.float32(np.sin(view.roll))
        drop = row * cos - column * sin
        least = np.float32(view.focal * view.eye / FARTHEST)
        z = np.asarray(np.float32(view.focal * view.eye) / np.maximum(drop, least), np.float32)
        x: Array = (column * cos + row * sin) * z * np.float32(1 / view.focal)
        x += np.float32(view.aside) - np.float32(view.bend) * z * z
        rgb = np.zeros((view.height, view.width, 3), np.float32)
        return Canvas(view, rgb, x, z, drop)

    def window(self, x: float, z: float, reach: float) -> Window | None:
        """The pixels around a ground place, or None when it is out of the picture."""
        left, top, right, bottom = self.view.box(x, z, reach)
        if right - left < 2 or bottom - top < 2:
            return None
        return slice(top, bottom), slice(left, right)

    def rows_within(self, distance: float) -> slice:
        """The rows that show ground nearer than `distance` metres."""
        tilt = abs(self.view.roll) * self.view.width
        top = self.view.horizon + self.view.focal * self.view.eye / distance - tilt
        return slice(int(np.clip(top, 0, self.view.height)), self.view.height)

    def shade(self, window: Window, factor: Array) -> None:
        """Multiply a window's colours by factor [h, w]."""
        self.rgb[window] *= factor[..., None]

    def blend(self, window: Window, colour: Array, share: Array) -> None:
        """Mix a colour ([3] or [h, w, 3]) into a window by share [h, w]."""
        part = self.rgb[window]
        part += (colour - part) * share[..., None]
