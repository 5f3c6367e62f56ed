"""`reports/validation/learning_curve/NAME.csv`: scores against the number of labelled photos."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from potholes.tables.rows import read_rows, write_rows


@dataclass(frozen=True)
class CurvePoint:
    """Mean scores of heads that had so many labelled photos, with intervals of the means."""

    photos: int  # trained on or choosing the epoch, copies not counted
    acc: float
    acc_low: float
    acc_high: float
    auc: float | None  # None where a fold holds out no photo of some class
    auc_low: float | None
    auc_high: float | None


def write_learning_curve(path: Path, points: Iterable[CurvePoint]) -> None:
    """Write one row a number of photos."""
    write_rows(path, CurvePoint, points)


def read_learning_curve(path: Path) -> list[CurvePoint]:
    """The points in order."""
    return read_rows(path, CurvePoint)
