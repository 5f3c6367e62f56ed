"""Label audit, shortcut alarm and calibration on one folder of real photos of two classes.

python -m benchmarks.audit LABELLED WEIGHTS BACKBONE... (WEIGHTS: a folder, or random)

Labels are flipped, files saved anew and splits drawn by seed. Everything else is params.yaml's.
"""

import shutil
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.quality import pictures
from potholes.audit.label_audit import audit_labels
from potholes.audit.photo_properties import photo_properties
from potholes.audit.shortcut import Shortcut, measure_shortcut, shortcut_alarm
from potholes.compilation.compiler import compile_backbone
from potholes.compilation.engine import load_engine
from potholes.crossvalidation.held_out import crossvalidate
from potholes.dataset.splitting import draw_split
from potholes.dataset.standardising import standardise
from potholes.dataset.tables import Sample, class_names, read_manifest
from potholes.evaluation.calibration import brier, expected_calibration_error
from potholes.evaluation.temperature import choose_temperature
from potholes.features.extraction import extract
from potholes.features.tables import FeatureRow, Features
from potholes.files.png import read_png
from potholes.head.training import Task, fit_head
from potholes.params import CrossvalidateParams, Params
from potholes.params_file import load_params
from potholes.probabilities import softmax
from potholes.weights.sources import weighted_backbones

FOLDS = CrossvalidateParams(folds=5, repeats=5, seed=0)
FLIPPED = 0.05  # share of the labels
FLIPS = range(10)  # seeds
SPLITS = range(20)
PERMUTATIONS = range(50)
LIMIT = 0.85  # of the shortcut alarm
SAVED = {"quality 60": (60, 1.0), "half size": (88, 0.5), "nine tenths": (88, 0.9)}


def split_anew(features: Features, params: Params, seed: int) -> Features:
    """Every photo, and every copy with its photo, in the split that `seed` draws."""
    photos = [row for row in features.rows if row.sample_id == row.origin_id]
    _, groups = np.unique([row.group_id for row in photos], return_inverse=True)
    settings = params.split.model_copy(update={"seed": seed})
    drawn = draw_split([row.label for row in photos], groups, [None] * len(photos), settings)
    split = dict(zip([row.sample_id for row in photos], drawn, strict=True))
    return replace(features, rows=[replace(r, split=split[r.origin_id]) for r in features.rows])


def found_flips(features: Features, params: Params, seed: int) -> tuple[float, float, float]:
    """Share of the flipped labels in the first 5 % and 10 % of the list, and contradicted."""
    ids = [row.sample_id for row in features.rows if row.sample_id == row.origin_id]
    count = round(FLIPPED * len(ids))
    flipped = set(np.random.default_rng(seed).choice(ids, count, replace=False).tolist())
    first, second = features.classes
    other = {first: second, second: first}
    rows = [
        replace(
            row, split="train", label=other[row.label] if row.origin_id in flipped else row.label
        )
        for row in features.rows
    ]
    result = crossvalidate(replace(features, rows=rows), params.train, FOLDS)
    probabilities = result.probabilities.mean(axis=0)
    listed = audit_labels(result.sample_ids, result.labels, probabilities, features.classes)
    hits = np.array([row.sample_id in flipped for row in listed])
    contradicted = np.array([row.contradicted for row in listed])
    tops = (hits[: round(share * len(ids))].sum() / count for share in (0.05, 0.1))
    return *tops, float(contradicted[hits].mean())


def calibrated(features: Features, params: Params, seed: int) -> list[float]:
    """T, then ECE before and after, Brier before and after, of the test photos of a split."""
    own = split_anew(features, params, seed)
    result = crossvalidate(own, params.train, FOLDS)
    labels = own.labels()
    temperature = choose_temperature(result.logits, result.labels).value
    run = fit_head(own.values, labels, Task.of_splits(own), len(own.classes), params.train)
    test = own.mask("test", copies=False)
    tested = own.values[test] @ run.weight.T + run.bias
    both = [softmax(tested), softmax(tested, temperature)]
    scores = [
        [score(p, labels[test]) for p in both] for score in (expected_calibration_error, brier)
    ]
    return [temperature, *scores[0], *scores[1]]


def save_anew(labelled: Path, name: str, quality: int, scale: float, out: Path) -> None:
    """Copy `labelled` to `out`, the photos of class `name` as JPEGs of another quality or size."""
    shutil.copytree(labelled, out)
    for path in sorted((out / name).iterdir()):
        with Image.open(path) as image:
            photo = image.convert("RGB")
        size = (round(photo.width * scale), round(photo.height * scale))
        photo.resize(size, Image.Resampling.BICUBIC).save(path, "JPEG", quality=quality)


