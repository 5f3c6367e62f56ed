"""The project's head, trained on the features of many simulations at once.

`fit_heads` for two classes, one simulation after the other, would take an hour for what
`benchmarks.decisions` asks. Here only the difference of the two classes' weights is kept: softmax
over two classes is the logistic function of it, and its gradient is twice that of one class. The
batches, the schedule and the choice of the epoch are those of `fit_heads`;
tests/benchmarks/test_simulated_heads.py holds that the heads are.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from potholes.params import TrainParams

Floats = NDArray[np.float32]
_CHUNK = 32  # simulations whose numbers stay in the processor's cache


@dataclass(frozen=True)
class Heads:
    """Of S simulations and H heads: class 1 against class 0 after the best epoch."""

    weight: Floats  # [S, H, D]
    bias: Floats  # [S, H]
    best_epoch: NDArray[np.int64]  # [S, H]
    val_acc: NDArray[np.float64]  # [S, H], of the best epoch

    def logits(self, features: Floats) -> Floats:
        """[S, N, H] of features [S, N, D]."""
        return np.asarray(features @ self.weight.transpose(0, 2, 1) + self.bias[:, None, :])


def fit_simulated(
    features: Floats,
    labels: NDArray[np.int64],
    train: NDArray[np.bool_],
    val: NDArray[np.bool_],
    params: TrainParams,
) -> Heads:
    """Train H heads on the rows train [N, H], their epoch chosen on val [N, H].

    features [S, N, D] differ from simulation to simulation; labels [N], the masks and the order
    of the batches do not.
    """
    parts = [
        _fit(features[start : start + _CHUNK], labels, train, val, params)
        for start in range(0, len(features), _CHUNK)
    ]
    return Heads(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("weight", "bias", "best_epoch", "val_acc")
        )
    )


def _fit(
    features: Floats,
    labels: NDArray[np.int64],
    train: NDArray[np.bool_],
    val: NDArray[np.bool_],
    params: TrainParams,
) -> Heads:
    simulations, _, width = features.shape
    shape = (simulations, train.shape[1])
    rng = np.random.default_rng(params.seed)
    heads = _initial(shape, width, rng)
    # the bias is one more weight, of a feature that is always 1
    inputs = np.concatenate([features, np.ones((*features.shape[:2], 1), np.float32)], axis=2)
    velocity, best = np.zeros_like(heads), _Best(shape, heads)
    member, target = train.astype(np.float32), labels.astype(np.float32)
    rows = np.flatnonzero(train.any(axis=1))
    for epoch in range(params.epochs):
        rate = np.float32(params.lr * params.gamma ** (epoch // params.step_size))
        order = rng.permutation(rows)
        for start in range(0, len(order), params.batch_size):
            batch = order[start : start + params.batch_size]
            x = inputs[:, batch]
            error = 1 / (1 + np.exp(-(x @ heads.transpose(0, 2, 1)))) - target[batch, None]
            error *= member[batch] / np.maximum(member[batch].sum(axis=0), 1)
            slope = 2 * (error.transpose(0, 2, 1) @ x) + np.float32(params.weight_decay) * heads
            velocity = np.float32(params.momentum) * velocity + slope
            heads = heads - rate * velocity
        best.add(epoch + 1, inputs, target, val, heads)
    return Heads(best.heads[:, :, :-1], best.heads[:, :, -1], best.epoch, best.acc)


def _initial(shape: tuple[int, int], width: int, rng: np.random.Generator) -> Floats:
    """[S, H, D + 1] as fit_heads draws it: all heads start alike."""
    bound = 1 / math.sqrt(width)
    drawn = rng.uniform(-bound, bound, (2, width + 1)).astype(np.float32)
    return np.tile(drawn[1] - drawn[0], (*shape, 1))


class _Best:
    """The heads [S, H, D + 1] of the best epoch so far, by fit_heads' rule."""

    def __init__(self, shape: tuple[int, int], heads: Floats) -> None:
        self.heads = heads
        self.epoch = np.zeros(shape, dtype=np.int64)
        self.acc = np.full(shape, -1.0)
        self.loss = np.full(shape, np.inf)

    def add(
        self, epoch: int, inputs: Floats, target: Floats, val: NDArray[np.bool_], heads: Floats
    ) -> None:
        """Keep those heads that are right about more photos of val [N, H], or as many and surer."""
        rows = np.flatnonzero(val.any(axis=1))
        own = val[rows] / val.sum(axis=0)
        logits = inputs[:, rows] @ heads.transpose(0, 2, 1)
        truth = target[rows, None]
        acc = (((logits > 0) == truth) * own).sum(axis=1)
        loss = ((np.logaddexp(0, logits) - truth * logits) * own).sum(axis=1)
        even = np.isclose(acc, self.acc, rtol=0, atol=1e-9)
        better = np.where(even, loss < self.loss, acc > self.acc)
        self.heads = np.where(better[:, :, None], heads, self.heads)
        self.epoch = np.where(better, epoch, self.epoch)
        self.acc, self.loss = np.where(better, acc, self.acc), np.where(better, loss, self.loss)
