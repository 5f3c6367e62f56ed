"""`reports/crossvalidate/NAME/`: summary.json, and tables of folds, photos, sizes, look-alikes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from potholes.files.documents import read_document, write_document
from potholes.files.rows import (
    Cell,
    read_rows,
    read_with_probabilities,
    write_rows,
    write_with_probabilities,
)
from potholes.probabilities import as_written_all, softmax

SUMMARY_FILE = "summary.json"
FOLDS_FILE = "folds.csv"
OUT_OF_FOLD_FILE = "out_of_fold.csv"
CURVE_FILE = "learning_curve.csv"
LOOK_ALIKES_FILE = "look_alikes.csv"
_FIRST = ["repeat", "fold", "sample_id", "group_id", "label"]


@dataclass(frozen=True)
class Convergence:
    """What heads score at convergence, and whether those of so many epochs are trained enough."""

    converged_acc: float  # mean over the same folds
    converged_acc_low: float
    converged_acc_high: float
    converged_auc: float | None  # as cv_auc
    excess_loss: float  # mean cross-entropy above that at convergence, nats
    excess_loss_low: float
    excess_loss_high: float
    under_trained: int  # 1: excess_loss_low > 0, and the accuracy at convergence is 0.01 higher
    enough_epochs: int | None  # that bring most of what longer training brings, if under-trained
    enough_gain: float | None  # what these add to the accuracy of the same folds


@dataclass(frozen=True)
class SplitDraw:
    """Out-of-fold accuracy of val's photos beside train's: were easy photos drawn for val?"""

    train_acc: float  # of the heads that had not seen the photo, mean over the repeats
    val_acc: float
    difference: float  # val minus train, Newcombe's (1998) interval
    low: float
    high: float

    @property
    def drew(self) -> str | None:
        """`easy` or `hard` photos for val; None where chance explains the difference."""
        if self.low <= 0 <= self.high:
            return None
        return "easy" if self.low > 0 else "hard"


@dataclass(frozen=True)
class Undeclared:
    """Look-alikes among the photos of train and val: groups that nobody declared, such as drives.

    `look_alikes` says what the three shares are, and when look-alikes are found. Without them there
    are no groups, and no scores.
    """

    alike: float
    close: float
    in_series: float
    found: bool
    groups: int  # of look-alikes
    photos: int  # in these groups
    effective_photos: float  # independent ones that all photos are worth, look-alikes as groups
    acc: float | None  # cross-validated, look-alikes kept together; None: too few groups
    fall: float | None  # of the accuracy by that, with its interval over the groups
    fall_low: float | None
    fall_high: float | None


@dataclass(frozen=True)
class CrossValidationSummary:
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
    cv_auc: float | None  # of the folds that hold out every class; None where fewer than two do
    cv_auc_low: float | None
    cv_auc_high: float | None
    acc_gain: float | None  # of twice as many labelled photos, extrapolated; None: too few groups
    acc_gain_low: float | None
    acc_gain_high: float | None
    auc_gain: float | None
    auc_gain_low: float | None
    auc_gain_high: float | None
    gain: str  # of the accuracy, as a sentence
    convergence: Convergence
    ungrouped_auc: list[float]  # a fold, groups parted; empty where every photo is its own group
    split: SplitDraw | None  # None where train or val has no photo
    undeclared: Undeclared


@dataclass(frozen=True)
class FoldScore:
    """One fold's head on the photos it held out; nothing of it was chosen on them."""

    repeat: int  # from 0
    fold: int  # from 0
    train_photos: int  # that its head learned from, copies not counted
    photos: int  # held out
    best_epoch: int  # chosen on photos of the fold's own training part
    acc: float
    auc: float | None  # None where a class is missing among the held-out photos
    loss: float  # mean cross-entropy, nats


@dataclass(frozen=True)
class CurvePoint:
    """Mean scores of heads that had so many labelled photos, with intervals of the means."""

    photos: int  # trained on or choosing the epoch, copies not counted
    acc: float
    acc_low: float
    acc_high: float
    auc: float | None  # of the folds that hold out every class; None where fewer than two do
    auc_low: float | None
    auc_high: float | None


@dataclass(frozen=True)
class LookAlike:
    """A photo that others look like, test photos included."""

    sample_id: str
    group_id: str  # the smallest sample_id among them and the groups that were declared


