"""The deployable: a compiled backbone, a head and their preprocessing in one folder."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import ValidationError

from potholes.compilation.engine import Engine, load_engine
from potholes.compilation.tables import GRAPH_FILE
from potholes.familiarity.reference import REFERENCE_FILE
from potholes.files.checksum import file_sha256
from potholes.head.tables import HEAD_FILE, Head, read_head
from potholes.params import ImageParams
from potholes.photos.naming import name_of
from potholes.photos.scanning import find_photos
from potholes.prediction.embedding import embedded_batches
from potholes.prediction.labelling import label
from potholes.prediction.tables import Predictions
from potholes.selection.tables import CLASSIFIER_FILE, read_deployed

BATCH_SIZE = 32


@dataclass(frozen=True)
class Classifier:
    """Photos in, probabilities out; training's own decoding, backbone and head."""

    engine: Engine
    head: Head
    image: ImageParams
    threshold: float | None

    @classmethod
    def load(cls, folder: Path, *, device: str = "auto", threads: int = 0) -> Self:
        """The classifier in `folder` (models/selected or a copy of it).

        Raises ValueError naming the file that is missing, damaged or does not belong.
        """
        deployed = read_deployed(folder)
        for name in (GRAPH_FILE, HEAD_FILE, REFERENCE_FILE):
            _check_bytes(folder / name, deployed.sha256.get(name, ""))
        try:
            image = ImageParams.model_validate(deployed.preprocessing)
        except ValidationError as error:
            raise ValueError(f"{folder / CLASSIFIER_FILE}: preprocessing: {error}") from None
        graph = folder / GRAPH_FILE
        engine = load_engine(graph, device=device, precision=deployed.precision, threads=threads)
        return cls(engine, read_head(folder), image, deployed.threshold)

    def predict(
        self, photos: Sequence[Path | bytes], *, name: str | None = "predict"
    ) -> Predictions:
        """Label and probabilities of each photo, in order; an error text where one is bad.

        A photo is a file or a file's bytes, whose name in the table is their place (`0`, `1`, …).
        `name` stands before the progress bar; None shows no bar. Memory does not grow with the
        photos but for the table.
        """
        errors: list[str | None] = []
        probabilities = [np.empty((0, len(self.head.classes)))]
        for batch in embedded_batches(
            [self.engine], photos, self.image, batch_size=BATCH_SIZE, name=name
        ):
            errors += batch.errors
            probabilities.append(self.head.probabilities(batch.features[0]))
        names = [
            name_of(photo) if isinstance(photo, Path) else str(place)
            for place, photo in enumerate(photos)
        ]
        return label(
            self.head.classes, names, np.concatenate(probabilities), errors, self.threshold
        )

    def predict_folder(self, folder: Path) -> Predictions:
        """The same for every photo below `folder`, named by its path inside."""
        photos = find_photos(folder)
        table = self.predict(photos, name=folder.name)
        return replace(table, paths=[name_of(photo.relative_to(folder)) for photo in photos])


def _check_bytes(path: Path, expected: str) -> None:
    if not path.exists():
        raise ValueError(
            f"{path}: not found; run `dvc checkout` to restore it or `dvc repro` to regenerate it"
        )
    if file_sha256(path) != expected:
        raise ValueError(
            f"{path}: sha256 is not the one in classifier.json; run `dvc checkout` to restore it"
        )
