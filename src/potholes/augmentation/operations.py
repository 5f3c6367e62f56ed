"""Random changes to a training picture: one function an operation, all listed in AUGMENTATIONS.

An operation gets a picture (uint8 [224, 224, 3]), its own section of `augment` and a generator
that is its own, so that a change to one operation leaves what the others draw as it was. Where a
picture would have to show what is beyond its edges, they are mirrored: black corners, which occur
in no photo, would be something to learn from.

Every processor draws the same bytes: Pillow resizes in integers and turns without fused
multiply-adds, and NumPy's single operations are exactly rounded.
"""

import hashlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from potholes.params import (
    AugmentParams,
    ChanceParams,
    CropParams,
    HueParams,
    RotateParams,
    StrengthParams,
    ZoomParams,
)

Picture = NDArray[np.uint8]


def augment_copy(pixels: Picture, params: AugmentParams, sample_id: str, copy: int) -> Picture:
    """Copy number `copy` (from 1) of a picture uint8 [224, 224, 3], as another one of that shape.

    A function of its arguments alone: neither other pictures nor the order of calls matter.
    """
    picture = pixels
    for name, change in AUGMENTATIONS.items():
        settings = getattr(params, name)
        generator = _generator(params.seed, sample_id, copy, name)
        if generator.random() < settings.p:
            picture = change(picture, settings, generator)
    return np.ascontiguousarray(picture)


def rotate(picture: Picture, settings: RotateParams, generator: Generator) -> Picture:
    """Turned about the centre by up to +- settings.degrees (left where positive)."""
    angle = math.radians(generator.uniform(-settings.degrees, settings.degrees))
    # a processor's last bits of sine and cosine must not show
    cosine, sine = round(math.cos(angle), 9), round(math.sin(angle), 9)
    side = len(picture)
    middle, margin = side / 2, side // 4  # half of the diagonal is 0.71 sides, this covers 0.75
    matrix = (
        *(cosine, -sine, middle * (1 - cosine + sine) + margin),
        *(sine, cosine, middle * (1 - cosine - sine) + margin),
    )
    mirrored = Image.fromarray(_mirror_edges(picture, margin))
    turned = mirrored.transform(
        (side, side), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR
    )
    return np.asarray(turned)


def flip(picture: Picture, settings: ChanceParams, generator: Generator) -> Picture:
    """Left and right exchanged."""
    return picture[:, ::-1]


def zoom_in(picture: Picture, settings: ZoomParams, generator: Generator) -> Picture:
    """The middle, enlarged by up to settings.factor."""
    side = len(picture)
    window = round(side / generator.uniform(1, settings.factor))
    corner = (side - window) // 2
    return _window(picture, corner, corner, window)


def zoom_out(picture: Picture, settings: ZoomParams, generator: Generator) -> Picture:
    """The whole picture, made smaller by up to settings.factor, its edges mirrored around it."""
    side = len(picture)
    margin = round(side * (generator.uniform(1, settings.factor) - 1) / 2)
    return _resize(_mirror_edges(picture, margin), side)


def crop(picture: Picture, settings: CropParams, generator: Generator) -> Picture:
    """A square window anywhere, of at least settings.area of the picture's area."""
    side = len(picture)
    window = round(side * math.sqrt(generator.uniform(settings.area, 1)))
    top, left = generator.integers(0, side - window, size=2, endpoint=True)
    return _window(picture, int(top), int(left), window)


def brightness(picture: Picture, settings: StrengthParams, generator: Generator) -> Picture:
    """All values multiplied by a factor."""
    return _looked_up(picture, np.arange(256) * _factor(settings, generator))


def contrast(picture: Picture, settings: StrengthParams, generator: Generator) -> Picture:
    """Distances from the mean grey multiplied by a factor."""
    grey = _grey(picture)
    mean = int(grey.sum(dtype=np.int64)) / grey.size
    return _looked_up(picture, (np.arange(256) - mean) * _factor(settings, generator) + mean)


