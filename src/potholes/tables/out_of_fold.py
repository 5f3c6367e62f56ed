"""`reports/validation/out_of_fold/NAME.csv`: what heads say of photos they had not seen."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from potholes.softmax import as_written_all, softmax
from potholes.tables.predictions import read_with_probabilities, write_with_probabilities
from potholes.tables.rows import Cell

_FIRST = ["repeat", "fold", "sample_id", "group_id", "label"]


@dataclass(frozen=True)
class OutOfFold:
    """N photos of train and val in R repeats of the cross-validation, C classes."""

    classes: list[str]
    sample_ids: list[str]  # N, sorted
    group_ids: list[str]  # N
    labels: NDArray[np.int64]  # [N], class indices
    held_out_in: NDArray[np.int64]  # [R, N], the fold
    probabilities: NDArray[np.float64]  # [R, N, C], as trained: no temperature applied

    @property
    def logits(self) -> NDArray[np.float64]:
        """Log-probabilities [R, N, C], which differ from the logits by a constant a photo."""
        return np.log(np.maximum(self.probabilities, np.finfo(np.float64).tiny))

    def calibrated(self, temperature: float) -> NDArray[np.float64]:
        """Probabilities [N, C] with the logits over `temperature`: the mean of the repeats."""
        return as_written_all(softmax(self.logits, temperature).mean(axis=0))

    @property
    def groups(self) -> NDArray[np.int64]:
        """A number for each photo's group [N]."""
        return np.unique(self.group_ids, return_inverse=True)[1].astype(np.int64)


def write_out_of_fold(path: Path, table: OutOfFold) -> None:
    """Write a row for each repeat and photo, with one `probability_<class>` a class."""
    labels = [table.classes[index] for index in table.labels.tolist()]
    photos = list(zip(table.sample_ids, table.group_ids, labels, strict=True))
    rows: list[list[Cell]] = [
        [repeat, fold, *photo, *shares]
        for repeat, (folds, probabilities) in enumerate(
            zip(table.held_out_in.tolist(), table.probabilities.tolist(), strict=True)
        )
        for fold, photo, shares in zip(folds, photos, probabilities, strict=True)
    ]
    write_with_probabilities(path, _FIRST, table.classes, rows)


def read_out_of_fold(path: Path) -> OutOfFold:
    """What write_out_of_fold wrote."""
    classes, lines = read_with_probabilities(path, _FIRST)
    start = len(_FIRST)
    repeats = int(lines[-1][0]) + 1 if lines else 0
    if not repeats or len(lines) % repeats:
        raise ValueError(f"{path}: cut; `dvc repro` makes it anew")
    first = lines[: len(lines) // repeats]
    values = np.array([[float(cell) for cell in line[start:]] for line in lines])
    return OutOfFold(
        classes=classes,
        sample_ids=[line[2] for line in first],
        group_ids=[line[3] for line in first],
        labels=np.array([classes.index(line[4]) for line in first], dtype=np.int64),
        held_out_in=np.array([int(line[1]) for line in lines]).reshape(repeats, -1),
        probabilities=values.reshape(repeats, len(first), len(classes)),
    )
