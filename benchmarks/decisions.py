"""How well intervals, verdicts and rules hold, by simulations whose truth is known.

python -m benchmarks.decisions [SIMULATIONS [PART...]] prints markdown tables. 1,000 simulations by
default, four times as many of the close backbones; some minutes on one core for the parts
coverage, equal, close and apart together.

Features are simulated, without augmented copies; no backbone is dropped for its stability gap.
"""

import sys
from collections.abc import Sequence
from dataclasses import fields
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulated_backbones import Backbone, backbones, distances
from benchmarks.simulated_photos import World
from potholes.params import CrossvalidateParams, SelectParams, TrainParams
from potholes.params_file import load_params
from potholes.selection.rules import RULES
from potholes.selection.tables import Comparison, Verdict
from potholes.selection.verdicts import Plan, verdicts
from potholes.statistics.interval import Interval
from potholes.statistics.resampled import (
    corrected_variance,
    cross_validated_accuracy,
    cross_validated_auc,
)

FOLDS = CrossvalidateParams(folds=5, repeats=5, seed=0)
RATIO = 1 / (FOLDS.folds - 1)
NAMES = ("a", "b", "c")
WIDTH = 50
ANY_FIT = SelectParams(rule="fit_accuracy_auc", max_stability_loss=1.0, difference=0.01)
PLAN = Plan(difference=0.01, pool=0.8)
Doubles = NDArray[np.float64]


def coverage(simulations: int, train: TrainParams) -> list[str]:
    """How often a cross-validated mean's interval holds its target, and the delivered head."""
    lines = [
        "| score | d | n | holds its target | holds the delivered head | width |",
        "|---|---|---|---|---|---|",
    ]
    for width in (10, 50):
        for photos in (100, 400):
            world = World(photos, width, distances([0.93], photos, width, train), seed=2)
            (backbone,) = backbones(world, simulations, train, FOLDS)
            labels = np.arange(photos) % 2
            accs = [cross_validated_accuracy(s, photos, ratio=RATIO) for s in backbone.cv_acc]
            aucs = [cross_validated_auc(s, labels, ratio=RATIO) for s in backbone.cv_auc]
            accuracy = _held(accs, float(backbone.fold_true_acc.mean()), backbone.true_acc)
            area = _held(aucs, float(backbone.fold_true_auc.mean()), backbone.true_auc)
            lines += [f"| accuracy | {width} | {photos} {accuracy}"]
            lines += [f"| AUC | {width} | {photos} {area}"]
    return lines


def _held(found: Sequence[Interval], target: float, delivered: Doubles) -> str:
    """Shares of intervals that hold the target and the delivered head's score [S], mean width."""
    low, high = np.array([(one.low, one.high) for one in found]).T
    shares = [((low <= value) & (value <= high)).mean() for value in (target, delivered)]
    return f"| {shares[0]:.1%} | {shares[1]:.1%} | {(high - low).mean():.3f} |"


def equal_backbones(simulations: int, train: TrainParams) -> list[str]:
    """How often `better` is said of any pair of three backbones that are equal."""
    lines = ["| true accuracy of all | photos | better said of any pair |", "|---|---|---|"]
    for accuracy, photos in ((0.94, 220), (0.94, 480)):
        distance = distances([accuracy], photos, WIDTH, train)[0]
        world = World(photos, WIDTH, (distance,) * 3, seed=3)
        found = backbones(world, simulations, train, FOLDS)
        said = [any(v.better for v in row) for row in _verdicts(found, photos)]
        lines.append(f"| {accuracy} | {photos} | {np.mean(said):.1%} |")
    return lines


def verdict_table(found: Sequence[Backbone], photos: int, accuracies: Sequence[float]) -> list[str]:
    """What is said of backbones that are given in the order of their true accuracy."""
    told = _verdicts(found, photos)
    false = np.mean([any(_is_false(verdict) for verdict in row) for row in told])
    lines = ["| verdict | said |", "|---|---|", f"| any false one | {false:.2%} |"]
    for worse, better in combinations(range(len(found)), 2):
        pair = {NAMES[worse], NAMES[better]}
        said = [any({v.a, v.b} == pair and v.better == NAMES[better] for v in row) for row in told]
        lines.append(
            f"| {accuracies[better]} better than {accuracies[worse]} | {np.mean(said):.1%} |"
        )
    return lines


