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


def most_informative(
    table: TestPredictions, threshold: float | None, *, count: int, sample: int, seed: int
) -> list[Shown]:
    """Up to `count` photos: mistakes, the most confident first, then right ones, `nearest_first`.

    The sample, `random_photos`, is always among them, so that a reader sees more than mistakes.
    `threshold` is that of two classes, None for more. The order of the table makes no difference.
    """
    sampled = random_photos(table, min(sample, count), seed)
    wrong, right = mistakes(table), nearest_first(table, threshold)
    others = [row for row in [*wrong, *right] if row not in set(sampled)]
    kept = {*sampled, *others[: count - len(sampled)]}
    shown = [Shown(row, mistake=True) for row in wrong if row in kept]
    return [*shown, *(Shown(row, mistake=False) for row in right if row in kept)]


def mistakes(table: TestPredictions) -> list[int]:
    """Rows of the wrongly called photos, the most confident first; equal ones by sample_id."""
    confidence = [
        table.probabilities[row, table.classes.index(label)]
        for row, label in enumerate(table.labels)
    ]
    wrong = [row for row, truth in enumerate(table.truth) if truth != table.labels[row]]
    return sorted(wrong, key=lambda row: (-confidence[row], table.sample_ids[row]))


def nearest_first(table: TestPredictions, threshold: float | None) -> list[int]:
    """Rows of the rightly called photos, the nearest to being wrong first; equal by sample_id.

    Near is the probability's distance from `threshold` for two classes, and from the runner-up's
    for more.
    """
    right = [row for row, truth in enumerate(table.truth) if truth == table.labels[row]]
    return sorted(right, key=lambda row: (_distance(table, threshold, row), table.sample_ids[row]))


def _distance(table: TestPredictions, threshold: float | None, row: int) -> float:
    said = table.probabilities[row]
    if threshold is not None and len(said) == 2:
        return float(abs(said[1] - threshold))
    label, other = table.labels[row], runner_up(table, row)
    return float(said[table.classes.index(label)] - said[table.classes.index(other)])


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
