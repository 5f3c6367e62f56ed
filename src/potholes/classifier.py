"""The deployable: a compiled backbone, a head and their preprocessing in one folder."""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from tqdm import tqdm

from potholes.dataset.naming import is_utf8, printable
from potholes.decision import decide
from potholes.engine import Engine, load_engine
from potholes.features import loaded_batches
from potholes.images.decoding import decode
from potholes.images.sniffing import BadImage
from potholes.params import ImageParams
from potholes.tables.compiled import GRAPH_FILE, read_compiled
from potholes.tables.deployed import CLASSIFIER_FILE, Deployed, read_deployed, write_deployed
from potholes.tables.head import HEAD_FILE, Head, read_head
from potholes.tables.unlabelled import Predictions

BATCH_SIZE = 32


@dataclass(frozen=True)
class Classifier:
    """Photos in, probabilities out; training's own decoding, backbone and head."""

    engine: Engine
    head: Head
    image: ImageParams
    threshold: float

    @classmethod
    def load(cls, folder: Path, *, device: str = "auto", threads: int = 0) -> Self:
        """The classifier in `folder` (models/selected or a copy of it).

        Raises ValueError naming the file that is missing, damaged or does not belong.
        """
        deployed = read_deployed(folder)
        for name in (GRAPH_FILE, HEAD_FILE):
            _check_bytes(folder / name, deployed.sha256.get(name, ""))
        try:
            image = ImageParams.model_validate(deployed.preprocessing)
        except ValidationError as error:
            raise ValueError(f"{folder / CLASSIFIER_FILE}: preprocessing: {error}") from None
        graph = folder / GRAPH_FILE
        engine = load_engine(graph, device=device, precision=deployed.precision, threads=threads)
        return cls(engine, read_head(folder), image, deployed.threshold)

    @classmethod
    def of_parts(
        cls, backbone: Path, head: Path, *, image: ImageParams, threshold: float, threads: int = 0
    ) -> Self:
        """The classifier of a compiled backbone's folder and a head's folder."""
        precision = read_compiled(backbone).precision
        engine = load_engine(backbone / GRAPH_FILE, precision=precision, threads=threads)
        return cls(engine, read_head(head), image, threshold)

    def predict(self, paths: Sequence[Path], *, name: str = "predict") -> Predictions:
        """Label and probabilities of each photo, in order; an error text where one is bad."""
        (predictions,) = predict_together([self], paths, name=name)
        return predictions


def predict_together(
    classifiers: Sequence[Classifier], paths: Sequence[Path], *, name: str
) -> list[Predictions]:
    """What each classifier says of the photos, each photo being decoded once for all.

    They must share their preprocessing. Memory does not grow with the photos but for the table.
    """
    (image,) = {
        classifier.image.model_dump_json(): classifier.image for classifier in classifiers
    }.values()
    errors: list[str | None] = []
    parts: list[list[NDArray[np.float64]]] = [[] for _ in classifiers]
    with tqdm(total=len(paths), desc=name, unit="photo") as bar:
        load = partial(_load, image)
        for loaded in loaded_batches(paths, load, batch_size=BATCH_SIZE):
            good = np.array([not isinstance(item, str) for item in loaded])
            pixels = [item for item in loaded if not isinstance(item, str)]
            for classifier, part in zip(classifiers, parts, strict=True):
                part.append(_probabilities(classifier, pixels, good))
            errors.extend(item if isinstance(item, str) else None for item in loaded)
            bar.update(len(loaded))
    names = [name_of(path) for path in paths]
    return [
        _table(classifier, names, part, errors)
        for classifier, part in zip(classifiers, parts, strict=True)
    ]


def name_of(path: Path) -> str:
    """`path` as tables name it: as it is, but for bytes that are no UTF-8."""
    return path.as_posix() if is_utf8(str(path)) else printable(str(path))


def _load(image: ImageParams, path: Path) -> NDArray[np.uint8] | str:
    """Pixels [224, 224, 3], or why there are none."""
    if not is_utf8(str(path)):
        return "its name is not UTF-8; rename it"
    try:
        return decode(path.read_bytes(), image).pixels
    except BadImage as error:
        return str(error)
    except OSError as error:
        return error.strerror or str(error)


def _probabilities(
    classifier: Classifier, pixels: list[NDArray[np.uint8]], good: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Probabilities [len(good), C] of the good photos' pixels; NaN for the others."""
    rows = np.full((len(good), len(classifier.head.classes)), np.nan)
    if pixels:
        rows[good] = classifier.head.probabilities(classifier.engine.features(np.stack(pixels)))
    return rows


def _table(
    classifier: Classifier,
    names: list[str],
    parts: list[NDArray[np.float64]],
    errors: list[str | None],
) -> Predictions:
    classes = classifier.head.classes
    probabilities = np.concatenate([np.empty((0, len(classes))), *parts])
    labels = [
        None if error is not None else classes[index]
        for index, error in zip(decide(probabilities, classifier.threshold), errors, strict=True)
    ]
    return Predictions(classes, names, labels, probabilities, errors)


def deploy(
    folder: Path,
    backbone: Path,
    head: Path,
    *,
    image: ImageParams,
    threshold: float,
    precision: str,
    origin: str,
) -> None:
    """Put the graph of `backbone` and the head of `head` (folders) into `folder`, described."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = {GRAPH_FILE: backbone / GRAPH_FILE, HEAD_FILE: head / HEAD_FILE}
    for name, source in sources.items():
        shutil.copyfile(source, folder / name)
    loaded = read_head(folder)
    deployed = Deployed(
        format_version=1,
        backbone=loaded.backbone,
        precision=precision,
        classes=loaded.classes,
        threshold=threshold,
        preprocessing=image.model_dump(),
        origin=origin,
        sha256={name: _sha256(folder / name) for name in sources},
    )
    write_deployed(folder, deployed)


def _check_bytes(path: Path, expected: str) -> None:
    if not path.exists():
        raise ValueError(f"{path}: not found; `dvc repro` or `dvc checkout` brings it back")
    if _sha256(path) != expected:
        raise ValueError(f"{path}: sha256 differs from classifier.json's; `dvc checkout` mends it")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
