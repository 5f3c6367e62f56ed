"""Drives that nobody declared: how often the alarm comes, and what it saves.

python -m benchmarks.drives [SIMULATIONS [PART...]]        parts: coverage, alarms; by default both
python -m benchmarks.drives LABELLED WEIGHTS BACKBONE...   real photos, and drives made of them

Simulated: 320 photos of two classes, N(± distance / 2 along the first axis, identity), in groups of
8 of one class whose features correlate by so much, split as params.yaml says; 200 simulations a
row, a quarter of an hour on one core. Real: a drive is 8 crops of one photo.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.special import ndtr

from potholes.audit.undeclared_groups import look_alikes_alarm
from potholes.compilation.compiler import compile_backbone
from potholes.compilation.engine import load_engine
from potholes.crossvalidation.held_out import crossvalidate, pool_of
from potholes.crossvalidation.tables import (
    CrossValidationSummary,
    LookAlike,
    tested_over_trained,
)
from potholes.crossvalidation.undeclared import undeclared_groups
from potholes.dataset.splitting import draw_split
from potholes.dataset.standardising import standardise
from potholes.dataset.tables import Sample, read_manifest
from potholes.features.extraction import extract
from potholes.features.tables import FeatureRow, Features
from potholes.files.png import read_png, write_png
from potholes.head.many_heads import products_of
from potholes.head.training import Task, fit_head
from potholes.params import Params
from potholes.params_file import load_params
from potholes.statistics.binomial import wilson
from potholes.statistics.groups import effective_number
from potholes.statistics.resampled import cross_validated_accuracy
from potholes.weights.sources import weighted_backbones

PHOTOS, SIZE = 320, 8
DISTANCES = {10: 2.5, 50: 3.0, 512: 4.5}  # of the classes' means, by width: accuracies around 0.9
DRIVES, HALVES = 64, 20
CROPPED = (0.7, 0.5)  # smallest side of a crop: mild and strong
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
    *(Cell(10, alike) for alike in (0.0, 0.5, 0.9)),
    *(Cell(width, 0.5, series=True) for width in (10, 50, 512)),
    *(Cell(50, 0.9, series=series, grouped=1 / 3) for series in (False, True)),
    *(Cell(512, alike, shape=s) for s in ("heavy", "decaying") for alike in (0.0, 0.5, 0.9)),
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
    known = {
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
    print(
        "| features | correlation | in groups | names | alarm | true accuracy | test covers |",
        end="",
    )
    print(
        " CV covers | CV minus truth | look-alikes together | declared: test | CV | CV minus truth |"
    )
    print("|---" * 13 + "|")
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
            cells += _covered(
                [found(cell, seed, params, declared=True) for seed in range(simulations)]
            )
        print(cell.title, " | ".join(cells), "|", flush=True)


def _covered(runs: Sequence[Found]) -> list[str]:
    excess = np.mean([one.excess for one in runs])
    shares = (_share(one.test for one in runs), _share(one.crossvalidated for one in runs))
    return [*shares, f"{excess:+.3f}"]


def _share(values: Iterable[bool]) -> str:
    return f"{np.mean(list(values)):.1%}"


def alarms(simulations: int, params: Params) -> None:
    """How often the alarm is raised for other kinds of photos."""
    print("\n| features | correlation | in groups | names | alarm |")
    print("|---" * 5 + "|")
    for cell in ALARMS:
        raised = []
        for seed in range(simulations):
            summary, photos = summarised(draw(cell, seed, params, declared=False), params)
            raised.append(look_alikes_alarm(summary, photos) is not None)
        print(cell.title, _share(raised), "|", flush=True)


def crops(picture: NDArray[np.uint8], smallest: float, seed: int) -> list[NDArray[np.uint8]]:
    """8 crops of a picture, of sides from `smallest` to its 1.4-fold, mirrored half of the time."""
    rng, made = np.random.default_rng(seed), []
    for _ in range(SIZE):
        side = int(224 * rng.uniform(smallest, min(0.95, 1.4 * smallest)))
        x, y = rng.integers(0, 225 - side, 2)
        own = Image.fromarray(picture[y : y + side, x : x + side])
        pixels = np.asarray(own.resize((224, 224), Image.Resampling.BICUBIC))
        brighter = np.clip(pixels * rng.uniform(0.85, 1.15), 0, 255).astype(np.uint8)
        made.append(np.ascontiguousarray(brighter[:, :: rng.choice([-1, 1])]))
    return made


def real(labelled: str, weights: str, names: Sequence[str]) -> None:
    """Print what is said of the photos, of random halves of them, and of drives made of them."""
    params = load_params()
    data = params.data.model_copy(update={"labelled": labelled, "on_bad_image": "skip"})
    source = params.weights.model_copy(update={"source": weights})
    with TemporaryDirectory() as name:
        folder = Path(name)
        standardise(data, params.image, params.split, folder)
        samples = read_manifest(folder)
        paths = [folder / sample.path for sample in samples]
        drives = np.random.default_rng(1).permutation(len(samples))[:DRIVES].tolist()
        made: dict[float, list[Path]] = {}
        for smallest in CROPPED:
            made[smallest] = []
            for index in drives:
                for number, pixels in enumerate(crops(read_png(paths[index]), smallest, index)):
                    path = folder / f"{smallest}-{index}-{number}.png"
                    write_png(path, pixels)
                    made[smallest].append(path)
        for backbone, weighted in weighted_backbones(list(names), source):
            graph = compile_backbone(backbone, weighted.model, params.backbone).graph
            engine = load_engine(graph, device="cpu", precision=params.backbone.precision)
            own = extract(engine, paths, read_png, batch_size=32, name=backbone)
            print(f"\n{backbone}", flush=True)
            _photos(own, samples, params)
            for smallest, files in made.items():
                values = extract(engine, files, read_png, batch_size=32, name=backbone)
                _drives(
                    f"crops from {smallest:.0%} of the side", values, own, samples, drives, params
                )


def _photos(own: NDArray[np.float32], samples: list[Sample], params: Params) -> None:
    """The photos alone, and halves of them."""
    ids, labels = [s.sample_id for s in samples], [s.label for s in samples]
    print(f"{len(ids)} photos: {_said(own, ids, labels, params)}")
    raised = 0
    for seed in range(HALVES):
        part = np.random.default_rng(seed).permutation(len(ids))[: len(ids) // 2]
        said = _said(own[part], [ids[i] for i in part], [labels[i] for i in part], params)
        raised += said.startswith("alarm")
    print(f"random halves: {raised} of {HALVES} raise it")


def _drives(
    what: str,
    values: NDArray[np.float32],
    own: NDArray[np.float32],
    samples: list[Sample],
    drives: list[int],
    params: Params,
) -> None:
    """Drives alone, one photo of each, and drives among twice as many other photos."""
    rng = np.random.default_rng(0)
    labels = [samples[index].label for index in drives for _ in range(SIZE)]
    ids = [f"{number:04}.jpg" for number in rng.permutation(len(labels) + len(samples))]
    print(f"{what}: {_said(values, ids[: len(labels)], labels, params)}")
    ones = slice(None, None, SIZE)
    print(f"  one of each drive: {_said(values[ones], ids[:DRIVES], labels[ones], params)}")
    others = np.setdiff1d(np.arange(len(samples)), drives)
    few = len(others) // 2 // SIZE * SIZE
    mixed = np.concatenate([values[:few], own[others]])
    names = [*labels[:few], *(samples[index].label for index in others)]
    print(f"  a third of the photos: {_said(mixed, ids[: len(mixed)], names, params)}", flush=True)


def _said(
    values: NDArray[np.float32], ids: Sequence[str], labels: Sequence[str], params: Params
) -> str:
    """The alarm, or its absence, with the two shares."""
    splits = draw_split(labels, np.arange(len(ids)), [None] * len(ids), params.split)
    rows = [FeatureRow(*row) for row in zip(ids, ids, ids, labels, splits, strict=True)]
    features = Features("", "cpu", sorted(set(labels)), values, rows)
    summary, photos = summarised(features, params)
    alarm = look_alikes_alarm(summary, photos)
    found = summary.undeclared
    shares = f"features {found.alike:.2f}, names {found.in_series:.2f}"
    return f"alarm ({shares}): {alarm.evidence}" if alarm else f"silent ({shares})"


def main(*arguments: str) -> None:
    if arguments and not arguments[0].isdecimal():
        labelled, weights, *names = arguments
        real(labelled, weights, names)
        return
    simulations = int(arguments[0]) if arguments else 200
    for part in arguments[1:] or ("coverage", "alarms"):
        (coverage if part == "coverage" else alarms)(simulations, load_params())


if __name__ == "__main__":
    main(*sys.argv[1:])
