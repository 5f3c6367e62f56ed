"""What tells photos apart: bytes, pixels and perceptual hash of the files of two folders."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from potholes.dataset.duplicates import perceptual_hash
from potholes.files.png import read_png
from potholes.parallel import map_in_processes
from potholes.params import ImageParams
from potholes.photos.decoding import decode
from potholes.photos.sniffing import BadImage


@dataclass(frozen=True)
class Seen:
    """A photo that was read."""

    sha256: str  # of the file's bytes
    pixels: str  # sha256 of its 224 x 224 pixels
    hash: int  # perceptual, 64 bits


@dataclass(frozen=True)
class Picture:
    """The standardised picture of a photo with these bytes."""

    sha256: str
    png: Path


def look_at(
    files: Sequence[Path], image: ImageParams, pictures: Mapping[Path, Picture]
) -> list[Seen | str]:
    """Of each file what tells it apart, or why it cannot be read, in order.

    Where `pictures` has the picture of a file and its bytes are those, it is not decoded again.
    """
    jobs = [(file, pictures.get(file)) for file in files]
    return map_in_processes(partial(_look, image), jobs, label="compare")


def _look(image: ImageParams, job: tuple[Path, Picture | None]) -> Seen | str:
    file, picture = job
    try:
        data = file.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        known = picture is not None and picture.sha256 == sha256 and picture.png.is_file()
        pixels = read_png(picture.png) if picture and known else decode(data, image).pixels
    except BadImage as error:
        return str(error)
    except OSError as error:
        return f"not readable: {error.strerror}"
    return Seen(sha256, hashlib.sha256(pixels.tobytes()).hexdigest(), perceptual_hash(pixels))
