"""From any decoded picture to upright RGB of 224 x 224."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from potholes.files.png import SIDE
from potholes.params import ImageParams
from potholes.photos.sniffing import BadImage

_ORIENTATION = 0x0112  # EXIF tag
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
QUARTER_TURNS = {_TURNS[5], _TURNS[6], _TURNS[7], _TURNS[8]}  # width and height change places
_COLOUR_MODES = {"1", "L", "P", "RGB", "RGBX", "CMYK", "YCbCr", "HSV"}
_ALPHA_MODES = {"LA", "PA", "RGBA", "RGBa"}
_WHITES = (255.0, 1023.0, 4095.0, 16383.0, 65535.0)  # 8, 10, 12, 14 and 16 bits


def turn_to_upright(image: Image.Image) -> Image.Transpose | None:
    """The turn that the EXIF or XMP orientation of `image` (already loaded) asks for."""
    return _TURNS.get(image.getexif().get(_ORIENTATION, 1))


def flatten(image: Image.Image, background: list[int]) -> Image.Image:
    """`image` in 8-bit RGB, what is transparent composited on `background` (RGB, 0..255).

    Palettes and CMYK are converted, deep greyscale is rescaled; colour profiles are not applied.
    Raises BadImage for colour spaces that have no plain conversion (LAB).
    """
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode.startswith("I") or image.mode == "F":
        image = Image.fromarray(rescale(np.asarray(image)))
    if image.mode in _ALPHA_MODES or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, (*background, 255))
        return Image.alpha_composite(ground, layer).convert("RGB")
    if image.mode not in _COLOUR_MODES:
        raise BadImage(f"colour mode {image.mode} is not supported; convert it to RGB")
    return image.convert("RGB")


def rescale(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Greyscale [H, W] of 16 or 32 bits, or of floats, to 0..255 without clipping.

    Black is 0, and white is the smallest usual full range that holds the largest value: 1 for
    floats, else 255, 1023, 4095, 16383 or 65535 (a 12-bit photo in a 16-bit file is common).
    Values outside all of these are stretched so that the smallest is black, the largest white.
    Raises BadImage where a value is not finite.
    """
    levels = values.astype(np.float32)
    low, high = float(levels.min()), float(levels.max())
    if not np.isfinite([low, high]).all():
        raise BadImage("has values that are not finite; export it with 8 or 16 bits")
    whites = (1.0, *_WHITES) if values.dtype.kind == "f" else _WHITES
    white = min((white for white in whites if white >= high), default=0.0)
    if low < 0 or not white:
        levels -= low
        white = max(high - low, 1e-30)
    return np.asarray(np.rint(levels * (255 / white)), dtype=np.uint8)


def square(image: Image.Image, params: ImageParams) -> Image.Image:
    """RGB `image` fitted to 224 x 224 by `params.fit`.

    crop: the largest centred square; pad: the whole photo, bars of `params.background`;
    stretch: the whole photo, its aspect lost. Resampled with Pillow's antialiased bicubic.
    """
    width, height = image.size
    if params.fit == "crop":
        side = min(width, height)
        left, top = (width - side) / 2, (height - side) / 2
        return _resize(image, (SIDE, SIDE), (left, top, left + side, top + side))
    if params.fit == "stretch":
        return _resize(image, (SIDE, SIDE), (0, 0, width, height))
    scale = SIDE / max(width, height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    canvas = Image.new("RGB", (SIDE, SIDE), tuple(params.background))
    corner = ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2)
    canvas.paste(_resize(image, size, (0, 0, width, height)), corner)
    return canvas


def _resize(
    image: Image.Image, size: tuple[int, int], box: tuple[float, float, float, float]
) -> Image.Image:
    return image.resize(size, Image.Resampling.BICUBIC, box=box)
