"""Which photos are called unlike the training ones, rightly and wrongly?

python -m benchmarks.familiarity LABELLED WEIGHTS BACKBONE... (WEIGHTS: a folder, or random)

Half of the photos are the training ones, 200 random halves. Judged are samples of the other half:
as they are, with another share of the second class, darkened and blurred; and generated roads.
Single photos are scored by `unlike`: the other half, the same roads, and pictures of no road.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from potholes.compilation.compiler import compile_backbone
from potholes.compilation.engine import Engine, load_engine
from potholes.dataset.standardising import standardise
from potholes.dataset.tables import Sample, class_names, read_manifest
from potholes.familiarity.domain import judge
from potholes.familiarity.outliers import unlike
from potholes.familiarity.reference import Reference, make_reference
from potholes.familiarity.tables import Familiarity
from potholes.features.extraction import extract
from potholes.features.tables import FeatureRow, Features
from potholes.files.png import read_png
from potholes.head.converged import converged_logits
from potholes.head.training import Task
from potholes.params import Params
from potholes.params_file import load_params
from potholes.photos.decoding import decode
from potholes.synthetic.plan import Series
from potholes.synthetic.roads import photo_bytes
from potholes.weights.sources import weighted_backbones

HALVES, SCORED = 200, 5  # random halves; those on which a head is trained
ROADS = 60  # generated
Picture = NDArray[np.uint8]


def darkened(picture: Picture) -> Picture:
    """As at night: a third of the light, and less in the shadows."""
    return np.asarray(255 * 0.35 * (picture / 255) ** 1.6, dtype=np.uint8)


def blurred(picture: Picture) -> Picture:
    """As out of focus."""
    return np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(2)))


CHANGED: dict[str, Callable[[Picture], Picture]] = {"darkened": darkened, "blurred": blurred}


def no_roads(seed: int = 0) -> dict[str, list[Picture]]:
    """Pictures that no camera on a road takes, 12 a kind."""
    rng, side = np.random.default_rng(seed), (224, 224, 3)
    found = {
        "black frames": [rng.normal(0.5 * i, 0.3 * i, side) for i in range(12)],
        "one colour": [np.zeros(side) + rng.integers(0, 256, 3) for _ in range(12)],
        "noise": [rng.uniform(0, 256, side) for _ in range(12)],
    }
    pictures = {
        name: [np.clip(p, 0, 255).astype(np.uint8) for p in ones] for name, ones in found.items()
    }
    return {**pictures, "screenshots": [_screenshot(rng) for _ in range(12)]}


def _screenshot(rng: np.random.Generator) -> Picture:
    """A window with a bar, lines of text and a few boxes, drawn large and made small."""
    light = bool(rng.integers(2))
    paper, ink = ((255, 255, 255), (25, 25, 25)) if light else ((28, 28, 32), (215, 215, 215))
    window = Image.new("RGB", (1280, 800), paper)
    draw = ImageDraw.Draw(window)
    draw.rectangle((0, 0, 1280, 40), fill=tuple(rng.integers(60, 230, 3).tolist()))
    for line in range(40):
        text = " ".join("lorem ipsum dolor sit amet"[: int(rng.integers(5, 26))].split() * 4)
        draw.text((200, 60 + 18 * line), text, fill=ink)
    for x, y in rng.integers(100, 600, (int(rng.integers(4)), 2)).tolist():
        draw.rectangle((x, y, x + 220, y + 120), fill=tuple(rng.integers(0, 256, 3).tolist()))
    return np.asarray(window.resize((224, 224)))


@dataclass(frozen=True)
class World:
    """Features of the photos, of changed copies of them, and of what is no photo of theirs."""

    samples: list[Sample]
    own: NDArray[np.float32]  # [N, D]
    changed: dict[str, NDArray[np.float32]]  # [N, D] each
    roads: NDArray[np.float32]
    others: dict[str, NDArray[np.float32]]

    def labels(self) -> NDArray[np.int64]:
        """Class indices [N]."""
        classes = class_names(self.samples)
        return np.array([classes.index(sample.label) for sample in self.samples])

    def reference(self, rows: NDArray[np.int64]) -> Reference:
        """Of the photos of `rows`."""
        own = [self.samples[row] for row in rows]
        index = [FeatureRow(s.sample_id, s.origin_id, s.group_id, s.label, "train") for s in own]
        features = Features("", "cpu", class_names(self.samples), self.own[rows], index)
        return make_reference(features, seed=0)


def world(engine: Engine, samples: list[Sample], folder: Path) -> World:
    """Every picture through `engine`."""
    pictures = [read_png(folder / sample.path) for sample in samples]

    def features(name: str, shown: Sequence[Picture]) -> NDArray[np.float32]:
        return extract(engine, shown, lambda picture: picture, batch_size=32, name=name)

    return World(
        samples,
        features("photos", pictures),
        {name: features(name, [change(p) for p in pictures]) for name, change in CHANGED.items()},
        features("generated", generated()),
        {name: features(name, shown) for name, shown in no_roads().items()},
    )


def generated() -> list[Picture]:
    """Roads of the embedded default, read as a photo is."""
    params = load_params()
    seed, difficulty = params.synthetic.seed, params.synthetic.difficulty
    files = [photo_bytes(seed, difficulty, Series.UNLABELLED, index) for index in range(ROADS)]
    return [decode(data, params.image).pixels for data in files]


def halves(count: int) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Rows of training photos and of the others, drawn anew each time."""
    orders = [np.random.default_rng(seed).permutation(count) for seed in range(HALVES)]
    return [(np.sort(order[: count // 2]), order[count // 2 :]) for order in orders]


def with_share(
    rows: NDArray[np.int64], labels: NDArray[np.int64], count: int, share: float
) -> NDArray[np.int64]:
    """`count` of `rows`, so many of them of class 1; fewer where a class has not enough."""
    ones = round(share * count)
    return np.concatenate([rows[labels[rows] == 1][:ones], rows[labels[rows] == 0][: count - ones]])


def folders(found: World) -> None:
    """Print how often folders are called unlike."""
    labels, parts = found.labels(), halves(len(found.own))
    references = [found.reference(train) for train, _ in parts]
    print("\n| folder | photos | AUC, 2.5 to 97.5 % | called unlike |\n|---|---|---|---|")

    def row(name: str, count: int, pick: Callable[[int], NDArray[np.float32]]) -> None:
        judged = [judge(one, pick(seed), seed) for seed, one in enumerate(references)]
        print(f"| {name} | {count} | {said(judged)} |", flush=True)

    for count in (20, 50, 200):
        row("same source", count, lambda seed: found.own[parts[seed][1][:count]])  # noqa: B023
    for share in (0.1, 0.9):
        for count in (20, 50, 100):
            row(
                f"same source, {share:.0%} of the second class",
                count,
                lambda seed: found.own[with_share(parts[seed][1], labels, count, share)],  # noqa: B023
            )
    for name, values in found.changed.items():
        row(name, 20, lambda seed: values[parts[seed][1][:20]])  # noqa: B023
    orders = [np.random.default_rng(seed).permutation(ROADS)[:20] for seed in range(HALVES)]
    row("generated roads", 20, lambda seed: found.roads[orders[seed]])


def said(judged: Sequence[Familiarity]) -> str:
    """Middle range of the AUC, and how many are unlike."""
    low, high = np.quantile([one.domain_auc or 0 for one in judged], [0.025, 0.975])
    unlikes = sum(one.familiar is False for one in judged)
    return f"{low:.3f} to {high:.3f} | {unlikes} of {len(judged)}"


def photos(found: World) -> None:
    """Print how often single photos are called clear strangers."""
    kinds = {"generated roads": found.roads, **found.changed, **found.others}
    calls: dict[str, list[float]] = {name: [] for name in ["same source", *kinds]}
    for train, rest in halves(len(found.own)):
        reference = found.reference(train)
        for name, values in {"same source": found.own[rest], **kinds}.items():
            shown = values[rest] if name in found.changed else values
            calls[name].append(float((unlike(reference, shown) > reference.stranger_above).mean()))
    print("\n| photo | called a stranger |\n|---|---|")
    for name, shares in calls.items():
        print(f"| {name} | {np.mean(shares):.1%} |", flush=True)


def accuracies(found: World) -> None:
    """Print what a converged head scores on the other half, as it is and changed."""
    labels, scores = found.labels(), dict[str, list[float]]()
    for train, rest in halves(len(found.own))[:SCORED]:
        for name, values in {"same source": found.own, **found.changed}.items():
            shown = np.concatenate([found.own[train], values[rest]])
            own = np.arange(len(shown)) < len(train)
            truth = np.concatenate([labels[train], labels[rest]])
            classes = int(labels.max()) + 1
            (logits,) = converged_logits(shown, truth, [Task(own, own, ~own)], classes)
            right = logits[~own].argmax(axis=1) == labels[rest]
            scores.setdefault(name, []).append(float(right.mean()))
    told = (f"{name} {np.mean(values):.3f}" for name, values in scores.items())
    print(f"\naccuracy on the other half: {', '.join(told)}", flush=True)


def main(labelled: str, weights: str, *names: str) -> None:
    params: Params = load_params()
    data = params.data.model_copy(update={"labelled": labelled, "on_bad_image": "skip"})
    source = params.weights.model_copy(update={"source": weights})
    with TemporaryDirectory() as name:
        folder = Path(name)
        standardise(data, params.image, params.split, folder)
        samples = read_manifest(folder)
        for backbone, weighted in weighted_backbones(list(names), source):
            graph = compile_backbone(backbone, weighted.model, params.backbone).graph
            engine = load_engine(graph, device="cpu", precision=params.backbone.precision)
            print(f"\n{backbone}", flush=True)
            found = world(engine, samples, folder)
            accuracies(found)
            photos(found)
            folders(found)


if __name__ == "__main__":
    main(*sys.argv[1:])
