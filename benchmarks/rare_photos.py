"""How often intervals hold on real photos of which one class is made rare.

python -m benchmarks.rare_photos LABELLED WEIGHTS BACKBONE... (WEIGHTS: a folder, or random)

Of the second class so many photos are left out that one photo in ten is of it: 20 draws, each with
its own split, heads and cross-validation. An interval should hold what the same head scores when
the photos that were left out are tested too. Scores that depend on how frequent the classes are
(accuracy, precision, F1) are weighted as in the draw. All other params are params.yaml's.
"""

import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality import pictures
from potholes.compilation.compiler import compile_backbone
from potholes.compilation.engine import load_engine
from potholes.crossvalidation.summary import cross_validation_tables
from potholes.dataset.splitting import draw_split
from potholes.dataset.tables import Sample, class_names
from potholes.evaluation.operating_point import OperatingPoint, operating_point
from potholes.evaluation.scoring import score_test_photos
from potholes.features.extraction import extract
from potholes.features.tables import FeatureRow, Features
from potholes.files.png import read_png
from potholes.head.tables import Head
from potholes.head.training import Task, fit_head
from potholes.params import Params
from potholes.params_file import load_params
from potholes.probabilities import auc, decide, probabilities
from potholes.weights.sources import weighted_backbones

DRAWS = range(20)
RARE = 0.1
LEFT_OUT = "left out"  # as a split: in no part of the pipeline


def thinned(samples: list[Sample], params: Params, seed: int) -> list[FeatureRow]:
    """The rows of photos and copies, with the split of a draw."""
    photos = [sample for sample in samples if sample.sample_id == sample.origin_id]
    first, second = class_names(photos)
    groups = np.unique([p.group_id for p in photos], return_inverse=True)[1]
    frequent = np.array([photo.label == first for photo in photos])
    rng = np.random.default_rng(seed)
    wanted, kept = round(RARE / (1 - RARE) * frequent.sum()), set(groups[frequent].tolist())
    for group in rng.permutation(np.unique(groups[~frequent])).tolist():
        own = ~frequent & np.isin(groups, list(kept))
        if own.sum() >= wanted:
            break
        kept.add(group)
    inside = [index for index, group in enumerate(groups.tolist()) if group in kept]
    drawn = draw_split(
        [photos[index].label for index in inside],
        groups[inside],
        [None] * len(inside),
        params.split.model_copy(update={"seed": seed}),
    )
    names = [photos[index].sample_id for index in inside]
    split = dict(zip(names, map(str, drawn), strict=True))
    assert second in {photos[index].label for index in inside}
    return [
        FeatureRow(s.sample_id, s.origin_id, s.group_id, s.label, split.get(s.origin_id, LEFT_OUT))
        for s in samples
    ]


def truth(head: Head, features: Features, point: OperatingPoint, share: float) -> dict[str, float]:
    """What the head scores on all photos that it has not seen, a share of them of class 1."""
    photo = [row.sample_id == row.origin_id for row in features.rows]
    unseen = [row.split in ("test", LEFT_OUT) for row in features.rows]
    rows = np.flatnonzero(np.array(photo) & np.array(unseen))
    labels = features.labels()[rows]
    said = probabilities(head.logits(features.values[rows]), point.temperature)
    called = decide(said, point.threshold) == 1
    found, false = float(called[labels == 1].mean()), float(called[labels == 0].mean())
    right, wrong = share * found, (1 - share) * false
    return {
        "test_acc": right + (1 - share) * (1 - false),
        "test_balanced_acc": (found + 1 - false) / 2,
        "test_recall": found,
        "test_precision": right / (right + wrong) if right + wrong > 0 else 0.0,
        "test_f1": 2 * right / (share + right + wrong),
        "test_auc": float(auc(labels == 1, said[:, 1])),
    }


def draw(features: Features, params: Params) -> dict[str, tuple[float, float, float]]:
    """Of each score its interval and what it should hold."""
    labels = features.labels()
    run = fit_head(features.values, labels, Task.of_splits(features), 2, params.train)
    head = Head("", features.classes, run.weight, run.bias, run.best.epoch)
    level = params.evaluate.level
    crossed = cross_validation_tables(features, params.train, params.crossvalidate, level=level)
    point = operating_point(crossed.out_of_fold, params.evaluate)
    test = np.flatnonzero(features.mask("test", copies=False))
    _, groups = np.unique([features.rows[i].group_id for i in test], return_inverse=True)
    metrics = score_test_photos(
        head.logits(features.values[test]), labels[test], groups, point, params.evaluate
    ).metrics
    share = float((labels[test] == 1).mean())
    expected = truth(head, features, point, share)
    found = {
        name: (metrics[f"{name}_low"], metrics[f"{name}_high"], value)
        for name, value in expected.items()
    }
    summary = crossed.summary
    half = truth(
        head, features, OperatingPoint(1.0, 0.5), float((crossed.out_of_fold.labels == 1).mean())
    )
    found["cv_acc"] = (summary.cv_acc_low, summary.cv_acc_high, half["test_acc"])
    if summary.cv_auc_low is not None and summary.cv_auc_high is not None:
        found["cv_auc"] = (summary.cv_auc_low, summary.cv_auc_high, half["test_auc"])
    return found


def print_counts(name: str, found: dict[str, list[tuple[float, float, float]]]) -> None:
    """How many of the draws' intervals hold, miss above (too optimistic) and miss below."""
    print(
        f"\n| {name} | holds | whole interval above | below | mean width |\n|---|---|---|---|---|"
    )
    for score, rows in found.items():
        low, high, value = np.array(rows).T
        above, below = int((low > value).sum()), int((high < value).sum())
        held = f"{len(rows) - above - below} of {len(rows)}"
        print(f"| {score} | {held} | {above} | {below} | {(high - low).mean():.3f} |", flush=True)


def main(labelled: str, weights: str, *names: str) -> None:
    params = load_params()
    data = params.data.model_copy(update={"labelled": labelled, "on_bad_image": "skip"})
    params = params.model_copy(update={"data": data})
    source = params.weights.model_copy(update={"source": weights})
    with TemporaryDirectory() as folder:
        paths, samples = pictures(params, Path(folder))
        classes = class_names(samples)
        for name, weighted in weighted_backbones(list(names), source):
            graph = compile_backbone(name, weighted.model, params.backbone).graph
            engine = load_engine(graph, device="cpu", precision=params.backbone.precision)
            values = extract(engine, paths, read_png, batch_size=32, name=name)
            print_counts(name, counted(values, samples, classes, params))


def counted(
    values: NDArray[np.float32], samples: list[Sample], classes: list[str], params: Params
) -> dict[str, list[tuple[float, float, float]]]:
    """Of each score, the intervals of all draws."""
    found: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    drawn = Features("", "cpu", classes, values, [])
    for seed in DRAWS:
        for score, row in draw(replace(drawn, rows=thinned(samples, params, seed)), params).items():
            found[score].append(row)
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
