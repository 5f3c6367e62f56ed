"""`reports/comparison.csv`: one row a backbone, in the order of `backbones`."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from potholes.tables.rows import read_rows, write_rows


@dataclass(frozen=True)
class Comparison:
    """What a depth scores and costs."""

    backbone: str
    stability_loss: float
    stability_acc: float
    best_epoch: int
    best_acc: float  # validation
    best_auc: float  # validation
    test_acc: float
    test_auc: float
    layers: int
    parameters: int
    multiply_accumulates: int
    model_bytes: int
    weights: str  # imagenet, folder or random


def write_comparison(path: Path, rows: Iterable[Comparison]) -> None:
    """Write the rows in the order given."""
    write_rows(path, Comparison, rows)


def read_comparison(path: Path) -> list[Comparison]:
    """The rows in the file's order."""
    return read_rows(path, Comparison)
