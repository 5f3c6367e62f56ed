"""The deployable: a compiled backbone, a head and their preprocessing in one folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

import numpy as np

from potholes.compilation.engine import Engine, load_engine
from potholes.familiarity.reference import Reference
from potholes.head.tables import Head
from potholes.params import ImageParams
from potholes.photos.naming import name_of
from potholes.prediction.embedding import PhotoSource, embedded_batches, read_source
from potholes.prediction.labelling import label
from potholes.prediction.scored_folder import FolderScores, score_folder
from potholes.prediction.tables import Predictions
from potholes.selection.model_folder import read_model

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

        Raises ValueError naming the file that is missing, damaged or does not belong, or that no
        pipeline of this project could have written (`selection.model_folder`).
        """
        model = read_model(folder)
        precision = model.deployed.precision
        engine = load_engine(model.graph, device=device, precision=precision, threads=threads)
        return cls(engine, model.head, model.image, model.deployed.threshold, model.reference)

    def predict(
        self, photos: Sequence[PhotoSource], *, name: str | None = "predict"
    ) -> Predictions:
        """Label and probabilities of each photo, in order; an error text where one is bad.

        A photo is a file, a file's bytes, or RGB pixels [H, W, 3] uint8 that are upright; the name
        of one from memory is its place (`0`, `1`, …). `name` stands before the progress bar; None
        shows no bar. Memory does not grow with the photos but for their features and the table.
        """
        read = partial(read_source, self.image)
        batches = list(
            embedded_batches([self.engine], photos, read, batch_size=BATCH_SIZE, name=name)
        )
        nobody = np.empty((0, self.engine.width), dtype=np.float32)
        return label(
            self.head,
            [
                name_of(photo) if isinstance(photo, Path) else str(place)
                for place, photo in enumerate(photos)
            ],
            np.concatenate([nobody, *(batch.features[0] for batch in batches)]),
            [size for batch in batches for size in batch.sizes],
            [error for batch in batches for error in batch.errors],
            self.threshold,
            self.reference,
        )

    def evaluate(self, folder: Path, *, level: float = 0.95) -> FolderScores:
        """Scores of the labelled photos in `folder`, a sub-folder a class; intervals of `level`.

        Raises ValueError where its classes are not the model's, or no photo of one can be read.
        """
        return score_folder(folder, self.head.classes, self.predict, level=level)