def properties(labelled: Path, params: Params) -> tuple[NDArray[np.float64], list[Sample]]:
    """The table of photo properties and the photos of a folder."""
    with TemporaryDirectory() as folder:
        data = params.data.model_copy(update={"labelled": str(labelled), "on_bad_image": "skip"})
        standardise(data, params.image, params.split, Path(folder))
        samples = read_manifest(Path(folder))
        return photo_properties(samples, Path(folder)), samples


def told(table: NDArray[np.float64], samples: list[Sample], seed: int | None = None) -> Shortcut:
    """What the properties tell of the labels, or of labels permuted by `seed`."""
    classes = class_names(samples)
    labels = np.array([classes.index(sample.label) for sample in samples])
    if seed is not None:
        labels = np.random.default_rng(seed).permutation(labels)
    _, groups = np.unique([sample.group_id for sample in samples], return_inverse=True)
    return measure_shortcut(table, labels, groups, classes, seed=0)


def shortcuts(labelled: Path, params: Params) -> None:
    """Print what the alarm says of the folder, of permuted labels, and of one class saved anew."""
    table, samples = properties(labelled, params)
    print("\nphotos                     AUC (interval)         alarm  by")
    _print_shortcut("untouched", told(table, samples))
    permuted = [told(table, samples, seed) for seed in PERMUTATIONS]
    fired = sum(shortcut_alarm(shortcut, LIMIT) is not None for shortcut in permuted)
    highest = max(shortcut.low for shortcut in permuted)
    print(f"permuted labels: {fired} of {len(permuted)} fire; highest lower bound {highest:.3f}")
    for name in class_names(samples):
        for what, (quality, scale) in SAVED.items():
            with TemporaryDirectory() as folder:
                out = Path(folder) / "labelled"
                save_anew(labelled, name, quality, scale, out)
                _print_shortcut(f"{name}: {what}", told(*properties(out, params)))


def _print_shortcut(what: str, shortcut: Shortcut) -> None:
    fires = "fires" if shortcut_alarm(shortcut, LIMIT) else "silent"
    interval = f"{shortcut.auc:.3f} ({shortcut.low:.3f} to {shortcut.high:.3f})"
    by = f"{shortcut.single} {shortcut.single_auc:.3f}"
    print(f"{what:25}  {interval:22} {fires:6} {by}", flush=True)


def report(features: Features, params: Params) -> None:
    """Print the audit's and the calibration's figures for one backbone."""
    flips = np.array([found_flips(features, params, seed) for seed in FLIPS])
    print(f"\n{features.backbone}: flipped labels found, mean (lowest) of {len(flips)} seeds")
    for what, values in zip(("first 5 %", "first 10 %", "contradicted"), flips.T, strict=True):
        print(f"  {what:13} {values.mean():.3f} ({values.min():.3f})")
    rows = np.array([calibrated(features, params, seed) for seed in SPLITS])
    print(f"{features.backbone}: test photos, mean of {len(rows)} splits")
    t = rows[:, 0]
    print(f"  {'T':13} {t.mean():.3f} ({t.min():.3f} to {t.max():.3f})")
    for what, column in (("ECE", 1), ("Brier", 3)):
        before, after = rows[:, column], rows[:, column + 1]
        change = after - before
        error = change.std(ddof=1) / np.sqrt(len(rows))
        print(
            f"  {what:13} {before.mean():.4f} before, {after.mean():.4f} after; "
            f"change {change.mean():+.4f} ± {error:.4f} (standard error)",
            flush=True,
        )


def main(labelled: str, weights: str, *names: str) -> None:
    params = load_params()
    data = params.data.model_copy(update={"labelled": labelled, "on_bad_image": "skip"})
    params = params.model_copy(update={"data": data})
    shortcuts(Path(labelled), params)
    source = params.weights.model_copy(update={"source": weights})
    with TemporaryDirectory() as folder:
        paths, samples = pictures(params, Path(folder))
        rows = [FeatureRow(s.sample_id, s.origin_id, s.group_id, s.label, s.split) for s in samples]
        for name, weighted in weighted_backbones(list(names), source):
            graph = compile_backbone(name, weighted.model, params.backbone).graph
            engine = load_engine(graph, device="cpu", precision=params.backbone.precision)
            values = extract(engine, paths, read_png, batch_size=32, name=name)
            report(Features(name, "cpu", class_names(samples), values, rows), params)


if __name__ == "__main__":
    main(*sys.argv[1:])
