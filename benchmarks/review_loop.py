"""Does the review loop teach a model a new world faster than random photos do?

python -m benchmarks.review_loop WEIGHTS BACKBONE... (WEIGHTS: a folder, or random)

World 1 is the generated roads of params.yaml. World 2 has another camera, other asphalt and other
light (synthetic.world.ABROAD): 1,600 photos, for each seed halved at random into those that can be
reviewed and those that are tested. A head learns from world 1; then 50 photos of world 2 are
picked, labelled with their truth and learned from too, by a head trained as params.yaml says; then
50 more, picked with that head. Photos are made once, in build/review_loop.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from potholes.compilation.compiler import compile_backbone
from potholes.compilation.engine import load_engine
from potholes.dataset.splitting import draw_split
from potholes.features.extraction import extract
from potholes.head.tables import Head
from potholes.head.training import Task, fit_head
from potholes.params import ImageParams, Params
from potholes.params_file import load_params
from potholes.photos.decoding import decode
from potholes.review.picking import FLOOR, spread_out
from potholes.synthetic.roads import synthesise
from potholes.synthetic.world import ABROAD, HOME, World
from potholes.weights.sources import weighted_backbones

Floats = NDArray[np.float64]
Features = NDArray[np.float32]
FOLDER = Path("build/review_loop")
PHOTOS, STEPS, SEEDS = 1600, (50, 50), range(100, 110)


@dataclass(frozen=True)
class Pool:
    """Photos that can be picked: features [N, D], probabilities [N, C], and what was learned."""

    features: Features
    probabilities: Floats
    learned: Features  # [M, D]

    @property
    def uncertainty(self) -> Floats:
        """[N], 0 sure to 1 undecided."""
        best = np.sort(self.probabilities, axis=1)[:, -2:]
        return np.asarray(1 - (best[:, 1] - best[:, 0]))

    @property
    def far(self) -> Floats:
        """Squared distance [N] to the nearest learned photo."""
        return np.asarray(squared(self.features, self.learned).min(axis=1))


def squared(one: Features, other: Features) -> Floats:
    """Squared distances [N, M] of rows."""
    products = 2 * one.astype(np.float64) @ other.T
    sizes = (one.astype(np.float64) ** 2).sum(axis=1)[:, None] + (other**2).sum(axis=1)
    return np.asarray(np.maximum(sizes - products, 0))


def k_center(pool: Pool, count: int) -> list[int]:
    """Core-set (Sener & Savarese 2018): always the photo farthest from all learned or picked."""
    distances, chosen = pool.far, list[int]()
    for _ in range(count):
        chosen.append(int(distances.argmax()))
        there = squared(pool.features, pool.features[chosen[-1:]])[:, 0]
        distances = np.minimum(distances, there)
        distances[chosen] = -1
    return chosen


def badge(pool: Pool, count: int, rng: np.random.Generator | None) -> list[int]:
    """BADGE (Ash et al. 2020): k-means++ on gradients; without rng always the farthest instead.

    A gradient is p - onehot(y) times the features (centred) and 1, y being the predicted class.
    """
    error = pool.probabilities.copy()
    error[np.arange(len(error)), error.argmax(axis=1)] -= 1
    centred = pool.features - pool.features.mean(axis=0, dtype=np.float64)
    inputs = np.hstack([centred, np.ones((len(centred), 1))])
    lengths = (error**2).sum(axis=1) * (inputs**2).sum(axis=1)
    distances, chosen = np.full(len(lengths), np.inf), [int(lengths.argmax())]
    while len(chosen) < count:
        last = chosen[-1]
        products = (error @ error[last]) * (inputs @ inputs[last])
        there = np.maximum(lengths + lengths[last] - 2 * products, 0)
        distances = np.minimum(distances, there)
        distances[chosen] = 0
        if rng is None:
            chosen.append(int(distances.argmax()))
        else:
            chosen.append(int(rng.choice(len(distances), p=distances / distances.sum())))
    return chosen


def used(pool: Pool, count: int, *, unlike: bool = False) -> list[int]:
    """What `potholes review` does; `unlike` takes the rank of the distance for that column."""
    ranks = pool.far.argsort().argsort() / len(pool.features)
    weights = (FLOOR + pool.uncertainty) * (1 + unlike * ranks / 2)
    return spread_out(pool.features, weights, count, seed=0)


def half(pool: Pool, count: int, rng: np.random.Generator) -> list[int]:
    """Half of them the most uncertain, half at random from the others."""
    first = np.argsort(-pool.uncertainty, kind="stable")[: count // 2]
    others = np.setdiff1d(np.arange(len(pool.features)), first)
    return [*first.tolist(), *rng.permutation(others)[: count - len(first)].tolist()]


Rule = Callable[[Pool, int, np.random.Generator], list[int]]
RULES: dict[str, Rule] = {
    "random": lambda pool, n, rng: rng.permutation(len(pool.features))[:n].tolist(),
    "uncertain": lambda pool, n, _: np.argsort(-pool.uncertainty, kind="stable")[:n].tolist(),
    "unlike": lambda pool, n, _: np.argsort(-pool.far, kind="stable")[:n].tolist(),
    "half uncertain, half random": half,
    "k-center": lambda pool, n, _: k_center(pool, n),
    "BADGE": badge,
    "k-center of BADGE's gradients": lambda pool, n, _: badge(pool, n, None),
    "k-means, unweighted": lambda pool, n, _: spread_out(
        pool.features, np.ones(len(pool.features)), n, seed=0
    ),
    "k-means by uncertainty": lambda pool, n, _: used(pool, n),
    "k-means by uncertainty and unlike": lambda pool, n, _: used(pool, n, unlike=True),
}


@dataclass(frozen=True)
class Labelled:
    """Features [N, D] and labels [N]."""

    features: Features
    labels: NDArray[np.int64]

    def take(self, rows: NDArray[np.int64]) -> "Labelled":
        """Those of `rows`."""
        return Labelled(self.features[rows], self.labels[rows])


def train(
    home: Labelled, val: NDArray[np.bool_], more: Labelled, params: Params, seed: int
) -> Head:
    """A head of world 1's photos and of `more`; `val` of world 1 choose the epoch."""
    features = np.concatenate([home.features, more.features])
    labels = np.concatenate([home.labels, more.labels])
    held = np.concatenate([val, np.zeros(len(more.labels), dtype=np.bool_)])
    settings = params.train.model_copy(update={"seed": seed})
    run = fit_head(features, labels, Task(~held, ~held, held), 2, settings)
    return Head("", ["normal", "pothole"], run.weight, run.bias, run.best.epoch)


