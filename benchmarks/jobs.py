"""What is measured: each function returns rows of the performance table."""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from statistics import median

import numpy as np
import torch
from PIL import Image

from benchmarks.measuring import Rate, Row, interleaved, seconds_of
from potholes.compilation.compiler import compile_backbone
from potholes.compilation.engine import load_engine
from potholes.features.extraction import extract
from potholes.files.png import read_png, write_png
from potholes.head.many_heads import fit_heads
from potholes.head.training import Task, fit_head
from potholes.params import Params
from potholes.photos.decoding import decode
from potholes.weights.family import normalise
from potholes.weights.pink_noise import pink_noise
from potholes.weights.stand_in import random_backbone

PICTURES = 64  # of one round: two batches
HEADS, PHOTOS, WIDTH = 75, 1500, 2048


def backbone(name: str, params: Params, folder: Path) -> list[Row]:
    """Photos a second of torch, of the bare engine and of extraction from PNGs; compile time."""
    model = random_backbone(name, seed=0)
    compiled = []
    seconds = seconds_of(lambda: compiled.append(compile_backbone(name, model, params.backbone)))
    engine = load_engine(compiled[0].graph, device="cpu")
    pictures = pink_noise(PICTURES, seed=3)
    paths = [folder / f"{index}.png" for index in range(PICTURES)]
    for path, picture in zip(paths, pictures, strict=True):
        write_png(path, picture)
    size = params.features.batch_size

    def torch_eager() -> None:
        with torch.inference_mode():
            for start in range(0, PICTURES, size):
                model(normalise(torch.from_numpy(pictures[start : start + size])))

    def bare_engine() -> None:
        for start in range(0, PICTURES, size):
            engine.features(pictures[start : start + size])

    def extraction() -> None:
        extract(engine, paths, read_png, batch_size=size, name=name)

    rates = interleaved(
        {"torch": torch_eager, "engine": bare_engine, "extraction": extraction}, PICTURES
    )
    ours = rates["extraction"].median
    return [
        _rate(f"{name}: torch float32 eager", rates["torch"]),
        _rate(f"{name}: bare int8 engine", rates["engine"]),
        _rate(f"{name}: extraction from PNGs", rates["extraction"]),
        Row(f"{name}: extraction over torch", ours / rates["torch"].median, "x"),
        Row(f"{name}: extraction over the bare engine", ours / rates["engine"].median, "x"),
        Row(f"{name}: compile, without process start", seconds, "s"),
    ]


def _rate(what: str, rate: Rate) -> Row:
    return Row(what, rate.median, "photos/s", rate.best)


def heads(params: Params) -> list[Row]:
    """Seconds of 75 heads and of one, 20 epochs on 1,500 x 2,048 features."""
    rng = np.random.default_rng(0)
    features = rng.standard_normal((PHOTOS, WIDTH)).astype(np.float32)
    labels = rng.integers(0, 2, PHOTOS)
    tasks = []
    for _ in range(HEADS):
        val = rng.random(PHOTOS) < 0.2
        tasks.append(Task(train=~val, train_photos=~val, val=val))
    rows = []
    jobs: dict[int, Callable[[], object]] = {
        1: partial(fit_head, features, labels, tasks[0], 2, params.train),
        HEADS: partial(fit_heads, features, labels, tasks, 2, params.train),
    }
    for count, fit in jobs.items():
        what = f"heads: {count}, {params.train.epochs} epochs, {PHOTOS} x {WIDTH}"
        seconds = [seconds_of(fit) for _ in range(3)]
        rows.append(Row(what, median(seconds), "s", min(seconds)))
    return rows


def decoding(params: Params) -> list[Row]:
    """12-megapixel JPEGs a second and core, decoded and brought to 224 x 224."""
    pixels = np.kron(pink_noise(1, seed=0)[0], np.ones((14, 18, 1), dtype=np.uint8))
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=90)
    data = buffer.getvalue()
    rates = interleaved({"decode": lambda: [decode(data, params.image) for _ in range(8)]}, 8)
    megapixels = pixels.shape[0] * pixels.shape[1] / 1e6
    return [_rate(f"{megapixels:.0f}-megapixel JPEGs standardised, one core", rates["decode"])]
