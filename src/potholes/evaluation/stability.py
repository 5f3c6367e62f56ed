"""Stability gaps: how far training and held-out scores lie apart, as the method defines them."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from potholes.head.tables import Epoch


@dataclass(frozen=True)
class Stability:
    """Means over the epochs of |train - held-out|."""

    loss: float
    acc: float


def stability(history: Sequence[Epoch]) -> Stability:
    """The gaps of a history of at least one epoch; held out is the validation split."""
    return Stability(
        loss=fmean(abs(epoch.train_loss - epoch.val_loss) for epoch in history),
        acc=fmean(abs(epoch.train_acc - epoch.val_acc) for epoch in history),
    )
