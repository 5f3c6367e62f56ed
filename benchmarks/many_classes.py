"""How often 95 % intervals hold the truth with more than two classes.

python -m benchmarks.many_classes [SIMULATIONS]   (1000 a cell; about four minutes on one core)

Test scores: probabilities are the softmax of normal logits, the own class's raised. One class has
as many photos as the others, or half of all. Cross-validated macro AUC: 5 x 5 folds of heads whose
weights are the means of their training photos' features, because these are trained in no time.
"""

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.rare_classes import Result
from potholes.evaluation.class_scores import mean_intervals
from potholes.evaluation.metrics import METRICS, Scored
from potholes.probabilities import auc, macro_auc, softmax
from potholes.statistics.auc_interval import macro_auc_interval
from potholes.statistics.interval import Interval
from potholes.statistics.resampled import cross_validated_auc

FOLDS, REPEATS, FEATURES = 5, 5, 10
NAMES = ("auc", "balanced_acc", "f1", "ap")
MANY = 60_000  # photos that stand for all there are

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Cell:
    """C classes, N photos, how far the own class is ahead, and whether one class has half."""

    classes: int
    photos: int
    strength: float
    uneven: bool

    def labels(self, photos: int) -> Ints:
        """[about `photos`], sorted, in the cell's proportions."""
        share = np.full(self.classes, 1 / self.classes)
        if self.uneven:
            share = np.append(0.5, np.full(self.classes - 1, 0.5 / (self.classes - 1)))
        return np.repeat(np.arange(self.classes), np.rint(share * photos).astype(np.int64))

    def scored(self, rng: np.random.Generator, photos: int) -> Scored:
        """Photos with the probabilities that a head gives them."""
        truth = self.labels(photos)
        own = self.strength * np.eye(self.classes)[truth]
        probabilities = softmax(rng.standard_normal(own.shape) + own)
        return Scored(truth, probabilities.argmax(axis=1), probabilities)

    def __str__(self) -> str:
        largest = "half" if self.uneven else "as others"
        return f"{self.classes} | {self.photos} | {largest}"


def result(found: list[Interval], truth: float) -> Result:
    """Of one interval a simulation."""
    low, high = np.array([(own.low, own.high) for own in found]).T
    return Result.of(low, high, truth)


def test_results(cell: Cell, simulations: int) -> dict[str, Result]:
    """Of macro AUC, balanced accuracy, macro F1 and macro average precision."""
    rng = np.random.default_rng([cell.classes, cell.photos])
    everything = cell.scored(rng, MANY)
    found: dict[str, list[Interval]] = {name: [] for name in NAMES}
    for _ in range(simulations):
        scored = cell.scored(rng, cell.photos)
        own = mean_intervals(scored, np.arange(len(scored.truth)))
        own["auc"] = macro_auc_interval(scored.truth, scored.probabilities)
        for name in NAMES:
            found[name].append(own[name])
    return {name: result(own, METRICS[name](everything)) for name, own in found.items()}


def cross_validated(cell: Cell, simulations: int) -> Result:
    """Of the mean AUC of the folds, against that of the heads on all photos there are."""
    rng = np.random.default_rng([cell.classes, cell.photos, 1])
    labels = cell.labels(cell.photos)
    means = rng.standard_normal((cell.classes, FEATURES))
    means *= cell.strength / np.linalg.norm(means, axis=1, keepdims=True)
    x = means[labels] + rng.standard_normal((simulations, len(labels), FEATURES))
    heads, scores = [], np.empty((simulations, REPEATS * FOLDS))
    for index in range(REPEATS * FOLDS):
        if index % FOLDS == 0:
            folds = _folds(rng, labels)
        tested = folds == index % FOLDS
        heads.append(_class_means(x[:, ~tested], labels[~tested], cell.classes))
        scores[:, index] = _macro_areas(labels[tested], _logits(x[:, tested], heads[-1]))
    everything = cell.labels(MANY // 20)
    photos = means[everything] + rng.standard_normal((len(everything), FEATURES))
    some = np.concatenate([head[:40] for head in heads[:FOLDS]])
    truth = np.mean([macro_auc(everything, softmax(_logits(photos, head))) for head in some])
    found = [cross_validated_auc(own, labels, ratio=1 / (FOLDS - 1)) for own in scores]
    return result(found, float(truth))


def _folds(rng: np.random.Generator, labels: Ints) -> Ints:
    """Stratified: the photos of a class in turn."""
    order = np.concatenate([rng.permutation(np.flatnonzero(labels == c)) for c in set(labels)])
    folds = np.empty(len(labels), dtype=np.int64)
    folds[order] = np.arange(len(labels)) % FOLDS
    return folds


def _class_means(x: Floats, labels: Ints, classes: int) -> Floats:
    """[S, C, D] of features [S, N, D]."""
    return np.stack([x[:, labels == c].mean(axis=1) for c in range(classes)], axis=1)


def _logits(x: Floats, means: Floats) -> Floats:
    """[..., N, C] of features [..., N, D]: of normal classes around the means [..., C, D]."""
    return np.asarray(x @ np.swapaxes(means, -1, -2) - (means**2).sum(axis=-1)[..., None, :] / 2)


def _macro_areas(labels: Ints, logits: Floats) -> Floats:
    """[S] of logits [S, N, C]."""
    shares = softmax(logits)
    classes = range(shares.shape[2])
    return np.asarray(np.mean([auc(labels == c, shares[:, :, c]) for c in classes], axis=0))


def main(simulations: int) -> None:
    print("coverage, too optimistic (width); %")
    print(
        "| classes | photos | largest class | macro AUC | balanced accuracy | macro F1 | macro AP |"
    )
    print("|---" * 7 + "|")
    cells = [
        Cell(classes, photos, strength, uneven)
        for classes, sizes in ((3, (90, 400)), (10, (200, 400)))
        for photos, strength in zip(sizes, (1.5, 2.5), strict=True)
        for uneven in (False, True)
    ]
    for cell in cells:
        shown = " | ".join(own.short for own in test_results(cell, simulations).values())
        print(f"| {cell} | {shown} |", flush=True)
    print("\n| classes | photos | largest class | cross-validated macro AUC |\n|---|---|---|---|")
    for cell in cells:
        print(f"| {cell} | {cross_validated(cell, simulations).short} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