def saturation(picture: Picture, settings: StrengthParams, generator: Generator) -> Picture:
    """Distances from each pixel's own grey multiplied by a factor."""
    grey = _grey(picture)[..., None].astype(np.float32)
    return _rounded((picture - grey) * np.float32(_factor(settings, generator)) + grey)


def hue(picture: Picture, settings: HueParams, generator: Generator) -> Picture:
    """All hues shifted by up to +- settings.strength of the colour circle.

    The largest and the smallest value of a pixel stay (HSV's value and saturation).
    """
    shift = generator.uniform(-settings.strength, settings.strength)
    red, green, blue = (picture[..., channel].astype(np.float32) for channel in range(3))
    largest = np.maximum(np.maximum(red, green), blue)
    spread = largest - np.minimum(np.minimum(red, green), blue)
    divisor = np.maximum(spread, 1)  # grey has no hue, and none is needed
    place = np.where(  # on the circle, of length 6: red is 0, green 2, blue 4
        largest == red,
        (green - blue) / divisor,
        np.where(largest == green, (blue - red) / divisor + 2, (red - green) / divisor + 4),
    )
    place += np.float32(6 * shift)
    shifted = np.empty_like(picture)
    for channel, start in enumerate((5, 3, 1)):
        distance = place + np.float32(start)
        distance -= 6 * np.floor(distance / 6)
        lack = np.clip(np.minimum(distance, 4 - distance), 0, 1)
        shifted[..., channel] = _rounded(largest - spread * lack)
    return shifted


def grayscale(picture: Picture, settings: ChanceParams, generator: Generator) -> Picture:
    """Without colour, still in three channels."""
    return np.repeat(_grey(picture)[..., None], 3, axis=2)


def _factor(settings: StrengthParams, generator: Generator) -> float:
    return generator.uniform(1 - settings.strength, 1 + settings.strength)


def _looked_up(picture: Picture, values: NDArray[np.floating[Any]]) -> Picture:
    """Each value v of `picture` replaced by values[v], rounded."""
    changed: Picture = np.take(_rounded(values), picture)
    return changed


def _rounded(values: NDArray[np.floating[Any]]) -> Picture:
    return np.asarray(np.clip(np.rint(values), 0, 255).astype(np.uint8))


def _grey(picture: Picture) -> Picture:
    """[224, 224]: 0.299 red + 0.587 green + 0.114 blue, as Pillow has it in integers."""
    return np.asarray(Image.fromarray(picture).convert("L"))


def _window(picture: Picture, top: int, left: int, side: int) -> Picture:
    """The square at (top, left), enlarged to the size of `picture`."""
    return _resize(picture[top : top + side, left : left + side], len(picture))


def _resize(picture: Picture, side: int) -> Picture:
    resized = Image.fromarray(picture).resize((side, side), Image.Resampling.BILINEAR)
    return np.asarray(resized)


def _mirror_edges(picture: Picture, margin: int) -> Picture:
    """`picture` with a margin of its own mirror images, as wide as one likes."""
    return np.pad(picture, [(margin, margin), (margin, margin), (0, 0)], mode="reflect")


def _generator(seed: int, sample_id: str, copy: int, operation: str) -> Generator:
    key = "\0".join((str(seed), sample_id, str(copy), operation))
    return np.random.default_rng(int.from_bytes(hashlib.sha256(key.encode()).digest()))


Change = Callable[[Picture, Any, Generator], Picture]

AUGMENTATIONS: dict[str, Change] = {  # applied in this order
    "rotate": rotate,
    "flip": flip,
    "zoom_in": zoom_in,
    "zoom_out": zoom_out,
    "crop": crop,
    "brightness": brightness,
    "contrast": contrast,
    "saturation": saturation,
    "hue": hue,
    "grayscale": grayscale,
}
