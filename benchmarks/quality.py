"""Test accuracy and AUC over several split seeds, in int8 and in float32, on one folder of photos.

python -m benchmarks.quality LABELLED WEIGHTS BACKBONE... (WEIGHTS: a folder, or random)

Photos are standardised, and features extracted, once: every photo gets its augmented copies, and a
split seed decides which of them are trained on. Everything else is params.yaml's.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from potholes.augmentation.copies import write_copies
from potholes.compilation.compiler import compile_backbone
from potholes.compilation.engine import load_engine
from potholes.dataset.splitting import draw_split
from potholes.dataset.standardising import standardise
from potholes.dataset.tables import Sample, class_names, read_manifest
from potholes.evaluation.metrics import Scored, accuracy, auc
from potholes.features.extraction import extract
from potholes.files.png import read_png
from potholes.head.tables import Head
from potholes.head.training import Task, fit_head
from potholes.params import Params
from potholes.params_file import load_params
from potholes.weights.sources import weighted_backbones

SEEDS = range(10)


@dataclass(frozen=True)
class Drawn:
    """One drawn split: what the head learns from, labels [N], rows and names of test photos."""

    task: Task
    labels: NDArray[np.int64]
    test: NDArray[np.bool_]
    names: list[str]


def pictures(params: Params, folder: Path) -> tuple[list[Path], list[Sample]]:
    """Paths and samples of the standardised photos, then of the copies of all of them."""
    standardise(params.data, params.image, params.split, folder / "photos")
    photos = read_manifest(folder / "photos")
    trained = [Sample(**{**vars(photo), "split": "train"}) for photo in photos]
    copies = write_copies(trained, folder / "photos", params.augment, folder / "copies")
    paths = [folder / "photos" / s.path for s in photos] + [
        folder / "copies" / s.path for s in copies
    ]
    return paths, [*photos, *copies]


def draw(samples: list[Sample], params: Params, *, seed: int, names: list[str]) -> Drawn:
    """The split of `seed`; copies follow their photo, and only training photos' are used."""
    photos = [s for s in samples if s.sample_id == s.origin_id]
    _, groups = np.unique([s.group_id for s in photos], return_inverse=True)
    settings = params.split.model_copy(update={"seed": seed})
    split = dict(
        zip(
            [s.sample_id for s in photos],
            draw_split([s.label for s in photos], groups, [None] * len(photos), settings),
            strict=True,
        )
    )
    split_of = np.array([split[s.origin_id] for s in samples])
    photo = np.array([s.sample_id == s.origin_id for s in samples])
    classes = class_names(samples)
    labels = np.array([classes.index(s.label) for s in samples])
    test = (split_of == "test") & photo
    task = Task(split_of == "train", (split_of == "train") & photo, (split_of == "val") & photo)
    return Drawn(task, labels, test, [names[row] for row in np.flatnonzero(test)])


def head_probabilities(
    features: NDArray[np.float32], drawn: Drawn, params: Params
) -> NDArray[np.float64]:
    """Of the test photos [M, C], by the head trained on drawn.task."""
    classes = [str(c) for c in np.unique(drawn.labels)]
    run = fit_head(features, drawn.labels, drawn.task, len(classes), params.train)
    head = Head("", classes, run.weight, run.bias, run.best.epoch)
    return head.probabilities(features[drawn.test])


def score(
    features: NDArray[np.float32], samples: list[Sample], params: Params, seed: int
) -> tuple[float, float]:
    """Test accuracy and AUC of the head trained on the split of `seed`."""
    drawn = draw(samples, params, seed=seed, names=[s.sample_id for s in samples])
    probabilities = head_probabilities(features, drawn, params)
    called = probabilities.argmax(axis=1)
    scored = Scored(drawn.labels[drawn.test], called, probabilities)
    return accuracy(scored), auc(scored)


def main(labelled: str, weights: str, *names: str) -> None:
    params = load_params()
    data = params.data.model_copy(update={"labelled": labelled, "on_bad_image": "skip"})
    params = params.model_copy(update={"data": data})
    source = params.weights.model_copy(update={"source": weights})
    print("backbone precision  test accuracy   test AUC   (mean ± sd of split seeds 0 to 9)")
    with TemporaryDirectory() as folder:
        paths, samples = pictures(params, Path(folder))
        for name, weighted in weighted_backbones(list(names), source):
            for precision in ("int8", "float32"):
                settings = params.backbone.model_copy(update={"precision": precision})
                graph = compile_backbone(name, weighted.model, settings).graph
                engine = load_engine(graph, device="cpu", precision=precision)
                features = extract(engine, paths, read_png, batch_size=32, name=name)
                scores = np.array([score(features, samples, params, seed) for seed in SEEDS])
                means, sds = scores.mean(axis=0), scores.std(axis=0, ddof=1)
                cells = (f"{m:.4f} ± {sd:.4f}" for m, sd in zip(means, sds, strict=True))
                print(name, precision, *cells, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
