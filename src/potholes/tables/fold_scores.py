"""`reports/validation/folds/NAME.csv`: what every fold of the cross-validation measured."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from potholes.tables.rows import read_rows, write_rows


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


def write_fold_scores(path: Path, scores: Iterable[FoldScore]) -> None:
    """Write one row a fold."""
    write_rows(path, FoldScore, scores)


def read_fold_scores(path: Path) -> list[FoldScore]:
    """The folds in order."""
    return read_rows(path, FoldScore)


def tested_over_trained(scores: Sequence[FoldScore]) -> float:
    """Photos that a fold tests over those it trains on, 1 / (K - 1): what `resampled` needs."""
    return 1 / max(score.fold for score in scores)
