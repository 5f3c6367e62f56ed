"""Softmax regression on constant features: any number of heads trained in one pass.

Heads differ in the rows they learn from and in their learning rate; they share the order of the
batches, so one step of all is one matrix product with one weight tensor [H x C, D]. The gradient
of softmax and cross-entropy is written out, so nothing here needs torch or waits for its import.
"""

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from potholes.head.tables import Epoch
from potholes.params import TrainParams
from potholes.probabilities import macro_auc

log = logging.getLogger(__name__)

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Task:
    """What one head learns from and is judged on: masks [N] over the rows of the features."""

    train: NDArray[np.bool_]  # with augmented copies
    train_photos: NDArray[np.bool_]  # without
    val: NDArray[np.bool_]
    lr: float | None = None  # None: params.lr


@dataclass(frozen=True)
class HeadRun:
    """A head's history and its weights after the best epoch."""

    history: list[Epoch]
    best: Epoch
    weight: Floats  # [C, D]
    bias: Floats  # [C]


def fit_heads(
    features: Floats,
    labels: NDArray[np.int64],
    tasks: Sequence[Task],
    classes: int,
    params: TrainParams,
) -> list[HeadRun]:
    """Train one head [C, D] a task on features [N, D] and labels [N] (cross-entropy, SGD, StepLR).

    torch.optim.SGD with momentum and StepLR, step for step. A batch is params.batch_size rows of
    those that any task trains on, in an order drawn from params.seed; a head takes the mean over
    those rows of the batch that are its own. Training stops at the first epoch in which a loss is
    no longer finite; raises ValueError if that is the first.
    """
    member = np.stack([task.train for task in tasks], axis=1).astype(np.float32)
    rates = [task.lr or params.lr for task in tasks]
    rng = np.random.default_rng(params.seed)
    heads = _Heads.initial(len(tasks), classes, features.shape[1], rng)
    velocity = heads.zeros()
    targets = np.eye(classes, dtype=np.float32)[labels]
    rows = np.flatnonzero(member.any(axis=1))
    judged = np.flatnonzero(np.any([task.train_photos | task.val for task in tasks], axis=0))
    records = [_Record(task, labels, judged) for task in tasks]
    photos, truth = features[judged], labels[judged]
    with np.errstate(over="ignore", invalid="ignore"):  # a rate that diverges is told below
        for epoch in range(params.epochs):
            if all(record.diverged for record in records):
                break
            decay = params.gamma ** (epoch // params.step_size)
            step = np.repeat(np.array(rates, dtype=np.float32) * np.float32(decay), classes)
            order = rng.permutation(rows)
            for start in range(0, len(order), params.batch_size):
                batch = order[start : start + params.batch_size]
                gradient = heads.gradient(features[batch], targets[batch], member[batch])
                velocity.descend(heads, gradient, step, params)
            measured = _measure(heads.logits(photos), truth)
            for place, record in enumerate(records):
                record.add(epoch + 1, rates[place] * decay, measured.of(place), heads.one(place))
    return [record.finish() for record in records]


@dataclass(frozen=True)
class _Heads:
    """H heads of C classes: weights [H x C, D] and biases [H x C], changed in place."""

    weight: Floats
    bias: Floats
    classes: int

    @classmethod
    def initial(cls, heads: int, classes: int, width: int, rng: np.random.Generator) -> "_Heads":
        """torch.nn.Linear's range of initial values, the same ones for each head."""
        bound = 1 / math.sqrt(width)
        drawn = rng.uniform(-bound, bound, (classes, width + 1)).astype(np.float32)
        weight, bias = drawn[:, :-1], drawn[:, -1]
        return cls(np.tile(weight, (heads, 1)), np.tile(bias, heads), classes)

    def zeros(self) -> "_Heads":
        """The same shapes, zero: what SGD's momentum starts from."""
        return _Heads(np.zeros_like(self.weight), np.zeros_like(self.bias), self.classes)

    def one(self, place: int) -> tuple[Floats, Floats]:
        """Views of one head's weight [C, D] and bias [C]."""
        own = slice(place * self.classes, (place + 1) * self.classes)
        return self.weight[own], self.bias[own]

    def logits(self, x: Floats) -> Floats:
        """Logits [B, H, C] of features [B, D]."""
        flat = x @ self.weight.T
        flat += self.bias
        return np.asarray(flat.reshape(len(x), -1, self.classes))

    def gradient(self, x: Floats, targets: Floats, member: Floats) -> tuple[Floats, Floats]:
        """Of each head's mean cross-entropy over its rows of the batch: for weight and bias."""
        error = self.logits(x)
        error -= error.max(axis=2, keepdims=True)
        np.exp(error, out=error)
        error /= error.sum(axis=2, keepdims=True)
        error -= targets[:, None, :]
        error *= (member / np.maximum(member.sum(axis=0), 1))[:, :, None]
        flat = error.reshape(len(x), -1)
        return flat.T @ x, flat.sum(axis=0)

    def descend(
        self, heads: "_Heads", gradient: tuple[Floats, Floats], step: Floats, params: TrainParams
    ) -> None:
        """One update of `heads` by SGD, self being the velocity (torch's form of momentum)."""
        pairs = (
            (self.weight, heads.weight, gradient[0], step[:, None]),
            (self.bias, heads.bias, gradient[1], step),
        )
        for velocity, value, slope, size in pairs:
            if params.weight_decay:
                slope += np.float32(params.weight_decay) * value
            velocity *= np.float32(params.momentum)
            velocity += slope
            value -= size * velocity


@dataclass(frozen=True)
class _Measured:
    """Of every row and head: cross-entropy and hit [N, H], probabilities [N, H, C]."""

    loss: NDArray[np.float64]
    hit: NDArray[np.bool_]
    probabilities: NDArray[np.float64]

    def of(self, place: int) -> "_Measured":
        """One head's columns."""
        return _Measured(self.loss[:, place], self.hit[:, place], self.probabilities[:, place])


def _measure(logits: Floats, labels: NDArray[np.int64]) -> _Measured:
    values = logits.astype(np.float64)
    values -= values.max(axis=2, keepdims=True)
    exponentials = np.exp(values)
    total = exponentials.sum(axis=2)
    own = np.take_along_axis(values, labels[:, None, None], axis=2)[:, :, 0]
    hit = logits.argmax(axis=2) == labels[:, None]
    return _Measured(np.log(total) - own, hit, exponentials / total[:, :, None])


class _Record:
    """The history of one head and its best weights so far."""

    def __init__(self, task: Task, labels: NDArray[np.int64], judged: NDArray[np.int64]) -> None:
        """`judged` are the rows of the features that are measured, all of the task's among them."""
        self.photos = np.flatnonzero(task.train_photos[judged])
        self.val = np.flatnonzero(task.val[judged])
        self.val_labels = labels[judged][self.val]
        self.history: list[Epoch] = []
        self.best: Epoch | None = None
        self.kept: tuple[Floats, Floats] | None = None
        self.diverged = False

    def add(self, epoch: int, lr: float, measured: _Measured, head: tuple[Floats, Floats]) -> None:
        """Note what was measured after `epoch`; keep a copy of `head` if it is the best so far."""
        train_loss, val_loss = (float(measured.loss[r].mean()) for r in (self.photos, self.val))
        if self.diverged or not (math.isfinite(train_loss) and math.isfinite(val_loss)):
            self._diverge(epoch, lr)
            return
        train_acc, val_acc = (float(measured.hit[r].mean()) for r in (self.photos, self.val))
        val_auc = macro_auc(self.val_labels, measured.probabilities[self.val])
        row = Epoch(epoch, lr, train_loss, train_acc, val_loss, val_acc, val_auc)
        self.history.append(row)
        # the method's rule is accuracy; among equals the surer head, then the earlier
        if self.best is None or (val_acc, -val_loss) > (self.best.val_acc, -self.best.val_loss):
            weight, bias = head
            self.best, self.kept = row, (weight.copy(), bias.copy())

    def _diverge(self, epoch: int, lr: float) -> None:
        if not self.diverged:
            log.warning("train.lr: %g diverged in epoch %d; its history ends there", lr, epoch)
        if epoch == 1:
            raise ValueError(f"train.lr: got {lr:g}, which diverges in epoch 1; use a lower one")
        self.diverged = True

    def finish(self) -> HeadRun:
        assert self.best is not None
        assert self.kept is not None
        return HeadRun(self.history, self.best, *self.kept)
