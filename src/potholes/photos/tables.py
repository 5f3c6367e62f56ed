"""`rejected.csv`: photos that could not be used, with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from potholes.files.rows import write_rows

REJECTED_FILE = "rejected.csv"


@dataclass(frozen=True)
class Rejected:
    """A file inside the labelled folder and why it was left out."""

    path: str
    reason: str


def write_rejected(folder: Path, rejected: Iterable[Rejected]) -> None:
    """Write `folder/rejected.csv`, sorted by path."""
    ordered = sorted(rejected, key=lambda row: row.path)
    write_rows(folder / REJECTED_FILE, Rejected, ordered)
