"""`models/heads/NAME/head.safetensors`, a last layer as torchvision names it, and the rows of
`reports/train/NAME/history.csv`."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from potholes.files.tensors import read_tensors, write_tensors
from potholes.params import HEAD
from potholes.probabilities import on_grid, probabilities

HEAD_FILE = "head.safetensors"
HISTORY_FILE = "history.csv"
_WEIGHT, _BIAS = f"{HEAD}.weight", f"{HEAD}.bias"


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


@dataclass(frozen=True)
class Head:
    """Softmax regression on features: weight [C, D], bias [C], the epoch it is of."""

    backbone: str
    classes: list[str]
    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    best_epoch: int

    def divided(self, temperature: float) -> "Head":
        """The head whose logits are these over `temperature`."""
        divisor = np.float32(temperature)
        return replace(self, weight=self.weight / divisor, bias=self.bias / divisor)

    def logits(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Logits [N, C] of features [N, D], equal for equal features on every processor."""
        # einsum sums each row by itself: the same bits however many rows come at once
        product = np.einsum("nd,cd->nc", features, self.weight, dtype=np.float64)
        return on_grid(product + self.bias)

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Softmax of the logits of features [N, D]: [N, C]."""
        return probabilities(self.logits(features))


def write_head(folder: Path, head: Head) -> None:
    """Write `folder/head.safetensors` (fc.weight, fc.bias)."""
    metadata = {
        "backbone": head.backbone,
        "best_epoch": head.best_epoch,
        "classes": head.classes,
    }
    tensors = {_WEIGHT: head.weight, _BIAS: head.bias}
    write_tensors(folder / HEAD_FILE, tensors, metadata)


def read_head(folder: Path) -> Head:
    """What write_head wrote; raises ValueError naming the file and what is wrong with it."""
    path = folder / HEAD_FILE
    tensors, metadata = read_tensors(path)
    try:
        head = Head(
            backbone=metadata["backbone"],
            classes=metadata["classes"],
            weight=tensors[_WEIGHT],
            bias=tensors[_BIAS],
            best_epoch=metadata["best_epoch"],
        )
    except KeyError as error:
        raise ValueError(
            f"{path}: {error} is missing, so this is not a head; run `dvc repro` to regenerate it"
        ) from None
    problem = _problem(head)
    if problem:
        raise ValueError(f"{path}: {problem}; run `dvc repro` to regenerate it")
    return head


def _problem(head: Head) -> str | None:
    """What keeps a head that was read from being one."""
    weight, bias, classes = head.weight, head.bias, head.classes
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        return f"classes are {classes!r:.60}, expected names"
    if (weight.ndim, *weight.shape[:1], *bias.shape) != (2, len(classes), len(classes)):
        return (
            f"weight {list(weight.shape)} and bias {list(bias.shape)} do not fit "
            f"{len(classes)} classes"
        )
    if {weight.dtype, bias.dtype} != {np.dtype(np.float32)}:
        return f"weight is {weight.dtype}, bias {bias.dtype}, expected float32"
    if not (np.isfinite(weight).all() and np.isfinite(bias).all()):
        return "weight or bias has numbers that are not finite"
    return None
