"""Parts: how photos are cut into them, and what is made of one once its features are there."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from potholes.bulk.listing import Source
from potholes.bulk.tables import NAMED, PartRecord, Unreadable
from potholes.familiarity.reference import MOST
from potholes.photos.naming import order_of
from potholes.photos.walking import Listed
from potholes.prediction.tables import Predictions

SAMPLE = MOST  # photos whose features say how familiar all are
# A part keeps the features of photos that could be among the SAMPLE with the smallest order, and
# 30 % more: nine standard deviations of how many those of a part can be.
_KEPT = 1.3 * SAMPLE
_STEPS = 2**64


@dataclass(frozen=True)
class Part:
    """Neighbours in the order of all photos."""

    index: int
    photos: list[Listed]


def cut(source: Source, size: int) -> Iterator[Part]:
    """The photos of `source` in parts of `size`; only the last one may be smaller."""
    photos, index = source.photos(), 0
    while chosen := list(islice(photos, size)):
        yield Part(index, chosen)
        index += 1


def listed_sha256(part: Part, source: Source) -> str:
    """What is another text once a photo of the part, or its place, has changed."""
    told = hashlib.sha256()
    for photo in part.photos:
        version = "" if photo.problem else photo.version or source.version(photo.path)
        told.update(f"{photo.path}\0{photo.problem or ''}\0{version}\n".encode())
    return told.hexdigest()


def record_of(part: Part, listed: str, table: Predictions, strangers: Sequence[str]) -> PartRecord:
    """What there is to tell of a part with the predictions `table`, but for checksums."""
    bad = [
        Unreadable(path, error)
        for path, error in zip(table.paths, table.errors, strict=True)
        if error is not None
    ]
    return PartRecord(
        index=part.index,
        listed=listed,
        sha256={},
        photos=len(table.paths),
        labels={name: table.labels.count(name) for name in table.classes},
        unreadable=len(bad),
        unreadable_first=bad[:NAMED],
        strangers=len(strangers),
        strangers_first=list(strangers[:NAMED]),
    )


def sampled(
    index: int, size: int, table: Predictions, features: NDArray[np.float32]
) -> dict[str, NDArray[np.generic]]:
    """Features [n, D] of photos of part `index` that the sample of all may need, and their order.

    The later the part, the fewer they are: of all parts together about 1,300 times ln(parts).
    """
    order = np.array([order_of(path) for path in table.paths], dtype=np.uint64)
    share = min(1.0, _KEPT / (size * index)) if index else 1.0
    readable = np.array([error is None for error in table.errors], dtype=np.bool_)
    kept = np.flatnonzero(readable & (order <= np.uint64(share * (_STEPS - 2**11))))
    kept = kept[np.argsort(order[kept], kind="stable")][:SAMPLE]
    return {"features": features[kept], "order": order[kept]}


class Sample:
    """The SAMPLE photos of all parts with the smallest order, whichever part comes first."""

    def __init__(self, width: int) -> None:
        self.features = np.empty((0, width), dtype=np.float32)
        self.order = np.empty(0, dtype=np.uint64)

    def add(self, kept: dict[str, NDArray[np.generic]]) -> None:
        """Take those of a part into account."""
        order = np.concatenate([self.order, kept["order"].astype(np.uint64)])
        features = np.concatenate([self.features, kept["features"].astype(np.float32)])
        chosen = np.argsort(order, kind="stable")[:SAMPLE]
        self.order, self.features = order[chosen], features[chosen]
