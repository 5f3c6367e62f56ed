"""The tables that `dvc plots` draws: all backbones in one file each, a row a point.

dvc.yaml can name no file for each backbone there, so a column says whose the row is. The templates
are in .dvc/plots.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from potholes.files.rows import Cell, write_cells
from potholes.report.results import Outcome
from potholes.report.roc_figure import macro_curve

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


_TABLES: dict[str, tuple[list[str], Callable[[Outcome], Lines]]] = {
    "history": (["epoch", "split", "loss", "accuracy"], _history),
    "roc": (["point", "false_positive_rate", "true_positive_rate"], _roc),
    "learning_curve": (["photos", "acc", "acc_low", "acc_high"], _learning_curve),
    "confusion": (["truth", "predicted", "photos", "share"], _confusion),
}
