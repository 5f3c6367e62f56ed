"""A folder of unlabelled photos: which there are and how tables name them."""

import logging
import os
from pathlib import Path

from potholes.dataset.naming import is_utf8, printable
from potholes.dataset.scanning import PHOTO_SUFFIXES

log = logging.getLogger(__name__)


def find_photos(folder: Path) -> list[Path]:
    """The photos below `folder` in order of path, hidden ones passed over, by file name.

    Linked folders are not followed. Raises ValueError where `folder` is missing.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder}: no such folder; expected one with photos to predict")
    photos, others = [], 0
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.startswith("."):
                continue
            if Path(name).suffix.lower() in PHOTO_SUFFIXES:
                photos.append(Path(place, name))
            else:
                others += 1
    if others:
        log.info("%s: %d files are no photos by their name, left out", folder, others)
    return sorted(photos)


def name_of(path: Path) -> str:
    """`path` as tables name it: as it is, but for bytes that are no UTF-8."""
    return path.as_posix() if is_utf8(str(path)) else printable(str(path))