def accuracy(head: Head, photos: Labelled) -> float:
    """Share of photos that the head is right about."""
    called = head.probabilities(photos.features).argmax(axis=1)
    return float((called == photos.labels).mean())


def one_seed(home: Labelled, abroad: Labelled, params: Params, seed: int) -> dict[str, list[float]]:
    """Accuracy in world 2 before and after each step, by rule; in world 1 under `world 1`."""
    settings = params.split.model_copy(update={"seed": seed})
    names = [str(label) for label in home.labels]
    split = np.array(draw_split(names, np.arange(len(names)), [None] * len(names), settings))
    own, test = (
        home.take(np.flatnonzero(split != "test")),
        home.take(np.flatnonzero(split == "test")),
    )
    val = split[split != "test"] == "val"
    order = np.random.default_rng(seed).permutation(len(abroad.labels))
    there, pool = (abroad.take(rows) for rows in np.array_split(order, 2))
    nothing = np.empty(0, dtype=np.int64)
    first = train(own, val, pool.take(nothing), params, seed)
    scores = {"world 1": [accuracy(first, test)]}
    for name, rule in RULES.items():
        rng, head, got = np.random.default_rng([seed, 1]), first, nothing
        scores[name] = [accuracy(first, there)]
        for count in STEPS:
            left = np.setdiff1d(np.arange(len(pool.labels)), got)
            known = np.concatenate([own.features[~val], pool.features[got]])
            features = pool.features[left]
            chosen = rule(Pool(features, head.probabilities(features), known), count, rng)
            got = np.concatenate([got, left[chosen]])
            head = train(own, val, pool.take(got), params, seed)
            scores[name].append(accuracy(head, there))
    return scores


def photos_of(name: str, world: World, params: Params, count: int, seed: int) -> list[Path]:
    """The labelled photos of a world, made where they are not there."""
    folder = FOLDER / name
    if len(list(folder.glob("*/*.jpg"))) < count:
        changed = {"labelled": count, "unlabelled": 0, "seed": seed}
        settings = params.synthetic.model_copy(update=changed)
        synthesise(folder, FOLDER / "none", settings, world=world)
    return sorted(folder.glob("*/*.jpg"))


def load(image: ImageParams, path: Path) -> NDArray[np.uint8]:
    return decode(path.read_bytes(), image).pixels


def report(name: str, home: Labelled, abroad: Labelled, params: Params) -> None:
    """Print the means over the seeds, and the difference from random photos with its error."""
    seeds = [one_seed(home, abroad, params, seed) for seed in SEEDS]
    own = np.mean([scores["world 1"] for scores in seeds])
    print(f"\n{name}: accuracy in world 1 {own:.3f}; in world 2, mean of {len(seeds)} seeds:")
    print("| rule | before | 50 photos | 100 photos | 100, over random | seeds better |")
    print("|---|---|---|---|---|---|")
    random = np.array([scores["random"] for scores in seeds])
    for rule in RULES:
        values = np.array([scores[rule] for scores in seeds])
        over = (values - random)[:, -1]
        error = over.std(ddof=1) / len(over) ** 0.5
        cells = [f"{mean:.3f}" for mean in values.mean(axis=0)]
        better = f"{over.mean():+.4f} ± {error:.4f} | {(over > 0).sum()} of {len(over)}"
        print(f"| {rule} | {' | '.join(cells)} | {better} |", flush=True)


def main(weights: str, *names: str) -> None:
    params = load_params()
    home = photos_of("world1", HOME, params, params.synthetic.labelled, params.synthetic.seed)
    abroad = photos_of("world2", ABROAD, params, PHOTOS, params.synthetic.seed + 1)
    source = params.weights.model_copy(update={"source": weights})
    for name, weighted in weighted_backbones(list(names), source):
        graph = compile_backbone(name, weighted.model, params.backbone).graph
        engine = load_engine(graph, device="cpu", precision=params.backbone.precision)
        worlds = []
        for paths in (home, abroad):
            values = extract(
                engine, paths, lambda path: load(params.image, path), batch_size=32, name=name
            )
            labels = np.array([path.parent.name == "pothole" for path in paths], dtype=np.int64)
            worlds.append(Labelled(values, labels))
        report(f"{name}, {weights}", worlds[0], worlds[1], params)


if __name__ == "__main__":
    main(*sys.argv[1:])
