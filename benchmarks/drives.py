"""Drives that nobody declared: how often the alarm comes, and what it saves.

python -m benchmarks.drives [SIMULATIONS [PART...]] (parts: coverage, alarms; by default both)

320 photos of two classes, N(± distance / 2 along the first axis, identity), in groups of 8 of one
class whose features correlate by so much, split as params.yaml says. 200 simulations a row by
default: half an hour on one core. `benchmarks.drives_of_photos` is about real photos.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from potholes.audit.undeclared_groups import look_alikes_alarm
from potholes.crossvalidation.held_out import crossvalidate, pool_of
from potholes.crossvalidation.look_alikes import find_look_alikes
from potholes.crossvalidation.tables import (
    CrossValidationSummary,
    LookAlike,
    tested_over_trained,
)
from potholes.crossvalidation.undeclared import undeclared_groups
from potholes.dataset.splitting import draw_split
from potholes.features.tables import FeatureRow, Features
from potholes.head.many_heads import products_of
from potholes.head.training import Task, fit_head
from potholes.params import Params
from potholes.params_file import load_params
from potholes.statistics.binomial import wilson
from potholes.statistics.groups import effective_number
from potholes.statistics.resampled import cross_validated_accuracy

PHOTOS, SIZE = 320, 8
DISTANCES = {10: 2.5, 50: 3.0, 512: 4.5}  # of the classes' means, by width: accuracies around 0.9
NAMES = ["normal", "pothole"]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Cell:
    """One kind of simulated photos."""

    width: int
    alike: float  # correlation of features within a group
    series: bool = False  # names follow the groups; else they are random
    grouped: float = 1.0  # share of the photos that are in groups
    shape: str = "normal"  # heavy: a photo's noise is t with 5 degrees; decaying: variance 1 / axis

    @property
    def title(self) -> str:
        names = "in series" if self.series else "random"
        kind = f"{self.alike:g}" if self.alike else "no groups"
        return f"| {self.width} {self.shape} | {kind} | {self.grouped:.0%} | {names} |"


COVERAGE = [
    Cell(50, 0.0),
    Cell(50, 0.5),
    Cell(50, 0.9),
    Cell(512, 0.0),
    Cell(512, 0.5),
    Cell(512, 0.9),
]
ALARMS = [
    *(Cell(width, 0.0) for width in (10, 50, 512)),
    *(Cell(512, 0.0, shape=shape) for shape in ("heavy", "decaying")),
    *(Cell(10, alike) for alike in (0.5, 0.9)),
    *(Cell(width, 0.5, series=True) for width in (10, 50, 512)),
    *(Cell(50, 0.9, series=series, grouped=1 / 3) for series in (False, True)),
    *(Cell(512, alike, shape=s) for s in ("heavy", "decaying") for alike in (0.5, 0.9)),
]


@dataclass(frozen=True)
class Found:
    """What one simulation says with the groups undeclared or declared."""

    alarm: bool
    test: bool  # the interval of the test accuracy contains the delivered head's true accuracy
    crossvalidated: bool  # so does that of the cross-validated mean
    truth: float
    excess: float  # cross-validated mean minus that true accuracy
    kept: float | None  # the same with look-alikes kept together, where they are found


def draw(cell: Cell, seed: int, params: Params, *, declared: bool) -> Features:
    """Photos of one simulation."""
    rng = np.random.default_rng([seed, cell.width, round(10 * cell.alike)])
    together = round(cell.grouped * PHOTOS / SIZE) * SIZE
    group = np.arange(PHOTOS)
    group[:together] = group[:together] // SIZE * SIZE
    label = np.where(np.arange(PHOTOS) < together, group // SIZE, group) % 2
    centres, own = (_noise(cell, rng) for _ in range(2))
    values = np.sqrt(cell.alike) * centres[group] + np.sqrt(1 - cell.alike) * own
    values[:, 0] += DISTANCES[cell.width] * (label - 0.5)
    order = np.arange(PHOTOS) if cell.series else rng.permutation(PHOTOS)
    ids = [f"{number:04}.jpg" for number in order]
    groups = group if declared else np.arange(PHOTOS)
    settings = params.split.model_copy(update={"seed": seed})
    splits = draw_split([NAMES[index] for index in label], groups, [None] * PHOTOS, settings)
    rows = [
        FeatureRow(name, name, ids[number], NAMES[index], split)
        for name, number, index, split in zip(ids, groups, label, splits, strict=True)
    ]
    return Features("simulated", "cpu", NAMES, values.astype(np.float32), rows)


def _noise(cell: Cell, rng: np.random.Generator) -> Doubles:
    """[PHOTOS, width] of variance about 1; the first axis, where the classes part, is normal."""
    noise = rng.standard_normal((PHOTOS, cell.width))
    if cell.shape == "heavy":
        noise *= np.sqrt(3 / rng.chisquare(5, (PHOTOS, 1)))
    elif cell.shape == "decaying":
        noise /= np.sqrt(np.arange(1, cell.width + 1))
    return noise


def found(cell: Cell, seed: int, params: Params, *, declared: bool) -> Found:
    """One simulation."""
    features = draw(cell, seed, params, declared=declared)
    labels, test = features.labels(), features.mask("test", copies=False)
    run = fit_head(features.values, labels, Task.of_splits(features), 2, params.train)
    weight, bias = run.weight[1] - run.weight[0], float(run.bias[1] - run.bias[0])
    half, size = DISTANCES[cell.width] / 2 * float(weight[0]), float(np.linalg.norm(weight))
    truth = float((ndtr((half + bias) / size) + ndtr((half - bias) / size)) / 2)
    right = (features.values[test] @ weight + bias > 0) == (labels[test] == 1)
    groups = np.unique([row.group_id for row in features.rows], return_inverse=True)[1]
    interval = wilson(float(right.mean()), effective_number(groups[test]))
    summary, photos = summarised(features, params)
    acc = summary.undeclared.acc
    return Found(
        look_alikes_alarm(summary, photos) is not None,
        interval.low <= truth <= interval.high,
        summary.cv_acc_low <= truth <= summary.cv_acc_high,
        truth,
        summary.cv_acc - truth,
        None if acc is None else acc - truth,
    )


def summarised(
    features: Features, params: Params
) -> tuple[CrossValidationSummary, list[LookAlike]]:
    """What `stages.crossvalidate` says, but for AUC and the learning curve."""
    result = crossvalidate(features, params.train, params.crossvalidate)
    groups = np.unique(pool_of(features).groups, return_inverse=True)[1]
    scores, n = np.array([fold.acc for fold in result.folds]), effective_number(groups)
    interval = cross_validated_accuracy(scores, n, ratio=tested_over_trained(result.folds))
    products = products_of(features.values)
    undeclared, photos = undeclared_groups(
        features, params.train, params.crossvalidate, result, products, level=0.95
    )
    known: dict[str, Any] = {
        "photos": len(groups),
        "effective_photos": n,
        "cv_acc": float(scores.mean()),
        "cv_acc_low": interval.low,
        "cv_acc_high": interval.high,
        "undeclared": undeclared,
    }
    names = (field.name for field in fields(CrossValidationSummary))
    return CrossValidationSummary(**dict.fromkeys(names, 0) | known), photos


def coverage(simulations: int, params: Params) -> None:
    """What the intervals say of groups that are undeclared, then declared."""
    columns = (
        *("features", "correlation", "in groups", "names", "alarm", "true accuracy"),
        *("test covers", "CV covers", "CV minus truth", "look-alikes together"),
        *("declared: alarm", "test covers", "CV covers", "CV minus truth"),
    )
    print("| " + " | ".join(columns) + " |")
    print("|---" * len(columns) + "|")
    for cell in COVERAGE:
        hidden = [found(cell, seed, params, declared=False) for seed in range(simulations)]
        kept = [one.kept for one in hidden if one.kept is not None]
        cells = [
            f"{_share(one.alarm for one in hidden)}",
            f"{np.mean([one.truth for one in hidden]):.3f}",
            *_covered(hidden),
            f"{np.mean(kept):+.3f}" if kept else "",
        ]
        if cell.alike:
            known = [found(cell, seed, params, declared=True) for seed in range(simulations)]
            cells += [_share(one.alarm for one in known), *_covered(known)]
        print(cell.title, " | ".join(cells), "|", flush=True)


def _covered(runs: Sequence[Found]) -> list[str]:
    excess = np.mean([one.excess for one in runs])
    shares = (_share(one.test for one in runs), _share(one.crossvalidated for one in runs))
    return [*shares, f"{excess:+.3f}"]


def _share(values: Iterable[bool]) -> str:
    return f"{np.mean(list(values)):.1%}"


def alarms(simulations: int, params: Params) -> None:
    """How often the alarm is raised for more kinds of photos."""
    print("\n| features | correlation | in groups | names | alarm |")
    print("|---" * 5 + "|")
    for cell in ALARMS:
        raised = [_raised(cell, seed, params) for seed in range(simulations)]
        print(cell.title, _share(raised), "|", flush=True)


def _raised(cell: Cell, seed: int, params: Params) -> bool:
    """Whether there is an alarm; cross-validated only where there can be one."""
    features = draw(cell, seed, params, declared=False)
    if not find_look_alikes(features, ("train", "val"), seed=params.crossvalidate.seed).found:
        return False
    return look_alikes_alarm(*summarised(features, params)) is not None


def main(simulations: int, *parts: str) -> None:
    for part in parts or ("coverage", "alarms"):
        (coverage if part == "coverage" else alarms)(simulations, load_params())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, *sys.argv[2:])
