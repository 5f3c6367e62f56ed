"""`reports/evaluation/NAME.json`: the reported numbers of one backbone and its head."""

from dataclasses import dataclass
from pathlib import Path

from potholes.tables.documents import read_document, write_document


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
    metrics: dict[str, float]  # test_acc, test_auc, …: METRICS by name, calibration, intervals
    confusion: list[list[int]]  # test photos, [truth][predicted]
    averaging: str  # how AUC, precision, recall and F1 treat the classes


def write_evaluation(path: Path, evaluation: Evaluation) -> None:
    """Write one file."""
    write_document(path, evaluation)


def read_evaluation(path: Path) -> Evaluation:
    """What write_evaluation wrote."""
    return read_document(path, Evaluation)
