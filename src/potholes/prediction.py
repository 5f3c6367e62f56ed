"""Labels of unlabelled photos, and which of them to show."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from potholes.decision import decide
from potholes.tables.unlabelled import Predictions


def label(
    classes: list[str],
    names: list[str],
    probabilities: NDArray[np.float64],
    errors: list[str | None],
    threshold: float | None,
) -> Predictions:
    """The table of photos `names` with probabilities [N, C]; no label where there is an error."""
    labels = [
        None if error is not None else classes[index]
        for index, error in zip(decide(probabilities, threshold), errors, strict=True)
    ]
    return Predictions(classes, names, labels, probabilities, errors)


def pick(table: Predictions, count: int, *, seed: int) -> Sequence[int]:
    """Row numbers of up to `count` photos without error, drawn at random, in the table's order."""
    rows = [row for row, error in enumerate(table.errors) if error is None]
    chosen = np.random.default_rng(seed).choice(len(rows), min(count, len(rows)), replace=False)
    return sorted(rows[index] for index in chosen.tolist())
