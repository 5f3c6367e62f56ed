"""What intervals, verdicts and rules of choice are worth, by simulations whose truth is known.

python -m benchmarks.decisions [SIMULATIONS]: how many where the default is 1,000 (in the search
for the best depth, 4,000). Prints markdown tables; about five minutes on one core by default.
"""

import sys
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulated_depths import Depth, World, depths, distances
from potholes.crossvalidation import CrossvalidateParams
from potholes.params import SelectParams, TrainParams
from potholes.params_file import load_params
from potholes.rules import RULES, Crossvalidated
from potholes.statistics.interval import Interval
from potholes.statistics.resampled import (
    corrected_variance,
    cross_validated_accuracy,
    cross_validated_auc,
)
from potholes.statistics.verdicts import Verdict, verdicts

FOLDS = CrossvalidateParams(folds=5, repeats=5, seed=0)
RATIO = 1 / (FOLDS.folds - 1)
NAMES = ("a", "b", "c")
WIDTH = 50
RATES = SelectParams(rule="fit_accuracy_auc", max_stability_loss=1.0)
Doubles = NDArray[np.float64]


def coverage(simulations: int, train: TrainParams) -> list[str]:
    """How often a cross-validated mean's interval holds its target, and the delivered head."""
    lines = ["| score | d | n | holds its target | holds the delivered head | width |"]
    lines += ["|---|---|---|---|---|---|"]
    for width in (10, 50):
        for photos in (100, 400):
            world = World(photos, width, distances([0.93], photos, width, train), seed=2)
            (depth,) = depths(world, simulations, train, FOLDS)
            labels = np.arange(photos) % 2
            for name, found, target, delivered in (
                ("accuracy", [_of_acc(s, photos) for s in depth.cv_acc], depth.fold_true_acc, depth.true_acc),
                ("AUC", [_of_auc(s, labels) for s in depth.cv_auc], depth.fold_true_auc, depth.true_auc),
            ):  # fmt: skip
                low, high = (
                    np.array([getattr(one, end) for one in found]) for end in ("low", "high")
                )
                target_held = _within(low, np.full(len(low), target.mean()), high)
                delivered_held = _within(low, delivered, high)
                lines.append(
                    f"| {name} | {width} | {photos} | {target_held:.1%} | {delivered_held:.1%} "
                    f"| {(high - low).mean():.3f} |"
                )
    return lines


def equal_depths(simulations: int, train: TrainParams) -> list[str]:
    """How often `better` is said of any pair of three depths that are equal."""
    lines = [
        "| true accuracy of all three | photos | d | better said of any pair |",
        "|---|---|---|---|",
    ]
    for accuracy, photos in ((0.94, 220), (0.94, 480)):
        distance = distances([accuracy], photos, WIDTH, train)[0]
        world = World(photos, WIDTH, (distance,) * 3, seed=3)
        found = depths(world, simulations, train, FOLDS)
        said = [any(v.better for v in row) for row in _verdicts(found, photos)]
        lines.append(f"| {accuracy} | {photos} | {WIDTH} | {np.mean(said):.1%} |")
    return lines


def choices(found: Sequence[Depth], photos: int, accuracies: Sequence[float]) -> list[str]:
    """Verdicts and each rule's picks among depths of which the last is the best."""
    told = _verdicts(found, photos)
    names = NAMES[: len(found)]
    false = np.mean([any(_is_false(v) for v in row) for row in told])
    pairs = [(0, len(found) - 1), *((place, place + 1) for place in range(len(found) - 1))]
    lines = [f"True {accuracies}, {photos} photos, {len(told):,} simulations.", ""]
    lines += ["| verdicts | share |", "|---|---|", f"| any false | {false:.2%} |"]
    for worse, better in pairs:
        said = np.mean(
            [
                any(v.better == names[better] and names[worse] in (v.a, v.b) for v in row)
                for row in told
            ]
        )
        lines.append(
            f"| {accuracies[better]} said to be better than {accuracies[worse]} | {said:.1%} |"
        )
    lines += [
        "",
        "| rule | wrong picks | accuracy lost | reported minus true |",
        "|---|---|---|---|",
    ]
    rows = _rows(found)
    truth = np.stack([depth.true_acc for depth in found], axis=1)
    for name, rule in RULES.items():
        picks = np.array([names.index(rule(row, RATES).backbone) for row in rows])
        lost = (truth[:, -1] - truth[np.arange(len(picks)), picks]).mean()
        wrong = (picks != len(found) - 1).mean()
        lines.append(f"| {name} | {wrong:.1%} | {lost:.4f} | |")
    return lines


