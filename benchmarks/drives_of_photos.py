"""Is the alarm of look-alikes right about real photos, and about drives made of them?

python -m benchmarks.drives_of_photos LABELLED WEIGHTS BACKBONE... (WEIGHTS: a folder, or random)

A drive is 8 crops of one photo. Names are random, so that only features can tell.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.drives import SIZE, summarised
from potholes.audit.undeclared_groups import look_alikes_alarm
from potholes.compilation.compiler import compile_backbone
from potholes.compilation.engine import load_engine
from potholes.dataset.splitting import draw_split
from potholes.dataset.standardising import standardise
from potholes.dataset.tables import Sample, read_manifest
from potholes.features.extraction import extract
from potholes.features.tables import FeatureRow, Features
from potholes.files.png import read_png, write_png
from potholes.params import Params
from potholes.params_file import load_params
from potholes.weights.sources import weighted_backbones

DRIVES, HALVES = 64, 20
CROPPED = (0.7, 0.5)  # smallest side of a crop: mild and strong


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


def main(labelled: str, weights: str, *names: str) -> None:
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
    shares = f"alike {found.alike:.2f}, close {found.close:.2f}, names {found.in_series:.2f}"
    return f"alarm ({shares}): {alarm.evidence}" if alarm else f"silent ({shares})"


if __name__ == "__main__":
    main(*sys.argv[1:])
