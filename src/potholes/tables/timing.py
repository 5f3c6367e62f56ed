"""`reports/timing/STAGE/NAME.json`: wall-clock seconds, never the dep of a selection."""

from dataclasses import dataclass
from pathlib import Path

from potholes.tables.documents import read_document, write_document


@dataclass(frozen=True)
class Timing:
    """Seconds that a stage's own work took and how many photos (or epochs) it did."""

    seconds: float
    count: int


def write_timing(path: Path, timing: Timing) -> None:
    """Write one file."""
    write_document(path, timing)


def read_timing(path: Path) -> Timing:
    """What write_timing wrote."""
    return read_document(path, Timing)
