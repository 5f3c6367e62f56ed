"""Every photo of a scan read, decoded and written as a picture, in parallel."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from potholes.dataset.duplicates import perceptual_hash
from potholes.files.png import write_png
from potholes.parallel import map_in_processes
from potholes.params import ImageParams
from potholes.photos.decoding import decode
from potholes.photos.naming import picture_name, printable
from potholes.photos.scanning import Found
from potholes.photos.sniffing import BadImage
from potholes.photos.tables import Rejected

PICTURES = "images"  # the sub-folder that pictures are written to


@dataclass(frozen=True)
class Read:
    """A photo that was read, its facts, and its picture's."""

    sample_id: str
    label: str
    picture: str  # path of the PNG inside the output folder
    width: int
    height: int
    bytes: int
    format: str
    quality: int | None
    sha256: str  # of the file
    pixels_sha256: str  # of the picture's pixels
    perceptual_hash: int  # 64 bits
    notes: tuple[str, ...]


def read_photos(
    photos: Sequence[Found], params: ImageParams, out: Path, *, workers: int | None = None
) -> tuple[list[Read], list[Rejected]]:
    """Write `out/images/*.png` for the photos that can be read, and say why for the others.

    A photo that is in two classes cannot be right in both: all of its copies are rejected, and no
    picture of them is left.
    """
    (out / PICTURES).mkdir(parents=True, exist_ok=True)
    work = partial(_read, params=params, out=out)
    results = map_in_processes(work, photos, label="standardise", workers=workers)
    read = [result for result in results if isinstance(result, Read)]
    rejected = [result for result in results if isinstance(result, Rejected)]
    contradictions = find_contradictions(read)
    wrong = {row.path for row in contradictions}
    for photo in read:
        if photo.sample_id in wrong:
            (out / photo.picture).unlink()
    kept = [photo for photo in read if photo.sample_id not in wrong]
    return kept, rejected + contradictions


def find_contradictions(photos: Iterable[Read]) -> list[Rejected]:
    """The photos that are also in another class, byte by byte or pixel by pixel."""
    same: dict[str, list[Read]] = defaultdict(list)
    for photo in photos:
        same[photo.pixels_sha256].append(photo)
    rejected = []
    for copies in same.values():
        for photo in copies:
            others = [other.sample_id for other in copies if other.label != photo.label]
            if others:
                names = ", ".join(printable(other) for other in others)
                reason = f"the same photo is in another class: {names}; keep it in one class only"
                rejected.append(Rejected(photo.sample_id, reason))
    return rejected


def _read(found: Found, params: ImageParams, out: Path) -> Read | Rejected:
    try:
        data = found.file.read_bytes()
    except OSError as error:
        return Rejected(found.sample_id, f"not readable: {error.strerror}")
    try:
        photo = decode(data, params)
    except BadImage as error:
        return Rejected(found.sample_id, str(error))
    picture = f"{PICTURES}/{picture_name(found.sample_id)}"
    write_png(out / picture, photo.pixels)
    return Read(
        sample_id=found.sample_id,
        label=found.label,
        picture=picture,
        width=photo.width,
        height=photo.height,
        bytes=len(data),
        format=photo.format,
        quality=photo.quality,
        sha256=hashlib.sha256(data).hexdigest(),
        pixels_sha256=hashlib.sha256(photo.pixels.tobytes()).hexdigest(),
        perceptual_hash=perceptual_hash(photo.pixels),
        notes=photo.notes,
    )
