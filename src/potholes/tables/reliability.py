"""`reports/reliability/NAME.csv`: what was said of the test photos and what came true."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from potholes.tables.rows import Cell, read_cells, write_cells


@dataclass(frozen=True)
class ReliabilityBin:
    """Photos of like probability."""

    probability: float  # mean said
    observed: float  # share of the photos that are of the class in question
    low: float  # of observed, Wilson, for the effective number of the bin's groups
    high: float
    photos: int


_HEADER = ["calibrated", *(field.name for field in fields(ReliabilityBin))]


def write_reliability(
    path: Path, before: Sequence[ReliabilityBin], after: Sequence[ReliabilityBin]
) -> None:
    """Write the bins as trained (calibrated 0), then those with the temperature (1)."""
    rows: list[list[Cell]] = [[0, *astuple(row)] for row in before]
    write_cells(path, _HEADER, [*rows, *([1, *astuple(row)] for row in after)])


def read_reliability(path: Path) -> tuple[list[ReliabilityBin], list[ReliabilityBin]]:
    """The bins before and after the temperature."""
    header, lines = read_cells(path)
    if header != _HEADER:
        raise ValueError(f"{path}: columns are {header}, expected {_HEADER}")
    bins: tuple[list[ReliabilityBin], list[ReliabilityBin]] = ([], [])
    for calibrated, *shares, photos in lines:
        said, observed, low, high = map(float, shares)
        bins[int(calibrated)].append(ReliabilityBin(said, observed, low, high, int(photos)))
    return bins
