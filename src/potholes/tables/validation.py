"""`reports/validation/summary/NAME.json`: what cross-validation says of one depth."""

from dataclasses import dataclass
from pathlib import Path

from potholes.tables.documents import read_document, write_document


@dataclass(frozen=True)
class Validation:
    """Means over the folds with their intervals, and what more labels would add.

    The means estimate the expected score of a head trained on as many photos as a fold's.
    """

    backbone: str
    photos: int  # of train and val
    effective_photos: float  # independent ones that they are worth
    cv_acc: float
    cv_acc_low: float
    cv_acc_high: float
    cv_se: float  # corrected standard error of cv_acc (Nadeau & Bengio 2003)
    cv_auc: float | None  # None where a fold lacks a class
    cv_auc_low: float | None
    cv_auc_high: float | None
    acc_gain: float | None  # of twice as many labelled photos, extrapolated; None: too few groups
    acc_gain_low: float | None
    acc_gain_high: float | None
    auc_gain: float | None
    auc_gain_low: float | None
    auc_gain_high: float | None
    gain: str  # of the accuracy, as a sentence
    ungrouped_auc: list[float]  # a fold, groups parted; empty where every photo is its own group


def write_validation(path: Path, validation: Validation) -> None:
    """Write one file."""
    write_document(path, validation)


def read_validation(path: Path) -> Validation:
    """What write_validation wrote."""
    return read_document(path, Validation)
