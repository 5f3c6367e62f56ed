"""From a table of predictions to the page of photos most worth labelling."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from potholes.dataset.duplicates import group_near_duplicates, perceptual_hash
from potholes.features.extraction import loaded_batches
from potholes.files.checksum import file_sha256
from potholes.params import ImageParams
from potholes.photos.decoding import decode
from potholes.photos.naming import printable
from potholes.photos.sniffing import BadImage
from potholes.prediction.classifier import BATCH_SIZE, Classifier
from potholes.review.candidates import Candidates, shortlist
from potholes.review.label_page import Shown, build_label_page, picture, write_label_page
from potholes.review.picking import spread_out
from potholes.selection.tables import CLASSIFIER_FILE

SHORTLIST = 20  # candidates a photo that is picked: their features are computed again
AT_LEAST = 1000  # candidates, where there are as many
SAME = 1e-3  # by which a float engine's probabilities may differ from run to run
NEAR = 8  # bits of 64 by which near-duplicates' perceptual hashes differ: split's default


@dataclass(frozen=True)
class Reviewed:
    """What the page shows, out of how many."""

    photos: int
    candidates: int  # photos of the table that could be read
    disagreed: int  # of them: on which the backbones disagree


def review(
    out: Path, source: Path, model: Path, count: int, page: Path, *, seed: int = 0
) -> Reviewed:
    """Write `page` with the `count` photos of the table in `out` that are most worth labelling.

    They lie in `source`; `model` is the one that predicted them. Near-duplicates come once. The
    same table, photos, model and seed give the same bytes. Raises ValueError naming what is missing
    or does not belong together.
    """
    if count < 1:
        raise ValueError(f"--photos: got {count}; expected at least 1")
    if not source.is_dir():
        raise ValueError(f"--source: {source} is no folder; expected the one that was predicted")
    classifier = Classifier.load(model)
    most = max(SHORTLIST * count, AT_LEAST)
    short = shortlist(out, classifier.head.backbone, most=most, seed=seed)
    candidates = short.candidates
    features, hashes = _look_again(candidates, source, classifier)
    rows = _one_of_each(hashes, candidates.uncertainty)
    chosen = rows[spread_out(features[rows], short.weights[rows], count, seed=seed)]
    photos = _shown(candidates.take(chosen), source, classifier.image)
    sha256 = file_sha256(model / CLASSIFIER_FILE)
    write_label_page(page, build_label_page(photos, candidates.classes, sha256))
    return Reviewed(len(photos), short.photos, short.disagreed)


def _look_again(
    candidates: Candidates, source: Path, classifier: Classifier
) -> tuple[NDArray[np.float32], list[int]]:
    """Features [M, D] and perceptual hashes [M] of the candidates.

    Raises ValueError where a photo cannot be read, or the classifier does not say of it what the
    table does.
    """
    if candidates.classes != classifier.head.classes:
        raise ValueError(
            f"--model: its classes are {', '.join(classifier.head.classes)}, the table's "
            f"{', '.join(candidates.classes)}; name the model that predicted"
        )
    parts, hashes, files = list[NDArray[np.float32]](), list[int](), _files(candidates, source)
    with tqdm(total=len(files), desc="review", unit="photo") as bar:
        load = partial(_load, classifier.image)
        for loaded in loaded_batches(files, load, batch_size=BATCH_SIZE):
            parts.append(classifier.engine.features(np.stack([pixels for pixels, _ in loaded])))
            hashes += [bits for _, bits in loaded]
            bar.update(len(loaded))
    features = np.concatenate(parts)
    said = classifier.head.probabilities(features)
    off = np.flatnonzero(np.abs(said - candidates.probabilities).max(axis=1) > SAME)
    if len(off):
        raise ValueError(
            f"{len(off)} of {len(files)} photos are not what the table says, first "
            f"{printable(candidates.paths[off[0]])}: another --model predicted them, or they have "
            "changed; predict again"
        )
    return features, hashes


def _files(candidates: Candidates, source: Path) -> list[Path]:
    files = [source / path for path in candidates.paths]
    missing = [
        path for path, file in zip(candidates.paths, files, strict=True) if not file.exists()
    ]
    if missing:
        raise ValueError(
            f"{source}: {len(missing)} photos of the table are not there, first "
            f"{printable(missing[0])}; expected the folder that was predicted"
        )
    return files


def _load(image: ImageParams, file: Path) -> tuple[NDArray[np.uint8], int]:
    """Pixels [224, 224, 3] and perceptual hash."""
    try:
        pixels = decode(file.read_bytes(), image).pixels
    except BadImage as error:
        raise ValueError(f"{printable(str(file))}: {error}; predict again") from None
    return pixels, perceptual_hash(pixels)


def _one_of_each(hashes: Sequence[int], uncertainty: NDArray[np.float64]) -> NDArray[np.int64]:
    """Of each group of near-duplicates the most uncertain photo, in order of row."""
    groups = group_near_duplicates(hashes, NEAR)
    order = np.argsort(-uncertainty, kind="stable")
    _, first = np.unique(groups[order], return_index=True)
    return np.sort(order[first])


def _shown(photos: Candidates, source: Path, image: ImageParams) -> list[Shown]:
    shown = []
    for row, path in enumerate(photos.paths):
        data = (source / path).read_bytes()
        named = photos.predicted[row]
        shown.append(
            Shown(
                path=path,
                sha256=hashlib.sha256(data).hexdigest(),
                predicted=named,
                probability=float(photos.probabilities[row, photos.classes.index(named)]),
                picture=picture(data, image, photos=len(photos.paths)),
            )
        )
    return shown
