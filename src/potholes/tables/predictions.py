"""`reports/predictions/NAME.csv`: the test photos with truth, label and probabilities."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from potholes.tables.rows import Cell, read_cells, write_cells

PROBABILITY = "probability_"
_FIRST = ["sample_id", "group_id", "truth", "label"]


@dataclass(frozen=True)
class TestPredictions:
    """N test photos by sample_id: truth and predicted label, probabilities [N, C]."""

    __test__ = False  # not a test class, whatever pytest makes of its name

    classes: list[str]
    sample_ids: list[str]
    group_ids: list[str]
    truth: list[str]
    labels: list[str]
    probabilities: NDArray[np.float64]


def write_with_probabilities(
    path: Path, first: list[str], classes: list[str], rows: list[list[Cell]]
) -> None:
    """Write a CSV with the columns `first`, then one `probability_<class>` a class."""
    write_cells(path, [*first, *(PROBABILITY + name for name in classes)], rows)


def read_with_probabilities(path: Path, first: list[str]) -> tuple[list[str], list[list[str]]]:
    """Classes and lines of what write_with_probabilities wrote.

    Raises ValueError naming the file where its columns do not begin as `first`.
    """
    header, lines = read_cells(path)
    start = len(first)
    if header[:start] != first:
        raise ValueError(f"{path}: columns begin {header[:start]}, expected {first}")
    return [name.removeprefix(PROBABILITY) for name in header[start:]], lines


def write_predictions(path: Path, table: TestPredictions) -> None:
    """Write columns sample_id, group_id, truth, label and one `probability_<class>` a class."""
    photos = zip(table.sample_ids, table.group_ids, table.truth, table.labels, strict=True)
    rows: list[list[Cell]] = [
        [*photo, *map(float, p)] for photo, p in zip(photos, table.probabilities, strict=True)
    ]
    write_with_probabilities(path, _FIRST, table.classes, rows)


def read_predictions(path: Path) -> TestPredictions:
    """What write_predictions wrote."""
    classes, lines = read_with_probabilities(path, _FIRST)
    start = len(_FIRST)
    return TestPredictions(
        classes=classes,
        sample_ids=[line[0] for line in lines],
        group_ids=[line[1] for line in lines],
        truth=[line[2] for line in lines],
        labels=[line[3] for line in lines],
        probabilities=np.array([[float(p) for p in line[start:]] for line in lines]),
    )
