"""Heads at convergence: softmax regression with an L2 penalty, which has one solution.

Beside heads of a few epochs it shows whether these were trained enough. All heads are solved at
once by L-BFGS (Liu & Nocedal 1989, "On the limited memory BFGS method for large scale
optimization", Mathematical Programming 45), on principal components whose scale is that of the
curvature: 40 steps instead of 400.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from potholes.head.descent import Floats, with_ones
from potholes.head.training import Task
from potholes.parallel import one_thread
from potholes.probabilities import on_grid

PENALTY = 1e-4  # of half a squared weight, in mean squared deviations of the features
_CURVATURE = 0.05  # p (1 - p) of a typical photo: scales the components, decides nothing
_NONE = 1e-12  # a component's share of the largest that is rounding
_MEMORY = 12  # steps from which the curvature is learned
_STEPS = 1000
_CLOSE = 1e-11  # the gradient over that at the start: logits are within 1e-8 of the solution
_SHORTER, _ENOUGH = 0.5, 1e-4  # of the line search


@one_thread
def converged_logits(
    features: NDArray[np.float32],
    labels: NDArray[np.int64],
    tasks: Sequence[Task],
    classes: int,
    products: Floats | None = None,
) -> Floats:
    """Logits [H, N, C] of one converged head a task on features [N, D] and labels [N].

    A head has the least mean cross-entropy over the rows of task.train plus half of its squared
    weights, the bias among them, times PENALTY times the features' mean squared deviation. Rows
    that no task trains on or chooses by have no part in it, and NaN. `products` as for
    `many_heads.fit_heads`.
    """
    rows = np.flatnonzero(np.any([task.train | task.val for task in tasks], axis=0))
    train = np.stack([task.train[rows] for task in tasks])
    known = None if products is None else products[np.ix_(rows, rows)]
    inputs, sizes = _components(features[rows], known)
    spread = float((inputs**2).sum(axis=1).mean() - (inputs.mean(axis=0) ** 2).sum())
    penalty = PENALTY * spread
    scale = 1 / np.sqrt(_CURVATURE * sizes / len(inputs) + penalty)
    scaled, targets = inputs * scale, np.eye(classes)[:, None, labels[rows]]
    member = train / train.sum(axis=1, keepdims=True)
    heads = _minimise(_Heads(scaled, targets, member, penalty * scale**2))
    logits = np.full((len(tasks), len(labels), classes), np.nan)
    logits[:, rows] = on_grid((heads @ scaled.T).transpose(1, 2, 0))
    return logits


def _components(features: NDArray[np.float32], products: Floats | None) -> tuple[Floats, Floats]:
    """Features and a 1 [N, D + 1] in their principal axes [N, R], and the axes' squares [R]."""
    inputs = with_ones(features)
    if inputs.shape[0] <= inputs.shape[1]:
        sizes, axes = np.linalg.eigh(inputs @ inputs.T if products is None else products)
        kept = sizes > _NONE * sizes[-1]
        return axes[:, kept] * np.sqrt(sizes[kept]), sizes[kept]
    sizes, axes = np.linalg.eigh(inputs.T @ inputs)
    kept = sizes > _NONE * sizes[-1]
    return inputs @ axes[:, kept], sizes[kept]


@dataclass(frozen=True)
class _Heads:
    """H heads [C, H, R] over M rows, of which each learns from its own."""

    inputs: Floats  # [M, R]
    targets: Floats  # [C, 1, M]: 1 for the row's class
    member: Floats  # [H, M]: 1 over the head's rows, 0 where a row is not its own
    penalty: Floats  # [R]

    def loss(self, heads: Floats, logits: Floats) -> Floats:
        """Of each head [H], from its logits [C, H, M]."""
        top = logits.max(axis=0)
        total = np.log(np.exp(logits - top).sum(axis=0)) + top
        fit = ((total - (logits * self.targets).sum(axis=0)) * self.member).sum(axis=1)
        return np.asarray(fit + _inner(heads, heads * self.penalty) / 2)

    def gradient(self, heads: Floats, logits: Floats) -> Floats:
        """Of the loss, [C, H, R]."""
        error = np.exp(logits - logits.max(axis=0))
        error /= error.sum(axis=0)
        error -= self.targets
        return np.asarray((error * self.member) @ self.inputs + self.penalty * heads)


@dataclass(frozen=True)
class _Step:
    """What one step changed: heads, gradient (both [C, H, R]), and 1 over their product [H]."""

    heads: Floats
    gradient: Floats
    inverse: Floats

    @classmethod
    def of(cls, heads: Floats, gradient: Floats) -> "_Step":
        """Of a head that did not move, or only by rounding, the step counts for nothing."""
        product = _inner(heads, gradient)
        useful = product > 0
        return cls(heads, gradient, np.where(useful, 1 / np.where(useful, product, 1), 0))


def _inner(first: Floats, second: Floats) -> Floats:
    """Inner products [H] of heads [C, H, R]."""
    return np.asarray((first * second).sum(axis=(0, 2)))


def _minimise(problem: _Heads) -> Floats:
    """The heads [C, H, R] of the least loss, from zero."""
    classes, counts = len(problem.targets), len(problem.member)
    heads = np.zeros((classes, counts, problem.inputs.shape[1]))
    logits = np.zeros((classes, counts, len(problem.inputs)))
    gradient = problem.gradient(heads, logits)
    start, steps = np.sqrt(_inner(gradient, gradient)), list[_Step]()
    for _ in range(_STEPS):
        if (np.sqrt(_inner(gradient, gradient)) <= _CLOSE * start).all():
            break
        direction = -_curved(gradient, steps)
        ahead = direction @ problem.inputs.T
        length = _length(problem, (heads, logits), (direction, ahead), _inner(direction, gradient))
        moved = length[:, None] * direction
        heads, logits = heads + moved, logits + length[:, None] * ahead
        before, gradient = gradient, problem.gradient(heads, logits)
        steps = [*steps[1 - _MEMORY :], _Step.of(moved, gradient - before)]
    return heads


def _curved(gradient: Floats, steps: Sequence[_Step]) -> Floats:
    """The gradient times the inverse Hessian that the last steps show: L-BFGS's two loops."""
    result, shares = gradient.copy(), list[Floats]()
    for step in reversed(steps):
        shares.append(step.inverse * _inner(step.heads, result))
        result -= shares[-1][:, None] * step.gradient
    for step, share in zip(steps, reversed(shares), strict=True):
        result += (share - step.inverse * _inner(step.gradient, result))[:, None] * step.heads
    return result


def _length(
    problem: _Heads, at: tuple[Floats, Floats], ahead: tuple[Floats, Floats], slope: Floats
) -> Floats:
    """How far [H] each head goes along its direction: halved until its loss falls enough.

    `at` and `ahead` are heads and logits; a loss that rises by rounding alone has fallen enough.
    """
    before, length = problem.loss(*at), np.ones(len(slope))
    while True:
        there = (start + length[:, None] * way for start, way in zip(at, ahead, strict=True))
        high = problem.loss(*there) > before + _ENOUGH * length * slope + 1e-14
        if not high.any():
            return length
        length[high] *= _SHORTER
