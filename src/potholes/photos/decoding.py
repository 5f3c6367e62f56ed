"""From a file's bytes to pixels: the one path that training and prediction share."""

import io
import struct
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from potholes.files.png import SIDE
from potholes.params import ImageParams
from potholes.photos.jpeg import jpeg_quality, strict
from potholes.photos.pixels import QUARTER_TURNS, flatten, square, turn_to_upright
from potholes.photos.sniffing import READERS, BadImage, sniff

_DRAFT = 2 * SIDE  # a JPEG may be decoded at 1/2, 1/4 or 1/8 of its size, but not below this
_TRUNCATED = "truncated {}: part of the picture is missing; copy the file again"
# What Pillow's readers raise on bytes that are not what they claim (found by flipping bytes).
_READER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    EOFError,
    MemoryError,
    RuntimeError,
    Image.DecompressionBombError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True)
class Photo:
    """A photo as the backbone sees it, and facts of the file."""

    pixels: NDArray[np.uint8]  # [224, 224, 3], RGB
    width: int  # of the file's picture, upright
    height: int
    format: str  # BMP, GIF, JPEG, PNG, TIFF or WEBP; array for pixels from memory
    quality: int | None  # JPEG's, 1..100; None for the other formats
    notes: tuple[str, ...]  # what was left out, for the log


@dataclass(frozen=True)
class Upright:
    """A photo as it is looked at: whole, upright, 8-bit RGB, and facts of the file."""

    image: Image.Image  # of a JPEG possibly 1/2, 1/4 or 1/8 of width x height
    width: int  # of the file's picture, upright
    height: int
    format: str
    quality: int | None
    notes: tuple[str, ...]


def decode(data: bytes, params: ImageParams) -> Photo:
    """The photo in `data`, whatever its name says it is.

    Raises BadImage with the reason for anything that is not one whole photo within the limits.
    """
    whole = decode_upright(data, params, at_least=_DRAFT)
    pixels = np.array(square(whole.image, params))
    return Photo(pixels, whole.width, whole.height, whole.format, whole.quality, whole.notes)


def decode_upright(data: bytes, params: ImageParams, *, at_least: int) -> Upright:
    """The whole photo in `data`; a JPEG is decoded smaller, but no side below `at_least` pixels.

    Raises BadImage as `decode`.
    """
    name = sniff(data)
    try:
        whole = strict(data) if name == "JPEG" else data
        if whole is None:
            raise BadImage(_TRUNCATED.format(name))
        image = READERS[name](io.BytesIO(whole))
        check_size(*image.size, params)  # known from the header, before any pixel is decoded
        width, height = image.size
        notes = _notes(image, name)
        quality = jpeg_quality(image.quantization) if isinstance(image, JpegImageFile) else None
        image.draft(image.mode, (at_least, at_least))  # does nothing but for JPEG
        image.load()
        turn = turn_to_upright(image)
    except BadImage:
        raise
    except _READER_ERRORS as error:
        raise BadImage(_reason(name, error)) from None
    if turn in QUARTER_TURNS:
        width, height = height, width
    upright = image if turn is None else image.transpose(turn)
    return Upright(flatten(upright, params.background), width, height, name, quality, notes)


def from_array(pixels: NDArray[np.uint8], params: ImageParams) -> Photo:
    """The photo of RGB `pixels` [H, W, 3] that are decoded and upright already.

    Raises BadImage for another shape or type, or a size outside the limits.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise BadImage(f"an array {list(pixels.shape)} of {pixels.dtype}, not [H, W, 3] of uint8")
    height, width, _ = pixels.shape
    check_size(width, height, params)
    image = Image.fromarray(np.ascontiguousarray(pixels))
    return Photo(np.array(square(image, params)), width, height, "array", None, ())


def keep_memory(images: int = 16) -> None:
    """Have Pillow use the memory of up to so many pictures again, which takes less time.

    For the whole process; Pillow gives each picture's memory back to the system otherwise.
    """
    Image.core.set_blocks_max(images)  # type: ignore[attr-defined]


def check_size(width: int, height: int, params: ImageParams) -> None:
    """Raise BadImage where a photo of `width` x `height` pixels is outside the limits."""
    short, long = sorted((width, height))
    if short < params.min_side:
        raise BadImage(
            f"{width} x {height} pixels: the shorter side must have at least "
            f"{params.min_side} (image.min_side)"
        )
    if long > params.max_aspect * short:
        raise BadImage(
            f"{width} x {height} pixels: the longer side must be at most "
            f"{params.max_aspect:g} times the shorter (image.max_aspect)"
        )
    if width * height > params.max_megapixels * 1e6:
        raise BadImage(
            f"{width} x {height} pixels: must be at most {params.max_megapixels:g} megapixels "
            "(image.max_megapixels)"
        )


def _notes(image: ImageFile, name: str) -> tuple[str, ...]:
    if not getattr(image, "is_animated", False):
        return ()
    return (
        "several pages: only the first is used"
        if name == "TIFF"
        else "animated: only the first frame is used",
    )


def _reason(name: str, error: BaseException) -> str:
    text = " ".join(str(error).split())
    if isinstance(error, MemoryError):
        return f"{name} too large for this machine's memory"
    if "truncated" in text.lower():
        return _TRUNCATED.format(name)
    return f"damaged {name} ({text or type(error).__name__}); copy the file again"
