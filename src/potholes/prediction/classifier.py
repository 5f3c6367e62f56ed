"""The deployable: a compiled backbone, a head and their preprocessing in one folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import ValidationError

from potholes.compilation.engine import Engine, load_engine
from potholes.compilation.tables import GRAPH_FILE
from potholes.familiarity.reference import REFERENCE_FILE, Reference, read_reference
from potholes.files.checksum import file_sha256
from potholes.head.tables import HEAD_FILE, Head, read_head
from potholes.params import ImageParams
from potholes.photos.naming import name_of
from potholes.prediction.embedding import embedded_batches, read_path
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
    reference: Reference | None  # training photos to compare with

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
        return cls(engine, read_head(folder), image, deployed.threshold, read_reference(folder))

    def predict(self, paths: Sequence[Path], *, name: str = "predict") -> Predictions:
        """Label and probabilities of each photo, in order; an error text where one is bad.

        Memory does not grow with the photos but for their features and the table.
        """
        read = partial(read_path, self.image)
        batches = list(
            embedded_batches([self.engine], paths, read, batch_size=BATCH_SIZE, name=name)
        )
        nobody = np.empty((0, self.engine.width), dtype=np.float32)
        return label(
            self.head,
            [name_of(path) for path in paths],
            np.concatenate([nobody, *(batch.features[0] for batch in batches)]),
            [size for batch in batches for size in batch.sizes],
            [error for batch in batches for error in batch.errors],
            self.threshold,
            self.reference,
        )


def _check_bytes(path: Path, expected: str) -> None:
    if not path.exists():
        raise ValueError(
            f"{path}: not found; run `dvc checkout` to restore it or `dvc repro` to regenerate it"
        )
    if file_sha256(path) != expected:
        raise ValueError(
            f"{path}: sha256 is not the one in classifier.json; run `dvc checkout` to restore it"
        )
