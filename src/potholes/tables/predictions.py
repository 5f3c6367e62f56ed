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


def write_predictions(path: Path, table: TestPredictions) -> None:
    """Write columns sample_id, group_id, truth, label and one `probability_<class>` a class."""
    photos = zip(table.sample_ids, table.group_ids, table.truth, table.labels, strict=True)
    rows: list[list[Cell]] = [
        [*photo, *map(float, p)] for photo, p in zip(photos, table.probabilities, strict=True)
    ]
    write_cells(path, [*_FIRST, *(PROBABILITY + name for name in table.classes)], rows)


def read_predictions(path: Path) -> TestPredictions:
    """What write_predictions wrote."""
    header, lines = read_cells(path)
    start = len(_FIRST)
    if header[:start] != _FIRST:
        raise ValueError(f"{path}: columns begin {header[:start]}, expected {_FIRST}")
    return TestPredictions(
        classes=[name.removeprefix(PROBABILITY) for name in header[start:]],
        sample_ids=[line[0] for line in lines],
        group_ids=[line[1] for line in lines],
        truth=[line[2] for line in lines],
        labels=[line[3] for line in lines],
        probabilities=np.array([[float(p) for p in line[start:]] for line in lines]),
    )
