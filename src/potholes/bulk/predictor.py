"""What one worker does with photos, and what becomes of a part once they are done."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from potholes.bulk.listing import Source
from potholes.bulk.output import Output
from potholes.bulk.parts import Part, record_of, sampled
from potholes.bulk.tables import FORMAT_VERSION, PART_SIZE, PartRecord, RunKey
from potholes.files.checksum import file_sha256
from potholes.files.rows import as_written
from potholes.photos.decoding import keep_memory
from potholes.photos.walking import Listed
from potholes.prediction.classifier import Classifier
from potholes.prediction.embedding import Reading, embedded, read_source
from potholes.prediction.labelling import label
from potholes.prediction.tables import Predictions, Size
from potholes.selection.tables import CLASSIFIER_FILE, Deployed, read_deployed

BATCH_SIZE = 32


@dataclass(frozen=True)
class Options:
    """What decides the columns of the table."""

    threshold: float | None = None  # instead of the model's
    top_k: int | None = None
    photo_sha256: bool = False
    batch_size: int = BATCH_SIZE
    part_size: int = PART_SIZE


@dataclass(frozen=True)
class Done:
    """n photos after the backbone: features [n, D] (NaN where there is an error)."""

    sizes: list[Size | None]
    errors: list[str | None]
    sha256: list[str | None]
    features: NDArray[np.float32]

    @classmethod
    def joined(cls, parts: Sequence["Done"]) -> "Done":
        """Those of `parts`, one after the other."""
        return cls(
            [size for part in parts for size in part.sizes],
            [error for part in parts for error in part.errors],
            [one for part in parts for one in part.sha256],
            np.concatenate([part.features for part in parts]),
        )


class Predictor:
    """A loaded model and the options; one engine that all threads of a process share.

    Each photo is decoded and run by one thread, so float features do not depend on how many there
    are. Raises ValueError for a model folder that is not one, or options that do not fit it.
    """

    def __init__(self, folder: Path, options: Options) -> None:
        self.classifier = Classifier.load(folder, threads=1)
        self.deployed: Deployed = read_deployed(folder)
        self.options = options
        self._model_sha256 = file_sha256(folder / CLASSIFIER_FILE)
        _check(self.deployed, options)
        keep_memory()

    @property
    def threshold(self) -> float | None:
        """From which probability on the second of two classes is called."""
        given = self.options.threshold
        return self.deployed.threshold if given is None else given

    @property
    def width(self) -> int:
        """D, the number of features."""
        return self.classifier.engine.width

    def key(self) -> RunKey:
        """What another run must have in common to go on with this one's output."""
        device = self.classifier.engine.device
        exact = self.deployed.precision == "int8"
        return RunKey(
            format_version=FORMAT_VERSION,
            model=self._model_sha256,
            threshold=self.options.threshold,
            top_k=self.options.top_k,
            photo_sha256=self.options.photo_sha256,
            part_size=self.options.part_size,
            batch="" if exact else f"{self.options.batch_size} on {device}",
        )

    def run(self, source: Source, photos: Sequence[Listed]) -> Done:
        """Read, decode and run a batch."""
        readings, sums = list[Reading](), list[str | None]()
        for photo in photos:
            data = b"" if photo.problem else _bytes(source, photo.path)
            if isinstance(data, str) or photo.problem:
                readings.append(Reading(None, None, photo.problem or str(data)))
                sums.append(None)
                continue
            readings.append(read_source(self.classifier.image, data))
            wanted = self.options.photo_sha256
            sums.append(hashlib.sha256(data).hexdigest() if wanted else None)
        batch = embedded([self.classifier.engine], readings)
        return Done(batch.sizes, batch.errors, sums, batch.features[0])

    def table(self, part: Part, done: Done) -> Predictions:
        """The rows of a part."""
        return label(
            self.classifier.head,
            [photo.path for photo in part.photos],
            done.features,
            done.sizes,
            done.errors,
            self.threshold,
            self.classifier.reference,
        )

    def write(self, output: Output, part: Part, listed: str, done: Done) -> PartRecord:
        """Write a part and what a later run needs to know of it."""
        table = self.table(part, done)
        return output.commit(
            record_of(part, listed, table, self._strangers(table)),
            table,
            sampled(part.index, self.options.part_size, table, done.features),
            top_k=self.options.top_k,
            photo_sha256=done.sha256 if self.options.photo_sha256 else None,
        )

    def _strangers(self, table: Predictions) -> list[str]:
        """Paths of photos that are clearly unlike the training ones."""
        reference = self.classifier.reference
        if reference is None:
            return []
        limit = as_written(reference.stranger_above)
        far = zip(table.paths, table.unlike.tolist(), strict=True)
        return [path for path, unlike in far if unlike > limit]


def _bytes(source: Source, path: str) -> bytes | str:
    """Those of a photo, or why there are none."""
    try:
        return source.read(path)
    except OSError as error:
        return error.strerror or str(error)


def _check(deployed: Deployed, options: Options) -> None:
    if options.threshold is not None:
        if len(deployed.classes) != 2:
            raise ValueError(
                f"--threshold: the model has {len(deployed.classes)} classes, of which the most "
                "probable one is called; a threshold is for two"
            )
        if not 0 <= options.threshold <= 1:
            raise ValueError(f"--threshold: got {options.threshold:g}; expected 0 to 1")
    if options.top_k is not None and not 1 <= options.top_k <= len(deployed.classes):
        raise ValueError(
            f"--top-k: got {options.top_k}; the model has {len(deployed.classes)} classes"
        )
    if options.batch_size < 1:
        raise ValueError(f"--batch-size: got {options.batch_size}; expected 1 or more")
