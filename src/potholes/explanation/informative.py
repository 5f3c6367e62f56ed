"""Which test photos are worth a look, where there is no room for all."""

import hashlib
from dataclasses import dataclass

import numpy as np

from potholes.evaluation.tables import TestPredictions


@dataclass(frozen=True)
class Shown:
    """A test photo by its row in the predictions."""

    row: int
    mistake: bool


def most_informative(table: TestPredictions, *, count: int, sample: int, seed: int) -> list[Shown]:
    """Up to `count` photos: mistakes, the most confident first, then right ones of the sample.

    The sample, `random_photos`, is always among them, so that a reader sees more than mistakes.
    The order of the table makes no difference.
    """
    sampled = random_photos(table, min(sample, count), seed)
    wrong = mistakes(table)
    kept = {*sampled, *wrong[: count - len(sampled)]}
    shown = [row for row in wrong if row in kept] + [row for row in sampled if row not in wrong]
    return [Shown(row, table.labels[row] != table.truth[row]) for row in shown]


def mistakes(table: TestPredictions) -> list[int]:
    """Rows of the wrongly called photos, the most confident first; equal ones by sample_id."""
    confidence = [
        table.probabilities[row, table.classes.index(label)]
        for row, label in enumerate(table.labels)
    ]
    wrong = [row for row, truth in enumerate(table.truth) if truth != table.labels[row]]
    return sorted(wrong, key=lambda row: (-confidence[row], table.sample_ids[row]))


def random_photos(table: TestPredictions, count: int, seed: int) -> list[int]:
    """Rows of `count` photos of `table`; they follow from `seed` and the sample_ids alone."""

    def draw(row: int) -> bytes:
        return hashlib.sha256(f"{seed}:{table.sample_ids[row]}".encode()).digest()

    return sorted(range(len(table.sample_ids)), key=draw)[:count]


def runner_up(table: TestPredictions, row: int) -> str:
    """The most probable class but for the one that was called; of equal ones, the first."""
    others = [name for name in table.classes if name != table.labels[row]]
    probabilities = [table.probabilities[row, table.classes.index(name)] for name in others]
    return others[int(np.argmax(probabilities))]
