"""Random changes to a training picture: one function an operation, all listed in AUGMENTATIONS.

An operation gets a picture (uint8 [3, 224, 224]), its own section of `augment` and a generator
that is its own, so that a change to one operation leaves what the others draw as it was. Where a
picture would have to show what is beyond its edges, they are mirrored: black corners, which occur
in no photo, would be something to learn from.
"""

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as tv

from potholes.params import (
    AugmentParams,
    ChanceParams,
    CropParams,
    HueParams,
    RotateParams,
    StrengthParams,
    ZoomParams,
)


def augment_copy(
    pixels: NDArray[np.uint8], params: AugmentParams, sample_id: str, copy: int
) -> NDArray[np.uint8]:
    """Copy number `copy` (from 1) of a picture uint8 [224, 224, 3], as another one of that shape.

    A function of its arguments alone: neither other pictures nor the order of calls matter.
    """
    picture = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))
    for name, change in AUGMENTATIONS.items():
        settings = getattr(params, name)
        generator = _generator(params.seed, sample_id, copy, name)
        if generator.random() < settings.p:
            picture = change(picture, settings, generator)
    return np.ascontiguousarray(picture.numpy().transpose(1, 2, 0))


def use_one_thread() -> None:
    """Keep torch to one thread: the work is spread over processes."""
    torch.set_num_threads(1)


def rotate(picture: Tensor, settings: RotateParams, generator: Generator) -> Tensor:
    """Turned about the centre by up to +- settings.degrees."""
    angle = generator.uniform(-settings.degrees, settings.degrees)
    side = picture.shape[-1]
    margin = side // 4  # half of the diagonal is 0.71 sides, half a side and a quarter are 0.75
    turned = tv.rotate(_mirror_edges(picture, margin), angle, InterpolationMode.BILINEAR)
    changed: Tensor = turned[:, margin:-margin, margin:-margin]
    return changed


def flip(picture: Tensor, settings: ChanceParams, generator: Generator) -> Tensor:
    """Left and right exchanged."""
    changed: Tensor = tv.horizontal_flip(picture)
    return changed


def zoom_in(picture: Tensor, settings: ZoomParams, generator: Generator) -> Tensor:
    """The middle, enlarged by up to settings.factor."""
    side = picture.shape[-1]
    window = round(side / generator.uniform(1, settings.factor))
    corner = (side - window) // 2
    return _window(picture, corner, corner, window)


def zoom_out(picture: Tensor, settings: ZoomParams, generator: Generator) -> Tensor:
    """The whole picture, made smaller by up to settings.factor, its edges mirrored around it."""
    side = picture.shape[-1]
    margin = round(side * (generator.uniform(1, settings.factor) - 1) / 2)
    return _resize(_mirror_edges(picture, margin), side)


def crop(picture: Tensor, settings: CropParams, generator: Generator) -> Tensor:
    """A square window anywhere, of at least settings.area of the picture's area."""
    side = picture.shape[-1]
    window = round(side * generator.uniform(settings.area, 1) ** 0.5)
    top, left = generator.integers(0, side - window, size=2, endpoint=True)
    return _window(picture, int(top), int(left), window)


def brightness(picture: Tensor, settings: StrengthParams, generator: Generator) -> Tensor:
    """All values multiplied by a factor."""
    changed: Tensor = tv.adjust_brightness(picture, _factor(settings, generator))
    return changed


def contrast(picture: Tensor, settings: StrengthParams, generator: Generator) -> Tensor:
    """Distances from the mean grey multiplied by a factor."""
    changed: Tensor = tv.adjust_contrast(picture, _factor(settings, generator))
    return changed


def saturation(picture: Tensor, settings: StrengthParams, generator: Generator) -> Tensor:
    """Distances from each pixel's own grey multiplied by a factor."""
    changed: Tensor = tv.adjust_saturation(picture, _factor(settings, generator))
    return changed


def hue(picture: Tensor, settings: HueParams, generator: Generator) -> Tensor:
    """All hues shifted by up to +- settings.strength of the colour circle."""
    changed: Tensor = tv.adjust_hue(
        picture, generator.uniform(-settings.strength, settings.strength)
    )
    return changed


def grayscale(picture: Tensor, settings: ChanceParams, generator: Generator) -> Tensor:
    """Without colour, still in three channels."""
    changed: Tensor = tv.rgb_to_grayscale(picture, num_output_channels=3)
    return changed


def _factor(settings: StrengthParams, generator: Generator) -> float:
    return generator.uniform(1 - settings.strength, 1 + settings.strength)


def _window(picture: Tensor, top: int, left: int, side: int) -> Tensor:
    """The square at (top, left), enlarged to the size of `picture`."""
    return _resize(picture[:, top : top + side, left : left + side], picture.shape[-1])


def _resize(picture: Tensor, side: int) -> Tensor:
    changed: Tensor = tv.resize(picture, [side, side], InterpolationMode.BILINEAR, antialias=True)
    return changed


def _mirror_edges(picture: Tensor, margin: int) -> Tensor:
    """`picture` with a margin of its own mirror images, as wide as one likes (torch's is not)."""
    last = picture.shape[-1] - 1
    place = torch.arange(-margin, last + 1 + margin) % (2 * last)
    place = torch.where(place > last, 2 * last - place, place)
    return picture[:, place][:, :, place]


def _generator(seed: int, sample_id: str, copy: int, operation: str) -> Generator:
    key = "\0".join((str(seed), sample_id, str(copy), operation))
    return np.random.default_rng(int.from_bytes(hashlib.sha256(key.encode()).digest()))


Change = Callable[[Tensor, Any, Generator], Tensor]

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
