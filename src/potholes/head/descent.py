"""SGD with momentum on many heads at once, written out in NumPy.

Softmax and cross-entropy have a gradient of one line, so nothing here needs torch or waits for its
import. All is float64: what one processor's kernels sum otherwise than another's is 1e-13 of it.
"""

import math
from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from potholes.params import TrainParams

Floats = NDArray[np.float64]


class Heads(Protocol):
    """H heads of C classes in some form: a state [C x H, M], moved by rows of a matrix [N, M].

    The gradient of a head's loss is, in either form, the sum of a batch's rows of the matrix, each
    times its photo's error.
    """

    matrix: Floats
    state: Floats
    classes: int

    def logits(self, rows: NDArray[np.int64], own: Floats | None = None) -> Floats:
        """Logits [C x H, B] of rows [B]; `own` [B, M] are the matrix's, where they are at hand."""


class InWeights:
    """Heads as weights and bias, [C x H, D + 1]; the matrix is the features and a column of 1."""

    def __init__(self, inputs: Floats, start: Floats, heads: int) -> None:
        """Of `inputs` as `with_ones` makes them, all heads starting at weights [C, D + 1]."""
        self.classes, self.matrix = len(start), inputs
        self.state = np.repeat(start, heads, axis=0)

    def logits(self, rows: NDArray[np.int64], own: Floats | None = None) -> Floats:
        """Logits [C x H, B] of rows [B]; `own` [B, D + 1] are the matrix's, where at hand."""
        return np.asarray(self.state @ (self.matrix[rows] if own is None else own).T)


class InLogits:
    """Heads as their logits of all N rows, [C x H, N]; the matrix is the rows' products [N, N].

    A step moves a head's weights by a sum of features, hence its logits by the same sum of their
    products. It costs N numbers a photo and head, where the weights cost D twice.
    """

    def __init__(self, products: Floats, inputs: Floats, start: Floats, heads: int) -> None:
        """As `InWeights`, with `products` [N, N] of the inputs."""
        self.classes, self.matrix = len(start), products
        self.state = np.repeat(start @ inputs.T, heads, axis=0)

    def logits(self, rows: NDArray[np.int64], own: Floats | None = None) -> Floats:
        """Logits [C x H, B] of rows [B]."""
        return self.state[:, rows]


def with_ones(features: NDArray[np.floating]) -> Floats:
    """Features [N, D] in float64 and a last column of ones, whose weight is the bias."""
    inputs = np.ones((len(features), features.shape[1] + 1))
    inputs[:, :-1] = features
    return inputs


def initial(classes: int, width: int, rng: np.random.Generator) -> Floats:
    """A head [C, D + 1] to start from, as torch.nn.Linear draws it."""
    bound = 1 / math.sqrt(width)
    drawn = rng.uniform(-bound, bound, (classes, width + 1))
    return drawn.astype(np.float32).astype(np.float64)  # torch's, too, have 24 bits


def descend(
    heads: Heads,
    labels: NDArray[np.int64],
    train: NDArray[np.bool_],
    params: TrainParams,
    rng: np.random.Generator,
) -> Iterator[tuple[int, float]]:
    """Train H heads on the rows train [H, N]; yield each epoch's number, from 1, and its rate.

    torch.optim.SGD and StepLR, step for step. A batch is params.batch_size rows of those that any
    head trains on, in an order drawn from `rng`; a head takes the mean over those rows of the
    batch that are its own.
    """
    targets = np.eye(heads.classes)[:, labels]
    rows, member = np.flatnonzero(train.any(axis=0)), train.astype(np.float64)
    velocity = np.zeros_like(heads.state)
    for epoch in range(params.epochs):
        rate = params.lr * params.gamma ** (epoch // params.step_size)
        order = rng.permutation(rows)
        for start in range(0, len(order), params.batch_size):
            batch = order[start : start + params.batch_size]
            own = heads.matrix[batch]
            error = _error(heads.logits(batch, own), targets[:, batch], member[:, batch])
            velocity *= params.momentum
            velocity += error @ own
            if params.weight_decay:
                velocity += params.weight_decay * heads.state
            heads.state -= rate * velocity
        yield epoch + 1, rate


def _error(logits: Floats, targets: Floats, member: Floats) -> Floats:
    """Of each head's mean cross-entropy over its rows of the batch by its logits: [C x H, B]."""
    # classes first: NumPy goes through a short last axis ten times as slowly
    error = logits.reshape(len(targets), -1, targets.shape[1])
    error -= error.max(axis=0)
    np.exp(error, out=error)
    error /= error.sum(axis=0)
    error -= targets[:, None]
    error *= member / np.maximum(member.sum(axis=1, keepdims=True), 1)
    return error.reshape(logits.shape)
