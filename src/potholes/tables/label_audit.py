"""`reports/validation/labels.csv`: every photo of train and val, the most doubtful label first."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from potholes.tables.rows import read_rows, write_rows


@dataclass(frozen=True)
class AuditRow:
    """One photo, its label and what out-of-fold predictions say of it."""

    sample_id: str
    label: str
    suggested: str  # the class that the predictions point to; the label itself where they agree
    margin: float  # probability of the label minus the largest other one, -1..1
    contradicted: int  # 1: another class is confidently predicted; else 0


def write_label_audit(path: Path, rows: Iterable[AuditRow]) -> None:
    """Write the rows in the order given."""
    write_rows(path, AuditRow, rows)


def read_label_audit(path: Path) -> list[AuditRow]:
    """The rows in the file's order."""
    return read_rows(path, AuditRow)
