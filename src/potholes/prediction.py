"""A folder of unlabelled photos, of any size, to a table."""

import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from potholes.classifier import Classifier, name_of, predict_together
from potholes.dataset.scanning import PHOTO_SUFFIXES
from potholes.tables.unlabelled import Predictions

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


def predict_folder(folder: Path, classifiers: dict[str, Classifier]) -> dict[str, Predictions]:
    """What each classifier says of the photos below `folder`, by its name; paths inside it."""
    photos = find_photos(folder)
    tables = predict_together(list(classifiers.values()), photos, name=folder.name)
    names = [name_of(photo.relative_to(folder)) for photo in photos]
    failed = sum(error is not None for error in tables[0].errors)
    log.info("%s: %d photos predicted, %d could not be", folder, len(photos) - failed, failed)
    return {
        name: replace(table, paths=names) for name, table in zip(classifiers, tables, strict=True)
    }


def pick(table: Predictions, count: int, *, seed: int) -> Sequence[int]:
    """Row numbers of up to `count` photos without error, drawn at random, in the table's order."""
    rows = [row for row, error in enumerate(table.errors) if error is None]
    chosen = np.random.default_rng(seed).choice(len(rows), min(count, len(rows)), replace=False)
    return sorted(rows[place] for place in chosen.tolist())
