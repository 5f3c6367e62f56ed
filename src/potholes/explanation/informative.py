"""Which test photos are worth a look, where there is no room for all."""

import hashlib
from dataclasses import dataclass

import numpy as np

from potholes.evaluation.tables import TestPredictions


@dataclass(frozen=True)
class Shown:
    """A test photo by its row in the predictions, and its place in the random order, from 1."""

    row: int
    draw: int
    mistake: bool


def most_informative(table: TestPredictions, *, count: int, sample: int, seed: int) -> list[Shown]:
    """Up to `count` photos: mistakes, the most confident first, then random right ones.

    The first `sample` photos of the random order, which the seed draws from all, are always among
    them, so that a reader sees more than mistakes. The order of the table makes no difference.
    """
    confidence = [
        table.probabilities[row, table.classes.index(label)]
        for row, label in enumerate(table.labels)
    ]
    ids = table.sample_ids
    drawn = sorted(range(len(ids)), key=lambda row: _draw(seed, ids[row]))
    photos = [
        Shown(row, place, table.labels[row] != table.truth[row])
        for place, row in enumerate(drawn, start=1)
    ]
    mistakes = sorted(
        (photo for photo in photos if photo.mistake),
        key=lambda photo: (-confidence[photo.row], ids[photo.row]),
    )
    ordered = [*mistakes, *(photo for photo in photos if not photo.mistake)]
    first = set(sorted(ordered, key=lambda photo: min(photo.draw, sample + 1))[:count])
    return [photo for photo in ordered if photo in first]


def runner_up(table: TestPredictions, row: int) -> str:
    """The most probable class but for the one that was called; of equal ones, the first."""
    others = [name for name in table.classes if name != table.labels[row]]
    probabilities = [table.probabilities[row, table.classes.index(name)] for name in others]
    return others[int(np.argmax(probabilities))]


def _draw(seed: int, sample_id: str) -> bytes:
    return hashlib.sha256(f"{seed}:{sample_id}".encode()).digest()
