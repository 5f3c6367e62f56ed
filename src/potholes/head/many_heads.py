"""The heads of a cross-validation, trained together for what they say of the photos.

They differ in the rows they learn from and share the order of the batches, so that a step of all
is one matrix product.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from potholes.head.descent import Floats, Heads, InLogits, InWeights, descend, initial, with_ones
from potholes.head.training import FAR, LOST, Best, Diverged, Task, diverged, losses
from potholes.parallel import one_thread
from potholes.params import TrainParams
from potholes.probabilities import on_grid


@dataclass(frozen=True)
class Fit:
    """One head: its best epoch and, after it, the logits of every row of the features."""

    best_epoch: int
    logits: Floats  # [N, C]
    train_loss: float  # at the end, nats
    far: bool  # FAR times that of equal chances


@one_thread
def fit_heads(
    features: NDArray[np.float32],
    labels: NDArray[np.int64],
    tasks: Sequence[Task],
    classes: int,
    params: TrainParams,
    products: Floats | None = None,
) -> list[Fit]:
    """Train one head a task on features [N, D] and labels [N], each as `head.fit_head` does.

    A batch is params.batch_size rows of those that any task trains on; a head takes the mean over
    those that are its own. `products` [N, N] saves computing them where `products_of` already has.
    Raises Diverged at the first epoch in which a head's validation loss is LOST.
    """
    train, photos, val = (
        np.stack([getattr(task, name) for task in tasks])
        for name in ("train", "train_photos", "val")
    )
    rng = np.random.default_rng(params.seed)
    start = initial(classes, features.shape[1], rng)
    heads = _heads(features, products, start, len(tasks))
    best, kept = Best(len(tasks)), heads.state.copy()
    with np.errstate(over="ignore", invalid="ignore"):  # told as Diverged
        before, before_val = (_measure(heads, labels, masks)[0] for masks in (photos, val))
        for number, _ in descend(heads, labels, train, params, rng):
            loss, acc = _measure(heads, labels, val)
            if (lost := diverged(loss, before_val, classes, times=LOST)).any():
                raise Diverged(params.lr, number, float(loss[lost][0]))
            better = np.tile(best.add(number, loss, acc), classes)
            kept[better] = heads.state[better]
        last, _ = _measure(heads, labels, photos)
    heads.state = kept
    logits = on_grid(heads.logits(np.arange(len(labels)))).reshape(classes, len(tasks), -1)
    far = diverged(last, before, classes, times=FAR)
    parts = best.epoch.tolist(), logits.transpose(1, 2, 0), last.tolist(), far.tolist()
    return [Fit(*part) for part in zip(*parts, strict=True)]


@one_thread
def products_of(features: NDArray[np.float32]) -> Floats | None:
    """Products [N, N] of features [N, D] for `fit_heads`; None where weights are cheaper."""
    rows, width = features.shape
    if rows > 2 * width:
        return None
    inputs = with_ones(features)
    return np.asarray(inputs @ inputs.T)


def _heads(
    features: NDArray[np.float32], products: Floats | None, start: Floats, count: int
) -> Heads:
    known = products_of(features) if products is None else products
    inputs = with_ones(features)
    if known is None:
        return InWeights(inputs, start, count)
    return InLogits(known, inputs, start, count)


def _measure(
    heads: Heads, labels: NDArray[np.int64], masks: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Mean cross-entropy and accuracy [H] of each head on its rows, masks [H, N]."""
    rows = np.flatnonzero(masks.any(axis=0))
    logits = on_grid(heads.logits(rows)).reshape(heads.classes, len(masks), -1)
    loss, hit = losses(logits, labels[rows])
    own, count = masks[:, rows], masks.sum(axis=1)
    return np.where(own, loss, 0).sum(axis=1) / count, (hit & own).sum(axis=1) / count
