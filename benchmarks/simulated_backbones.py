"""Backbones whose true scores are known: two Gaussian classes a backbone, the same photos for all.

Features of backbone k are N(± distance_k / 2 along the first axis, identity); a share of their
noise is common to all backbones, so that they err on the same photos as real ones do. The true
score of a head then has a closed form.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr

from benchmarks.simulated_heads import Floats, Heads, fit_simulated
from potholes.crossvalidation.held_out import Folds, draw_folds
from potholes.params import CrossvalidateParams, TrainParams
from potholes.probabilities import auc
from potholes.statistics.folds import repeated_folds

Doubles = NDArray[np.float64]
# Share of the noise that all backbones have in common: within a class, out-of-fold margins of
# resnet18 and resnet50 correlated by 0.83 on 496 real road photos.
_COMMON = 0.83
_TEST = 4  # one photo in so many is for test, over and above those of train and val
_VAL = 4  # one in so many of train and val chooses the epoch of the delivered head
_AT_ONCE = 250  # simulations in memory


@dataclass(frozen=True)
class World:
    """Simulated photos: how many for train and val together, how wide, how far apart."""

    photos: int
    width: int
    distances: tuple[float, ...]  # one a backbone
    seed: int


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
    fold_true_acc: Doubles  # [S, J]
    fold_true_auc: Doubles  # [S, J]


def backbones(
    world: World, simulations: int, train: TrainParams, params: CrossvalidateParams
) -> list[Backbone]:
    """Train, cross-validate and test every backbone of `world` in so many simulations."""
    labels = np.arange(world.photos) % 2
    folds = draw_folds(labels, np.arange(world.photos), params)
    found: list[list[Backbone]] = [[] for _ in world.distances]
    for features in _draw(world, simulations):
        for index, distance in enumerate(world.distances):
            found[index].append(
                _backbone(features[index], labels, distance, folds, train, world.photos)
            )
    return [
        Backbone(
            *(np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0]))
        )
        for parts in found
    ]


def distance_for(accuracy: float, photos: int, width: int, train: TrainParams) -> float:
    """How far apart the classes must be for the delivered head to be right so often on average."""

    def excess(distance: float) -> float:
        world = World(photos, width, (distance,), seed=1)
        (features,) = next(_draw(world, _AT_ONCE))
        heads = _delivered(features[:, :photos], np.arange(photos) % 2, train)
        return float(_truth(heads, distance)[0].mean()) - accuracy

    return float(brentq(excess, 0.5, 9, xtol=0.002))


def _draw(world: World, simulations: int) -> Iterator[list[Floats]]:
    """Features [S, photos + test, D] of each backbone, up to _AT_ONCE simulations at a time."""
    total = world.photos + world.photos // _TEST
    sign = (np.arange(total) % 2) - 0.5
    sign[world.photos :] = (np.arange(total - world.photos) % 2) - 0.5
    for start in range(0, simulations, _AT_ONCE):
        rng = np.random.default_rng([world.seed, start])
        shape = (min(_AT_ONCE, simulations - start), total, world.width)
        common = np.float32(_COMMON**0.5) * rng.standard_normal(shape, dtype=np.float32)
        drawn = []
        for distance in world.distances:
            own = np.float32((1 - _COMMON) ** 0.5) * rng.standard_normal(shape, dtype=np.float32)
            own += common
            own[:, :, 0] += (sign * distance).astype(np.float32)
            drawn.append(own)
        yield drawn


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
    share = folds.train.sum(axis=1).mean() / folds.train.any(axis=0).sum()
    shared = train.model_copy(update={"batch_size": round(train.batch_size / share)})
    folded = fit_simulated(pool, labels, folds.train.T, folds.choosers.T, shared)
    cv_acc, cv_auc = _fold_scores(folded.logits(pool), labels, folds)
    return Backbone(
        true_acc[:, 0],
        true_auc[:, 0],
        heads.val_acc[:, 0],
        val_auc,
        right.mean(axis=1),
        cv_acc,
        cv_auc,
        *_truth(folded, distance),
    )


def _delivered(pool: Floats, labels: NDArray[np.int64], train: TrainParams) -> Heads:
    """One head a simulation, as stages.train makes it."""
    val = _val(labels)[:, None]
    return fit_simulated(pool, labels, ~val, val, train)


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
