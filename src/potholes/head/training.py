"""Softmax regression on constant features: one head, its history and its weights.

`descent` has the steps of its training, `many_heads` trains those of a cross-validation together.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from potholes.features.tables import Features
from potholes.head.descent import Floats, InWeights, descend, initial, with_ones
from potholes.head.tables import Epoch
from potholes.parallel import one_thread
from potholes.params import TrainParams
from potholes.probabilities import macro_auc, on_grid, probabilities

_BITS = 16  # of a trained weight
_DECIMALS = 6  # of a loss that decides between epochs
LOST = 1e6  # times the loss of equal chances: no head comes back from there
FAR = 10.0  # where it ends there, the rate is not merely too high for a good head: the loss grows


@dataclass(frozen=True)
class Task:
    """What one head learns from and is measured on: masks [N] over the rows of the features."""

    train: NDArray[np.bool_]  # with augmented copies
    train_photos: NDArray[np.bool_]  # without
    val: NDArray[np.bool_]

    @classmethod
    def of_splits(cls, features: Features) -> Self:
        """Learn from the split train, choose the epoch by val."""
        return cls(
            train=features.mask("train", copies=True),
            train_photos=features.mask("train", copies=False),
            val=features.mask("val", copies=False),
        )


@dataclass(frozen=True)
class HeadRun:
    """A head's history and its weights after the best epoch."""

    history: list[Epoch]
    best: Epoch
    weight: NDArray[np.float32]  # [C, D]
    bias: NDArray[np.float32]  # [C]


class Diverged(ValueError):
    """A learning rate too high to learn with; `history` ends with the epoch that showed it."""

    def __init__(self, lr: float, epoch: int, loss: float, history: Sequence[Epoch] = ()) -> None:
        """`loss` is what showed it after `epoch` with a params.lr of `lr`."""
        super().__init__(
            f"train.lr: got {lr:g}, but training diverged "
            f"(loss {loss:.3g} after epoch {epoch}); lower it"
        )
        self.history = list(history)


@one_thread
def fit_head(
    features: NDArray[np.float32],
    labels: NDArray[np.int64],
    task: Task,
    classes: int,
    params: TrainParams,
) -> HeadRun:
    """Train one head [C, D] on features [N, D] and labels [N] (cross-entropy, SGD, StepLR).

    It is measured after every epoch with the weights that would be kept. These have 16 bits, so
    that they are the same whatever the order in which a processor's kernels sum. Raises Diverged
    at the first epoch whose training loss is LOST times that of equal chances or no number, and
    where it is FAR times that at the end.
    """
    inputs, rng = with_ones(features), np.random.default_rng(params.seed)
    heads = InWeights(inputs, initial(classes, features.shape[1], rng), heads=1)
    train, val = ((inputs[rows], labels[rows]) for rows in (task.train_photos, task.val))
    history: list[Epoch] = []
    best, kept = Best(1), heads.state
    with np.errstate(over="ignore", invalid="ignore"):  # told as Diverged
        before = _Measured.of(heads.state, *train).loss
        for number, rate in descend(heads, labels, task.train[None], params, rng):
            state = sixteen_bits(heads.state)
            learned, held = _Measured.of(state, *train), _Measured.of(state, *val)
            history.append(
                Epoch(number, rate, learned.loss, learned.acc, held.loss, held.acc, held.auc)
            )
            if diverged(learned.loss, before, classes, times=LOST):
                raise Diverged(params.lr, number, learned.loss, history)
            if best.add(number, np.array([held.loss]), np.array([held.acc]))[0]:
                kept = state
    if diverged(learned.loss, before, classes, times=FAR):
        raise Diverged(params.lr, number, learned.loss, history)
    assert best.epoch[0] > 0
    weight = kept.astype(np.float32)
    return HeadRun(history, history[best.epoch[0] - 1], weight[:, :-1], weight[:, -1])


class Best:
    """The best epoch of each of H heads: by accuracy, as the method has it, then the surer one."""

    def __init__(self, heads: int) -> None:
        self.epoch = np.zeros(heads, dtype=np.int64)
        self._loss, self._acc = np.full(heads, np.inf), np.full(heads, -1.0)

    def add(self, epoch: int, loss: Floats, acc: Floats) -> NDArray[np.bool_]:
        """Which heads [H] are at their best after `epoch`; loss [H] and acc [H] of validation."""
        loss = loss.round(_DECIMALS)
        better = (acc > self._acc) | ((acc == self._acc) & (loss < self._loss))
        self.epoch[better] = epoch
        self._loss[better], self._acc[better] = loss[better], acc[better]
        return np.asarray(better)


def diverged(
    loss: Floats | float, before: Floats | float, classes: int, *, times: float
) -> NDArray[np.bool_]:
    """Whether a loss [...] is no number, or `times` that of equal chances and risen from `before`.

    Heads that had such a loss before training are still on their way down.
    """
    return ~np.asarray(loss <= np.maximum(times * math.log(classes), before))


def losses(logits: Floats, labels: NDArray[np.int64]) -> tuple[Floats, NDArray[np.bool_]]:
    """Cross-entropy and hit [..., N] of logits [C, ..., N] and labels [N]."""
    values = logits - logits.max(axis=0)
    own = np.take_along_axis(values, np.broadcast_to(labels, values[:1].shape), axis=0)[0]
    return np.log(np.exp(values).sum(axis=0)) - own, logits.argmax(axis=0) == labels


def sixteen_bits(weights: Floats) -> Floats:
    """Weights with their 16 leading bits, which float32 holds exactly."""
    mantissa, exponent = np.frexp(weights)
    return np.asarray(np.ldexp(np.rint(mantissa * 2**_BITS) / 2**_BITS, exponent))


@dataclass(frozen=True)
class _Measured:
    """Mean cross-entropy (nats) and accuracy over photos with labels [N] and logits [N, C]."""

    loss: float
    acc: float  # NaN where the loss is
    labels: NDArray[np.int64]
    logits: Floats

    @classmethod
    def of(cls, state: Floats, inputs: Floats, labels: NDArray[np.int64]) -> "_Measured":
        """A head [C, D + 1] on inputs [N, D + 1] with labels [N]."""
        logits = on_grid(state @ inputs.T)
        loss, hit = losses(logits, labels)
        mean = float(loss.mean())
        acc = float(hit.mean()) if math.isfinite(mean) else math.nan
        return cls(mean, acc, labels, logits.T)

    @property
    def auc(self) -> float:
        """Area under the ROC curve; NaN where the loss is."""
        if not math.isfinite(self.loss):
            return math.nan
        return macro_auc(self.labels, probabilities(self.logits))