def optimism(found: Sequence[Depth]) -> list[str]:
    """Mean of what is reported minus what the delivered head truly scores."""
    rows = _rows(found)
    places = np.arange(len(rows))
    truth = np.stack([depth.true_acc for depth in found], axis=1)
    lines = [
        "| number | of the depth chosen by | minus the truth | ± 2 s.e. |",
        "|---|---|---|---|",
    ]
    for label, rule, values in (
        ("test accuracy", "best_crossvalidated", [depth.test_acc for depth in found]),
        ("test accuracy", "fit_accuracy_auc", [depth.test_acc for depth in found]),
        ("cross-validated mean", "best_crossvalidated", [depth.cv_acc.mean(axis=1) for depth in found]),
        ("validation accuracy, the method's", "fit_accuracy_auc", [depth.val_acc for depth in found]),
    ):  # fmt: skip
        picks = np.array([NAMES.index(RULES[rule](row, RATES).backbone) for row in rows])
        gap = np.stack(values, axis=1)[places, picks] - truth[places, picks]
        error = 2 * gap.std() / len(gap) ** 0.5
        lines.append(f"| {label} | {rule} | {gap.mean():+.4f} | {error:.4f} |")
    return lines


def _of_acc(scores: Doubles, photos: int) -> Interval:
    return cross_validated_accuracy(scores, photos, ratio=RATIO)


def _of_auc(scores: Doubles, labels: NDArray[np.int64]) -> Interval:
    return cross_validated_auc(scores, labels, ratio=RATIO)


def _within(low: Doubles, value: Doubles, high: Doubles) -> float:
    return float(((low <= value) & (value <= high)).mean())


def _verdicts(found: Sequence[Depth], photos: int) -> list[list[Verdict]]:
    """Of each simulation."""
    return [
        verdicts(dict(zip(NAMES, scores, strict=False)), photos, ratio=RATIO)
        for scores in zip(*(depth.cv_acc for depth in found), strict=True)
    ]


def _is_false(verdict: Verdict) -> bool:
    """Depths are named in the order of their true accuracy."""
    return verdict.better is not None and verdict.better != max(verdict.a, verdict.b)


def _rows(found: Sequence[Depth]) -> list[list[Crossvalidated]]:
    """The comparison's rows of each simulation; deeper costs more."""
    simulations = len(found[0].true_acc)
    return [
        [_row(place, depth, s) for place, depth in enumerate(found)] for s in range(simulations)
    ]


def _row(place: int, depth: Depth, s: int) -> Crossvalidated:
    layers = (18, 50, 152)[place]
    scores = depth.cv_acc[s]
    return Crossvalidated(
        backbone=NAMES[place],
        stability_loss=0.0,
        stability_acc=0.0,
        best_epoch=1,
        best_acc=float(depth.val_acc[s]),
        best_auc=float(depth.val_auc[s]),
        test_acc=float(depth.test_acc[s]),
        test_auc=0.0,
        layers=layers,
        parameters=layers,
        multiply_accumulates=layers,
        model_bytes=layers,
        weights="random",
        cv_acc=float(scores.mean()),
        cv_acc_low=0.0,
        cv_acc_high=1.0,
        cv_auc=float(depth.cv_auc[s].mean()),
        cv_auc_low=0.0,
        cv_auc_high=1.0,
        cv_se=corrected_variance(scores, RATIO) ** 0.5,
    )


def _show(title: str, lines: Sequence[str]) -> None:
    print(f"\n### {title}\n")
    print("\n".join(lines), flush=True)


def main(simulations: int) -> None:
    train = load_params().train
    _show("Intervals of cross-validated means, 95 %", coverage(simulations, train))
    _show("Three equal depths", equal_depths(simulations, train))
    for accuracies, photos, count in (
        ((0.93, 0.94, 0.95), 220, 4 * simulations),
        ((0.88, 0.93, 0.96), 480, simulations),
    ):
        world = World(photos, WIDTH, distances(accuracies, photos, WIDTH, train), seed=4)
        found = depths(world, count, train, FOLDS)
        _show("Verdicts and rules of choice", choices(found, photos, accuracies))
        _show("Reported minus true accuracy of the delivered head", optimism(found))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
