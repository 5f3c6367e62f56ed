"""`reports/roc/NAME.csv`: ROC points on the test photos."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from potholes.tables.rows import read_rows, write_rows


@dataclass(frozen=True)
class RocPoint:
    """One point of one class's curve; with two classes there is one curve, the second's."""

    label: str  # the class that counts as positive
    threshold: float | None  # empty at the start, where nothing is called positive
    false_positive_rate: float
    true_positive_rate: float


def write_roc(path: Path, points: Iterable[RocPoint]) -> None:
    """Write the points in the order given."""
    write_rows(path, RocPoint, points)


def read_roc(path: Path) -> list[RocPoint]:
    """The points in the file's order."""
    return read_rows(path, RocPoint)