@dataclass(frozen=True)
class OutOfFold:
    """N photos of train and val in R repeats of the cross-validation, C classes."""

    classes: list[str]
    sample_ids: list[str]  # N, sorted
    group_ids: list[str]  # N
    labels: NDArray[np.int64]  # [N], class indices
    held_out_in: NDArray[np.int64]  # [R, N], the fold
    probabilities: NDArray[np.float64]  # [R, N, C], as trained: no temperature applied

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether the most probable class [R, N] is the label."""
        return np.asarray(self.probabilities.argmax(axis=-1) == self.labels)

    @property
    def logits(self) -> NDArray[np.float64]:
        """Log-probabilities [R, N, C], which differ from the logits by a constant a photo."""
        return np.log(np.maximum(self.probabilities, np.finfo(np.float64).tiny))

    def calibrated(self, temperature: float) -> NDArray[np.float64]:
        """Probabilities [N, C] with the logits over `temperature`: the mean of the repeats."""
        return as_written_all(softmax(self.logits, temperature).mean(axis=0))

    @property
    def groups(self) -> NDArray[np.int64]:
        """A number for each photo's group [N]."""
        return np.unique(self.group_ids, return_inverse=True)[1].astype(np.int64)


@dataclass(frozen=True)
class CrossValidationTables:
    """What a backbone's folder holds."""

    summary: CrossValidationSummary
    folds: list[FoldScore]
    out_of_fold: OutOfFold
    curve: list[CurvePoint]
    look_alikes: list[LookAlike]  # by group, then sample_id; empty where none are found


def write_cross_validation(folder: Path, tables: CrossValidationTables) -> None:
    """Write the five files of `folder`."""
    write_document(folder / SUMMARY_FILE, tables.summary)
    write_rows(folder / FOLDS_FILE, FoldScore, tables.folds)
    write_out_of_fold(folder / OUT_OF_FOLD_FILE, tables.out_of_fold)
    write_rows(folder / CURVE_FILE, CurvePoint, tables.curve)
    write_rows(folder / LOOK_ALIKES_FILE, LookAlike, tables.look_alikes)


def read_cross_validation(folder: Path) -> CrossValidationTables:
    """What write_cross_validation wrote."""
    return CrossValidationTables(
        summary=read_document(folder / SUMMARY_FILE, CrossValidationSummary),
        folds=read_rows(folder / FOLDS_FILE, FoldScore),
        out_of_fold=read_out_of_fold(folder / OUT_OF_FOLD_FILE),
        curve=read_rows(folder / CURVE_FILE, CurvePoint),
        look_alikes=read_rows(folder / LOOK_ALIKES_FILE, LookAlike),
    )


def write_out_of_fold(path: Path, table: OutOfFold) -> None:
    """Write a row for each repeat and photo, with one `probability_<class>` a class."""
    labels = [table.classes[index] for index in table.labels.tolist()]
    photos = list(zip(table.sample_ids, table.group_ids, labels, strict=True))
    rows: list[list[Cell]] = [
        [repeat, fold, *photo, *shares]
        for repeat, (folds, probabilities) in enumerate(
            zip(table.held_out_in.tolist(), table.probabilities.tolist(), strict=True)
        )
        for fold, photo, shares in zip(folds, photos, probabilities, strict=True)
    ]
    write_with_probabilities(path, _FIRST, table.classes, rows)


def read_out_of_fold(path: Path) -> OutOfFold:
    """What write_out_of_fold wrote."""
    classes, lines = read_with_probabilities(path, _FIRST)
    start = len(_FIRST)
    repeats = int(lines[-1][0]) + 1 if lines else 0
    if not repeats or len(lines) % repeats:
        raise ValueError(f"{path}: truncated; run `dvc repro` to regenerate it")
    first = lines[: len(lines) // repeats]
    values = np.array([[float(cell) for cell in line[start:]] for line in lines])
    return OutOfFold(
        classes=classes,
        sample_ids=[line[2] for line in first],
        group_ids=[line[3] for line in first],
        labels=np.array([classes.index(line[4]) for line in first], dtype=np.int64),
        held_out_in=np.array([int(line[1]) for line in lines]).reshape(repeats, -1),
        probabilities=values.reshape(repeats, len(first), len(classes)),
    )


def tested_over_trained(scores: Sequence[FoldScore]) -> float:
    """Photos that a fold tests over those it trains on, 1 / (K - 1): what `resampled` needs."""
    return 1 / max(score.fold for score in scores)
