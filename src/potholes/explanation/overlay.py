"""Thumbnails, and photos under their activation maps, as WebP of the same bytes everywhere.

All arithmetic is in integers, Pillow's and WebP's included.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FOR = (230, 120, 0)  # orange: speaks for the answer
AGAINST = (0, 114, 178)  # blue: for the runner-up; no colour blindness takes one for the other
QUALITY = 70
_OPACITY = 0.6  # of full colour: the photo must be seen through it
_ZERO = 128  # of a map in 8 bits
_STEPS = 127


def write_picture(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Write pixels [H, W, 3] as a WebP."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, "WEBP", quality=QUALITY, method=4)


def overlay(
    pixels: NDArray[np.uint8], activation: NDArray[np.floating], scale: float
) -> NDArray[np.uint8]:
    """The photo [H, W, 3] in grey under its activation map [7, 7] in colour: [H, W, 3].

    Orange where the map is above 0, blue below, the stronger the farther from 0 and fullest at
    `scale`. Between the map's positions the colour is interpolated (bicubic).
    """
    steps = np.rint(np.clip(activation.astype(np.float64) / scale, -1, 1) * _STEPS)
    small = Image.fromarray((steps + _ZERO).astype(np.uint8))
    height, width, _ = pixels.shape
    large = small.resize((width, height), Image.Resampling.BICUBIC)
    signed = np.asarray(large).astype(np.int64)[..., None] - _ZERO
    colour = np.where(signed > 0, FOR, AGAINST)
    grey = np.asarray(Image.fromarray(pixels).convert("L")).astype(np.int64)[..., None]
    full = round(_STEPS / _OPACITY)
    covered = np.minimum(np.abs(signed), _STEPS)
    mixed = (_paler(grey) * (full - covered) + colour * covered) // full
    return np.asarray(mixed, dtype=np.uint8)


def _paler(grey: NDArray[np.int64]) -> NDArray[np.int64]:
    """Less black and no pure white: colour can be told on asphalt and on sky."""
    return grey * 4 // 5 + 40
