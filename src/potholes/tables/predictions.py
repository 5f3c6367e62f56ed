"""`reports/predictions/NAME.csv`: the test photos with truth, label and probabilities."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from potholes.tables.rows import Cell, read_cells, write_cells

PROBABILITY = "probability_"


@dataclass(frozen=True)
class TestPredictions:
    """N test photos by sample_id: truth and predicted label, probabilities [N, C]."""

    __test__ = False  # not a test class, whatever pytest makes of its name

    classes: list[str]
    sample_ids: list[str]
    truth: list[str]
    labels: list[str]
    probabilities: NDArray[np.float64]


def write_predictions(path: Path, table: TestPredictions) -> None:
    """Write columns sample_id, truth, label and one `probability_<class>` a class."""
    header = ["sample_id", "truth", "label", *(PROBABILITY + name for name in table.classes)]
    columns = zip(table.sample_ids, table.truth, table.labels, table.probabilities, strict=True)
    rows: list[list[Cell]] = [
        [name, truth, label, *map(float, p)] for name, truth, label, p in columns
    ]
    write_cells(path, header, rows)


def read_predictions(path: Path) -> TestPredictions:
    """What write_predictions wrote."""
    header, lines = read_cells(path)
    if header[:3] != ["sample_id", "truth", "label"]:
        raise ValueError(f"{path}: columns begin {header[:3]}, expected sample_id, truth, label")
    return TestPredictions(
        classes=[name.removeprefix(PROBABILITY) for name in header[3:]],
        sample_ids=[line[0] for line in lines],
        truth=[line[1] for line in lines],
        labels=[line[2] for line in lines],
        probabilities=np.array([[float(p) for p in line[3:]] for line in lines]),
    )
