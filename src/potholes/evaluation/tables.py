"""`reports/evaluate/NAME/`: scores.json, classes.csv, roc.csv, predictions.csv, reliability.csv."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from potholes.files.documents import read_document, write_document
from potholes.files.rows import (
    Cell,
    read_cells,
    read_rows,
    read_with_probabilities,
    write_cells,
    write_rows,
    write_with_probabilities,
)

SCORES_FILE = "scores.json"
CLASSES_FILE = "classes.csv"
ROC_FILE = "roc.csv"
PREDICTIONS_FILE = "predictions.csv"
RELIABILITY_FILE = "reliability.csv"
_FIRST = ["sample_id", "group_id", "truth", "label"]


@dataclass(frozen=True)
class Evaluation:
    """Test scores, validation scores of the best epoch, and the stability gaps."""

    backbone: str
    classes: list[str]
    best_epoch: int
    best_acc: float  # validation accuracy of the best epoch
    best_auc: float  # validation AUC of the best epoch
    stability_loss: float  # mean |train_loss - val_loss| over the epochs
    stability_acc: float  # mean |train_acc - val_acc| over the epochs
    test_photos: int
    temperature: float  # that the logits were divided by; 1: as trained
    threshold: float | None  # two classes: probability from which the second one is called
    bayes_threshold: float | None  # two classes: the threshold by the costs alone, 0.5 if equal
    cv_cost: float | None  # two classes: expected cost of a photo at the threshold, cross-validated
    cv_cost_se: float | None  # corrected standard error of cv_cost (Nadeau & Bengio 2003)
    metrics: dict[str, float]  # test_acc, test_auc, …: METRICS by name, calibration, intervals
    confusion: list[list[int]]  # test photos, [truth][predicted]
    averaging: str  # how AUC, average precision, precision, recall and F1 treat the classes

    @property
    def rarest_share(self) -> float:
        """The smallest class's share of the test photos."""
        return min(sum(row) for row in self.confusion) / self.test_photos


@dataclass(frozen=True)
class ClassScores:
    """Test scores of one class against the rest; intervals count groups as effective numbers."""

    label: str
    photos: int  # test photos of the class
    called: int  # test photos called so
    recall: float  # share of the class's photos that are called so
    recall_low: float
    recall_high: float
    precision: float  # share of the photos called so that are; 0, from 0 to 1, where none is
    precision_low: float
    precision_high: float
    f1: float
    f1_low: float
    f1_high: float
    auc: float
    auc_low: float
    auc_high: float
    ap: float  # average precision; at chance the class's share of the photos
    ap_low: float
    ap_high: float


@dataclass(frozen=True)
class RocPoint:
    """One point of one class's curve; with two classes there is one curve, the second's.

    Both rates' limits hold together with `evaluate.level`: they are the sides of a rectangle.
    """

    label: str  # the class that counts as positive
    threshold: float | None  # empty at the start, where nothing is called positive
    false_positive_rate: float
    false_positive_rate_low: float
    false_positive_rate_high: float
    true_positive_rate: float
    true_positive_rate_low: float
    true_positive_rate_high: float


@dataclass(frozen=True)
class TestPredictions:
    """N test photos by sample_id: truth and predicted label, probabilities [N, C]."""

    __test__ = False  # not a test class, whatever pytest makes of its name

    classes: list[str]
    sample_ids: list[str]
    group_ids: list[str]
    truth: list[str]
    labels: list[str]
    probabilities: NDArray[np.float64]


@dataclass(frozen=True)
class ReliabilityBin:
    """Photos of like probability."""

    probability: float  # mean said
    observed: float  # share of the photos that are of the class in question
    low: float  # of observed, Wilson, for the effective number of the bin's groups
    high: float
    photos: int


_RELIABILITY = ["calibrated", *(field.name for field in fields(ReliabilityBin))]


@dataclass(frozen=True)
class EvaluationTables:
    """What a backbone's folder holds."""

    evaluation: Evaluation
    by_class: list[ClassScores]
    roc: list[RocPoint]
    predictions: TestPredictions
    as_trained: list[ReliabilityBin]
    calibrated: list[ReliabilityBin]  # with the temperature


def write_evaluation(folder: Path, tables: EvaluationTables) -> None:
    """Write the five files of `folder`."""
    write_document(folder / SCORES_FILE, tables.evaluation)
    write_rows(folder / CLASSES_FILE, ClassScores, tables.by_class)
    write_rows(folder / ROC_FILE, RocPoint, tables.roc)
    write_predictions(folder / PREDICTIONS_FILE, tables.predictions)
    write_reliability(folder / RELIABILITY_FILE, tables.as_trained, tables.calibrated)


def read_evaluation(folder: Path) -> EvaluationTables:
    """What write_evaluation wrote."""
    as_trained, calibrated = read_reliability(folder / RELIABILITY_FILE)
    return EvaluationTables(
        evaluation=read_document(folder / SCORES_FILE, Evaluation),
        by_class=read_rows(folder / CLASSES_FILE, ClassScores),
        roc=read_rows(folder / ROC_FILE, RocPoint),
        predictions=read_predictions(folder / PREDICTIONS_FILE),
        as_trained=as_trained,
        calibrated=calibrated,
    )


def write_predictions(path: Path, table: TestPredictions) -> None:
    """Write columns sample_id, group_id, truth, label and one `probability_<class>` a class."""
    photos = zip(table.sample_ids, table.group_ids, table.truth, table.labels, strict=True)
    rows: list[list[Cell]] = [
        [*photo, *map(float, p)] for photo, p in zip(photos, table.probabilities, strict=True)
    ]
    write_with_probabilities(path, _FIRST, table.classes, rows)


def read_predictions(path: Path) -> TestPredictions:
    """What write_predictions wrote."""
    classes, lines = read_with_probabilities(path, _FIRST)
    start = len(_FIRST)
    return TestPredictions(
        classes=classes,
        sample_ids=[line[0] for line in lines],
        group_ids=[line[1] for line in lines],
        truth=[line[2] for line in lines],
        labels=[line[3] for line in lines],
        probabilities=np.array([[float(p) for p in line[start:]] for line in lines]),
    )


def write_reliability(
    path: Path, before: Sequence[ReliabilityBin], after: Sequence[ReliabilityBin]
) -> None:
    """Write the bins as trained (calibrated 0), then those with the temperature (1)."""
    rows: list[list[Cell]] = [[0, *astuple(row)] for row in before]
    write_cells(path, _RELIABILITY, [*rows, *([1, *astuple(row)] for row in after)])


def read_reliability(path: Path) -> tuple[list[ReliabilityBin], list[ReliabilityBin]]:
    """The bins before and after the temperature."""
    header, lines = read_cells(path)
    if header != _RELIABILITY:
        raise ValueError(f"{path}: columns are {header}, expected {_RELIABILITY}")
    bins: tuple[list[ReliabilityBin], list[ReliabilityBin]] = ([], [])
    for calibrated, *shares, photos in lines:
        said, observed, low, high = map(float, shares)
        bins[int(calibrated)].append(ReliabilityBin(said, observed, low, high, int(photos)))
    return bins
