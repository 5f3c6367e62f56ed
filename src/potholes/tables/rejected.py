"""`rejected.csv`: photos that could not be used, with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from potholes.tables.rows import read_rows, write_rows


@dataclass(frozen=True)
class Rejected:
    """A file inside the labelled folder and why it was left out."""

    path: str
    reason: str


def write_rejected(folder: Path, rejected: Iterable[Rejected]) -> None:
    """Write `folder/rejected.csv`, sorted by path."""
    ordered = sorted(rejected, key=lambda row: row.path)
    write_rows(folder / "rejected.csv", Rejected, ordered)


def read_rejected(folder: Path) -> list[Rejected]:
    """The rows of `folder/rejected.csv`."""
    return read_rows(folder / "rejected.csv", Rejected)
