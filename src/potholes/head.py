"""Softmax regression on constant features: any number of heads trained in one pass.

Heads differ in the rows they learn from and in their learning rate; they share the order of the
batches, so one step of all is one matrix product with one weight tensor [H, C, D].
"""

import logging
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from potholes.params import TrainParams
from potholes.ranking import macro_auc
from potholes.tables.history import Epoch

log = logging.getLogger(__name__)

SHARED_FROM = 100_000  # numbers in the weight tensor: about 25 heads of ResNet-50


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
    weight: NDArray[np.float32]  # [C, D]
    bias: NDArray[np.float32]  # [C]


@contextmanager
def _threads_for(numbers: int) -> Iterator[None]:
    """One thread for a step of few numbers: sharing it would cost far more than it saves."""
    before = torch.get_num_threads()
    if numbers < SHARED_FROM:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def fit_heads(
    features: NDArray[np.float32],
    labels: NDArray[np.int64],
    tasks: Sequence[Task],
    classes: int,
    params: TrainParams,
) -> list[HeadRun]:
    """Train one head [C, D] a task on features [N, D] and labels [N] (cross-entropy, SGD, StepLR).

    A batch is params.batch_size rows of those that any task trains on, in an order drawn from
    params.seed; a head takes the mean over those rows of the batch that are its own. Training
    stops at the first epoch in which a loss is no longer finite; raises ValueError if that is
    the first.
    """
    x, y = torch.from_numpy(features), torch.from_numpy(labels)
    member = torch.from_numpy(np.stack([task.train for task in tasks], axis=1)).float()
    rows = member.any(dim=1).nonzero().squeeze(1)
    rates = [task.lr or params.lr for task in tasks]
    lr = torch.tensor(rates).view(-1, 1, 1)
    generator = torch.Generator().manual_seed(params.seed)
    weight = _initial_weight(len(tasks), classes, x.shape[1], generator)
    velocity = torch.zeros_like(weight)
    records = [_Record(task, labels) for task in tasks]
    with _threads_for(weight.numel()):
        for epoch in range(params.epochs):
            decay = params.gamma ** (epoch // params.step_size)
            order = rows[torch.randperm(len(rows), generator=generator)]
            for batch in torch.split(order, params.batch_size):
                gradient = _gradient(weight, x[batch], y[batch], member[batch])
                gradient += params.weight_decay * weight
                velocity.mul_(params.momentum).add_(gradient)
                weight.sub_(lr * decay * velocity)
            logits = _logits(weight, x)
            for place, record in enumerate(records):
                record.add(epoch + 1, rates[place] * decay, logits[:, place], weight[place])
    return [record.finish() for record in records]


def _initial_weight(heads: int, classes: int, width: int, generator: torch.Generator) -> Tensor:
    """torch.nn.Linear's initial values, the same for each head: [H, C, D + 1], bias last."""
    bound = 1 / math.sqrt(width)
    weight = torch.empty(classes, width + 1).uniform_(-bound, bound, generator=generator)
    return weight.repeat(heads, 1, 1)


def _logits(weight: Tensor, x: Tensor) -> Tensor:
    """Logits [B, H, C] of features [B, D]."""
    heads, classes, _ = weight.shape
    flat = weight.view(heads * classes, -1)
    return torch.addmm(flat[:, -1], x, flat[:, :-1].T).view(len(x), heads, classes)


def _gradient(weight: Tensor, x: Tensor, y: Tensor, member: Tensor) -> Tensor:
    """Gradient [H, C, D + 1] of each head's mean cross-entropy over its rows of the batch."""
    error = _logits(weight, x).softmax(dim=2)
    error -= functional.one_hot(y, weight.shape[1]).unsqueeze(1)
    error *= (member / member.sum(dim=0).clamp(min=1)).unsqueeze(2)
    flat = error.view(len(x), -1).T
    gradient = torch.cat([flat @ x, flat.sum(dim=1, keepdim=True)], dim=1)
    return gradient.view_as(weight)


class _Record:
    """The history of one head and its best weights so far."""

    def __init__(self, task: Task, labels: NDArray[np.int64]) -> None:
        self.photos, self.val = (
            torch.from_numpy(np.flatnonzero(mask)) for mask in (task.train_photos, task.val)
        )
        self.labels = torch.from_numpy(labels)
        self.history: list[Epoch] = []
        self.best: Epoch | None = None
        self.weight: Tensor | None = None
        self.diverged = False

    def add(self, epoch: int, lr: float, logits: Tensor, weight: Tensor) -> None:
        """Measure logits [N, C] after `epoch`; keep `weight` if it is the best so far."""
        if self.diverged:
            return
        train_loss, train_acc = self._score(logits, self.photos)
        val_loss, val_acc = self._score(logits, self.val)
        if not (math.isfinite(train_loss) and math.isfinite(val_loss)):
            self.diverged = True
            log.warning("train.lr: %g diverged in epoch %d; training stops there", lr, epoch)
            if epoch == 1:
                raise ValueError(
                    f"train.lr: got {lr:g}, which diverges in epoch 1; use a lower one"
                )
            return
        probabilities = logits[self.val].softmax(dim=1).numpy()
        val_auc = macro_auc(self.labels[self.val].numpy(), probabilities)
        row = Epoch(epoch, lr, train_loss, train_acc, val_loss, val_acc, val_auc)
        self.history.append(row)
        # the method's rule is accuracy; among equals the surer head, then the earlier
        if self.best is None or (val_acc, -val_loss) > (self.best.val_acc, -self.best.val_loss):
            self.best, self.weight = row, weight.clone()

    def _score(self, logits: Tensor, rows: Tensor) -> tuple[float, float]:
        """Mean cross-entropy and accuracy."""
        chosen, truth = logits[rows], self.labels[rows]
        loss = float(functional.cross_entropy(chosen.double(), truth))
        return loss, float((chosen.argmax(dim=1) == truth).double().mean())

    def finish(self) -> HeadRun:
        assert self.best is not None
        assert self.weight is not None
        weight = self.weight.numpy()
        return HeadRun(
            self.history, self.best, weight[:, :-1].copy(), np.ascontiguousarray(weight[:, -1])
        )
