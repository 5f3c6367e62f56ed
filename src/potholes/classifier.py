"""The deployable: a compiled backbone, a head and their preprocessing in one folder."""

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from tqdm import tqdm

from potholes.decision import decide
from potholes.engine import Engine, load_engine
from potholes.features import loaded_batches
from potholes.images.decoding import decode
from potholes.images.sniffing import BadImage
from potholes.params import ImageParams
from potholes.tables.compiled import GRAPH_FILE
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

    def predict(self, paths: Sequence[Path], *, name: str = "predict") -> Predictions:
        """Label and probabilities of each photo, in order; an error text where one is bad."""
        probabilities = np.full((len(paths), len(self.head.classes)), np.nan)
        errors: list[str | None] = []
        with tqdm(total=len(paths), desc=name, unit="photo") as bar:
            for start, loaded in self._batches(paths):
                good = [place for place, item in enumerate(loaded) if not isinstance(item, str)]
                if good:
                    pixels = np.stack([loaded[place] for place in good])
                    rows = [start + place for place in good]
                    probabilities[rows] = self.head.probabilities(self.engine.features(pixels))
                errors.extend(item if isinstance(item, str) else None for item in loaded)
                bar.update(len(loaded))
        classes = decide(probabilities, self.threshold)
        labels = [
            None if error is not None else self.head.classes[index]
            for index, error in zip(classes, errors, strict=True)
        ]
        return Predictions(self.head.classes, [str(p) for p in paths], labels, probabilities, errors)

    def _batches(
        self, paths: Sequence[Path]
    ) -> Iterator[tuple[int, list[NDArray[np.uint8] | str]]]:
        """The place of a batch's first photo, and pixels or an error text for each."""
        batches = loaded_batches(paths, self._load, batch_size=BATCH_SIZE)
        for number, batch in enumerate(batches):
            yield number * BATCH_SIZE, batch

    def _load(self, path: Path) -> NDArray[np.uint8] | str:
        try:
            return decode(path.read_bytes(), self.image).pixels
        except BadImage as error:
            return str(error)
        except OSError as error:
            return error.strerror or str(error)


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
