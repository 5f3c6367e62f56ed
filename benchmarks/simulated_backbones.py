"""Backbones whose true scores are known, on simulated photos (`simulated_photos`).

The true score of a head has a closed form.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, stdtr

from benchmarks.simulated_heads import Floats, Heads, fit_simulated
from benchmarks.simulated_photos import AT_ONCE, World, draw
from potholes.crossvalidation.held_out import Folds, draw_folds
from potholes.params import CrossvalidateParams, TrainParams
from potholes.probabilities import auc
from potholes.statistics.folds import repeated_folds

Doubles = NDArray[np.float64]
_VAL = 4  # one in so many of train and val chooses the epoch of the delivered head
Parts = TypeVar("Parts", "Backbone", "Crossvalidated")


@dataclass(frozen=True)
class Backbone:
    """What S simulations say of one backbone, and what is true of it."""

    true_acc: Doubles  # [S], of the delivered head
    true_auc: Doubles  # [S]
    val_acc: Doubles  # [S], of the delivered head's best epoch
    val_auc: Doubles  # [S]
    test_acc: Doubles  # [S]
    cv_acc: Doubles  # [S, J], of the folds
    cv_auc: Doubles  # [S, J]
    right: NDArray[np.bool_]  # [S, R, N]: whether the head that has not seen the photo is right
    fold_true_acc: Doubles  # [S, J]
    fold_true_auc: Doubles  # [S, J]


@dataclass(frozen=True)
class Crossvalidated:
    """Heads of R repeats of K folds in S simulations of one backbone; J = R x K."""

    right: NDArray[np.bool_]  # [S, R, N]: whether the head that has not seen the photo is right
    true_acc: Doubles  # [S, J], of the folds' heads


def backbones(
    world: World, simulations: int, train: TrainParams, params: CrossvalidateParams
) -> list[Backbone]:
    """Train, cross-validate and test every backbone of `world` in so many simulations."""
    labels = world.labels(world.photos)
    folds = draw_folds(labels, world.groups(world.photos), params)
    found: list[list[Backbone]] = [[] for _ in world.distances]
    for features in draw(world, simulations):
        for index, distance in enumerate(world.distances):
            found[index].append(
                _backbone(features[index], labels, distance, folds, train, world.photos)
            )
    return [_joined(parts) for parts in found]


def crossvalidated(
    world: World, simulations: int, train: TrainParams, params: CrossvalidateParams
) -> list[Crossvalidated]:
    """Cross-validate every backbone of `world`, and no more, in so many simulations."""
    labels = world.labels(world.photos)
    folds = draw_folds(labels, world.groups(world.photos), params)
    found: list[list[Crossvalidated]] = [[] for _ in world.distances]
    for features in draw(world, simulations):
        for own, distance, parts in zip(features, world.distances, found, strict=True):
            pool = own[:, : world.photos]
            heads = _of_folds(pool, labels, folds, train)
            right = _right(heads.logits(pool), labels, folds)
            parts.append(Crossvalidated(right, true_accuracy(heads, distance, world)))
    return [_joined(parts) for parts in found]


def calibrated(
    world: World,
    accuracies: Sequence[float],
    train: TrainParams,
    params: CrossvalidateParams,
    simulations: int,
) -> World:
    """`world` with distances for which the folds' heads of backbone k are right accuracies[k].

    On average over so many simulations, the same ones for every backbone.
    """

    def excess(distance: float, width: int, accuracy: float) -> float:
        one = replace(world, width=width, widths=(), distances=(distance,), seed=1)
        (found,) = crossvalidated(one, simulations, train, params)
        return float(found.true_acc.mean()) - accuracy

    widths = world.widths or (world.width,) * len(accuracies)
    wanted = sorted(set(zip(widths, accuracies, strict=True)))
    known = {pair: float(brentq(excess, 0.5, 14, args=pair, xtol=0.005)) for pair in wanted}
    distances = tuple(known[pair] for pair in zip(widths, accuracies, strict=True))
    return replace(world, distances=distances)


def _joined(parts: Sequence[Parts]) -> Parts:
    """The simulations of all parts, one after the other."""
    names = vars(parts[0])
    return type(parts[0])(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    )


def distance_for(accuracy: float, photos: int, width: int, train: TrainParams) -> float:
    """How far apart the classes must be for the delivered head to be right so often on average."""

    def excess(distance: float) -> float:
        world = World(photos, width, (distance,), seed=1)
        (features,) = next(draw(world, AT_ONCE))
        heads = _delivered(features[:, :photos], np.arange(photos) % 2, train)
        return float(_truth(heads, distance)[0].mean()) - accuracy

    return float(brentq(excess, 0.5, 9, xtol=0.002))


def _backbone(
    features: Floats,
    labels: NDArray[np.int64],
    distance: float,
    folds: Folds,
    train: TrainParams,
    photos: int,
) -> Backbone:
    pool, test = features[:, :photos], features[:, photos:]
    heads = _delivered(pool, labels, train)
    true_acc, true_auc = _truth(heads, distance)
    val = _val(labels)
    val_auc = auc(labels[val] == 1, heads.logits(pool[:, val])[:, :, 0])
    right = (heads.logits(test)[:, :, 0] > 0) == (np.arange(test.shape[1]) % 2 == 1)
    folded = _of_folds(pool, labels, folds, train)
    logits = folded.logits(pool)
    cv_acc, cv_auc = _fold_scores(logits, labels, folds)
    return Backbone(
        true_acc[:, 0],
        true_auc[:, 0],
        heads.val_acc[:, 0],
        val_auc,
        right.mean(axis=1),
        cv_acc,
        cv_auc,
        _right(logits, labels, folds),
        *_truth(folded, distance),
    )


def _delivered(pool: Floats, labels: NDArray[np.int64], train: TrainParams) -> Heads:
    """One head a simulation, as stages.train makes it."""
    val = _val(labels)[:, None]
    return fit_simulated(pool, labels, ~val, val, train)


def _of_folds(pool: Floats, labels: NDArray[np.int64], folds: Folds, train: TrainParams) -> Heads:
    """J heads a simulation, as stages.crossvalidate makes them."""
    share = folds.train.sum(axis=1).mean() / folds.train.any(axis=0).sum()
    shared = train.model_copy(update={"batch_size": round(train.batch_size / share)})
    return fit_simulated(pool, labels, folds.train.T, folds.choosers.T, shared)


def _val(labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    indices = np.arange(len(labels))
    (drawn,) = repeated_folds(labels, indices, folds=_VAL, repeats=1, seed=0)
    return np.asarray(drawn == 0)


def _fold_scores(
    logits: Floats, labels: NDArray[np.int64], folds: Folds
) -> tuple[Doubles, Doubles]:
    """Accuracy and AUC [S, J] of each head on what its fold holds out."""
    held_out = ~(folds.train | folds.choosers)
    accs, aucs = [], []
    for index, out in enumerate(held_out):
        own = logits[:, out, index]
        accs.append(((own > 0) == (labels[out] == 1)).mean(axis=1))
        aucs.append(auc(labels[out] == 1, own))
    return np.stack(accs, axis=1), np.stack(aucs, axis=1)


def _right(logits: Floats, labels: NDArray[np.int64], folds: Folds) -> NDArray[np.bool_]:
    """Whether [S, R, N] the head that has not seen a photo is right about it."""
    repeats, photos = folds.held_out_in.shape
    heads = np.arange(repeats)[:, None] * (len(folds.train) // repeats) + folds.held_out_in
    return np.asarray((logits[:, np.arange(photos), heads] > 0) == (labels == 1))


def true_accuracy(heads: Heads, distance: float, world: World) -> Doubles:
    """Accuracy [S, H] of heads on photos of `world` without end."""
    size = np.linalg.norm(heads.weight.astype(np.float64), axis=2)
    half = heads.weight[:, :, 0].astype(np.float64) * distance / 2
    positive, negative = (half + heads.bias) / (size * world.spread), (half - heads.bias) / size
    below = ndtr if np.isinf(world.tails) else lambda margin: stdtr(world.tails, margin)
    share = world.positive
    return np.asarray(share * below(positive) + (1 - share) * below(negative))


def _truth(heads: Heads, distance: float) -> tuple[Doubles, Doubles]:
    """Accuracy and AUC [S, H] of heads on photos without end."""
    size = np.linalg.norm(heads.weight.astype(np.float64), axis=2)
    half = heads.weight[:, :, 0].astype(np.float64) * distance / 2
    accuracy = (ndtr((half + heads.bias) / size) + ndtr((half - heads.bias) / size)) / 2
    return accuracy, ndtr(np.sqrt(2) * half / size)


def distances(
    accuracies: Sequence[float], photos: int, width: int, train: TrainParams
) -> tuple[float, ...]:
    """`distance_for` each of them."""
    return tuple(distance_for(accuracy, photos, width, train) for accuracy in accuracies)
