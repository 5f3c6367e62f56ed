"""`reports/history/NAME.csv`: what every epoch of the head's training measured."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from potholes.tables.rows import read_rows, write_rows


@dataclass(frozen=True)
class Epoch:
    """Measured after the epoch's last update, on un-augmented photos, with the same weights."""

    epoch: int  # from 1
    lr: float  # the learning rate that the epoch used
    train_loss: float  # mean cross-entropy, nats
    train_acc: float
    val_loss: float
    val_acc: float
    val_auc: float


def write_history(path: Path, epochs: Iterable[Epoch]) -> None:
    """Write one row an epoch."""
    write_rows(path, Epoch, epochs)


def read_history(path: Path) -> list[Epoch]:
    """The epochs in order."""
    return read_rows(path, Epoch)
