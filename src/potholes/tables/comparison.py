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
    test_acc_low: float
    test_acc_high: float
    test_auc: float
    test_auc_low: float
    test_auc_high: float
    cv_acc: float  # mean over the folds of train and val
    cv_acc_low: float
    cv_acc_high: float
    cv_se: float  # corrected standard error of cv_acc (Nadeau & Bengio 2003)
    cv_auc: float | None  # None where a fold lacks a class
    cv_auc_low: float | None
    cv_auc_high: float | None
    test_ece_before: float  # expected calibration error, as trained
    test_ece_before_low: float
    test_ece_before_high: float
    test_brier_before: float
    test_brier_before_low: float
    test_brier_before_high: float
    test_ece: float  # with the temperature
    test_ece_low: float
    test_ece_high: float
    test_brier: float
    test_brier_low: float
    test_brier_high: float
    temperature: float
    threshold: float | None  # None for more than two classes
    acc_gain: float | None  # accuracy that twice as many labelled photos would add, extrapolated
    acc_gain_low: float | None
    acc_gain_high: float | None
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