def rule_table(found: Sequence[Backbone]) -> list[str]:
    """How often each rule misses the best backbone, which is the last, and what that costs."""
    rows, truth = _rows(found), _truth(found)
    lines = ["| rule | wrong picks | accuracy lost |", "|---|---|---|"]
    for name in RULES:
        picks = _picks(rows, name)
        lost = (truth[:, -1] - truth[np.arange(len(picks)), picks]).mean()
        lines.append(f"| {name} | {(picks != len(found) - 1).mean():.1%} | {lost:.4f} |")
    return lines


def optimism(found: Sequence[Backbone]) -> list[str]:
    """Mean of what is reported minus what the delivered head truly scores."""
    rows, truth = _rows(found), _truth(found)
    test, val = (
        [getattr(backbone, name) for backbone in found] for name in ("test_acc", "val_acc")
    )
    crossed = [backbone.cv_acc.mean(axis=1) for backbone in found]
    lines = ["| number | backbone chosen by | minus the truth | ± 2 s.e. |", "|---|---|---|---|"]
    for label, rule, values in (
        ("test accuracy", "best_crossvalidated", test),
        ("cross-validated mean", "best_crossvalidated", crossed),
        ("test accuracy", "fit_accuracy_auc", test),
        ("best validation accuracy (the method's number)", "fit_accuracy_auc", val),
    ):
        picks = _picks(rows, rule)
        indices = np.arange(len(picks))
        gap = np.stack(values, axis=1)[indices, picks] - truth[indices, picks]
        error = 2 * gap.std() / len(gap) ** 0.5
        lines.append(f"| {label} | {rule} | {gap.mean():+.4f} | {error:.4f} |")
    return lines


def _truth(found: Sequence[Backbone]) -> Doubles:
    """Accuracy [S, backbones] of the delivered heads."""
    return np.stack([backbone.true_acc for backbone in found], axis=1)


def _picks(rows: Sequence[Sequence[Comparison]], rule: str) -> NDArray[np.int64]:
    """The backbone [S] that a rule chooses."""
    return np.array([NAMES.index(RULES[rule](row, ANY_FIT).backbone) for row in rows])


def _verdicts(found: Sequence[Backbone], photos: int) -> list[list[Verdict]]:
    """Of each simulation."""
    return [
        verdicts(dict(zip(NAMES, right, strict=False)), np.arange(photos), PLAN, level=0.95)
        for right in zip(*(backbone.right for backbone in found), strict=True)
    ]


def _is_false(verdict: Verdict) -> bool:
    """Names are in the order of the true accuracies."""
    return verdict.better is not None and verdict.better != max(verdict.a, verdict.b)


def _rows(found: Sequence[Backbone]) -> list[list[Comparison]]:
    """The comparison's rows of each simulation; deeper costs more."""
    simulations = len(found[0].true_acc)
    return [
        [_row(index, backbone, s) for index, backbone in enumerate(found)]
        for s in range(simulations)
    ]


def _row(index: int, backbone: Backbone, s: int) -> Comparison:
    layers = (18, 50, 152)[index]
    scores = backbone.cv_acc[s]
    known = {
        "backbone": NAMES[index],
        "best_acc": float(backbone.val_acc[s]),
        "best_auc": float(backbone.val_auc[s]),
        "cv_acc": float(scores.mean()),
        "cv_auc": float(backbone.cv_auc[s].mean()),
        "cv_se": corrected_variance(scores, RATIO) ** 0.5,
        "bayes_threshold": 0.5,
        "layers": layers,
        "multiply_accumulates": layers,
    }
    return Comparison(**dict.fromkeys((field.name for field in fields(Comparison)), 0) | known)


def _show(title: str, lines: Sequence[str]) -> None:
    print(f"\n### {title}\n")
    print("\n".join(lines), flush=True)


def _choices(accuracies: tuple[float, ...], photos: int, count: int, train: TrainParams) -> None:
    world = World(photos, WIDTH, distances(accuracies, photos, WIDTH, train), seed=4)
    found = backbones(world, count, train, FOLDS)
    title = f"True {', '.join(map(str, accuracies))}; {photos} photos, {count:,} simulations"
    _show(title, verdict_table(found, photos, accuracies))
    _show("Rules of choice", rule_table(found))
    _show("Reported minus true accuracy of the delivered head", optimism(found))


def main(simulations: int, *parts: str) -> None:
    train = load_params().train
    for part in parts or ("coverage", "equal", "close", "apart"):
        if part == "coverage":
            _show("95 % intervals of cross-validated means", coverage(simulations, train))
        elif part == "equal":
            _show("Three equal backbones", equal_backbones(simulations, train))
        elif part == "close":
            _choices((0.93, 0.94, 0.95), 220, 4 * simulations, train)
        else:
            _choices((0.88, 0.93, 0.96), 480, simulations, train)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, *sys.argv[2:])
