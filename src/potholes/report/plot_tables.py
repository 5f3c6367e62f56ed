"""The tables that `dvc plots` draws: all backbones in one file each, a row a point.

dvc.yaml can name no file for each backbone there, so a column says whose the row is. The templates
are in .dvc/plots.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from potholes.evaluation.tables import RocPoint
from potholes.files.rows import Cell, write_cells
from potholes.report.results import Outcome

Lines = list[list[Cell]]


def write_plot_tables(folder: Path, backbones: Sequence[Outcome]) -> None:
    """Write history.csv, roc.csv, learning_curve.csv and confusion.csv into `folder`."""
    for name, (columns, lines_of) in _TABLES.items():
        lines = [[one.name, *line] for one in backbones for line in lines_of(one)]
        write_cells(folder / f"{name}.csv", ["backbone", *columns], lines)


def _history(one: Outcome) -> Lines:
    trained: Lines = [[row.epoch, "train", row.train_loss, row.train_acc] for row in one.history]
    return trained + [[row.epoch, "val", row.val_loss, row.val_acc] for row in one.history]


def _roc(one: Outcome) -> Lines:
    """Points in the order of the curve, which goes up and right in steps."""
    points = zip(*(rates.tolist() for rates in macro_curve(one.evaluated.roc)), strict=True)
    return [[number, *point] for number, point in enumerate(points)]


def _learning_curve(one: Outcome) -> Lines:
    return [[point.photos, point.acc, point.acc_low, point.acc_high] for point in one.curve]


def _confusion(one: Outcome) -> Lines:
    found = one.evaluated.evaluation
    return [
        [truth, predicted, photos, photos / max(sum(row), 1)]
        for truth, row in zip(found.classes, found.confusion, strict=True)
        for predicted, photos in zip(found.classes, row, strict=True)
    ]


def macro_curve(points: Sequence[RocPoint]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """False and true positive rates; of several classes, the true ones averaged at each false one.

    Averaged as in scikit-learn's example of a macro-averaged one-vs-rest ROC curve.
    """
    labels = dict.fromkeys(point.label for point in points)
    curves = [
        np.array(
            [(p.false_positive_rate, p.true_positive_rate) for p in points if p.label == label]
        )
        for label in labels
    ]
    if len(curves) == 1:
        return curves[0][:, 0], curves[0][:, 1]
    grid = np.unique(np.concatenate([curve[:, 0] for curve in curves]))
    heights = [np.interp(grid, curve[:, 0], curve[:, 1]) for curve in curves]
    return np.append(0.0, grid), np.append(0.0, np.mean(heights, axis=0))


_TABLES: dict[str, tuple[list[str], Callable[[Outcome], Lines]]] = {
    "history": (["epoch", "split", "loss", "accuracy"], _history),
    "roc": (["point", "false_positive_rate", "true_positive_rate"], _roc),
    "learning_curve": (["photos", "acc", "acc_low", "acc_high"], _learning_curve),
    "confusion": (["truth", "predicted", "photos", "share"], _confusion),
}
