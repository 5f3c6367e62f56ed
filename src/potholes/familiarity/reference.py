"""`models/selected/reference.safetensors`: training photos that new ones are compared with."""

import math
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from potholes.familiarity.directions import Floats, directions, on_grid
from potholes.familiarity.nearest import distances
from potholes.features.tables import Features
from potholes.files.tensors import read_tensors, write_tensors

REFERENCE_FILE = "reference.safetensors"
MOST = 1000  # training photos in it
FALSE_ALARMS = 0.01  # share of held-out photos that may be called strangers


@dataclass(frozen=True)
class Reference:
    """M training photos, and how far held-out photos of the same source are from them.

    A photo counts as a clear stranger where `unlike` is larger than `stranger_above`.
    """

    values: NDArray[np.float16]  # [M, D], directions of features
    labels: NDArray[np.int32]  # [M], class indices
    groups: NDArray[np.int32]  # [M]; photos of one are near-duplicates or of one drive
    held_out: NDArray[np.float64]  # [H], `unlike` of held-out photos, ascending
    stranger_above: float = field(init=False)

    def __post_init__(self) -> None:
        """Raise ValueError where the parts do not belong together."""
        count = len(self.values)
        if self.values.ndim != 2 or not count:
            raise ValueError(f"features are {self.values.shape}, expected a row a photo")
        if self.held_out.ndim != 1 or not len(self.held_out):
            raise ValueError("no held-out photos, expected one at least")
        if self.labels.shape != (count,) or self.groups.shape != (count,):
            raise ValueError(f"{count} features, but not as many labels and groups")
        if not (np.isfinite(self.values).all() and np.isfinite(self.held_out).all()):
            raise ValueError("some numbers are not finite")
        object.__setattr__(self, "stranger_above", _limit(self.held_out))

    @cached_property
    def grid(self) -> Floats:
        """The features [M, D] in whole steps of the grid, to be compared with many photos."""
        return on_grid(self.values)


def make_reference(features: Features, *, seed: int) -> Reference:
    """Of the photos of train, at most 1,000 of them, as many groups and as even classes as can be.

    Those of val are held out, and so is every photo of the reference with its group.
    """
    train = np.flatnonzero(features.mask("train", copies=False))
    val = np.flatnonzero(features.mask("val", copies=False))
    labels = np.array(features.labels(), dtype=np.int32)
    numbers = np.unique([row.group_id for row in features.rows], return_inverse=True)[1]
    groups = np.array(numbers, dtype=np.int32)
    kept = train[_spread(labels[train], groups[train], seed=seed)]
    values = directions(features.values[kept])
    own = distances(on_grid(values), values, apart=groups[kept])
    others = distances(on_grid(values), directions(features.values[val]))
    held_out = np.sort(np.concatenate([own, others]))
    return Reference(values, labels[kept], groups[kept], held_out)


def write_reference(folder: Path, reference: Reference) -> None:
    """Write `folder/reference.safetensors`."""
    tensors: dict[str, NDArray[Any]] = {
        "features": reference.values,
        "groups": reference.groups,
        "held_out": reference.held_out,
        "labels": reference.labels,
    }
    write_tensors(folder / REFERENCE_FILE, tensors, {})


def read_reference(folder: Path) -> Reference | None:
    """What write_reference wrote, None where `folder` has none.

    Raises ValueError naming the file if it is damaged or not a reference.
    """
    path = folder / REFERENCE_FILE
    if not path.exists():
        return None
    tensors, _ = read_tensors(path)
    kinds = {"features": "f2", "groups": "i4", "held_out": "f8", "labels": "i4"}
    found = {name: tensor.dtype.str[1:] for name, tensor in tensors.items()}
    if found != kinds:
        raise ValueError(f"{path}: holds {found}, expected {kinds}; run `dvc checkout`")
    try:
        return Reference(
            tensors["features"], tensors["labels"], tensors["groups"], tensors["held_out"]
        )
    except ValueError as error:
        raise ValueError(f"{path}: {error}; run `dvc checkout`") from None


def _limit(held_out: NDArray[np.float64]) -> float:
    """What a further photo of the source exceeds with a probability of 0.01 at most.

    That holds for the largest but H / 100 of the H held-out photos, in whatever way they are
    distributed (conformal prediction: Vovk et al. 2005). Fewer than 99 photos cannot show it; then
    it is the largest, and as far above it as that is above the median.
    """
    rank = math.ceil((1 - FALSE_ALARMS) * (len(held_out) + 1))
    if rank <= len(held_out):
        return float(held_out[rank - 1])
    return float(2 * held_out[-1] - np.median(held_out))


def _spread(
    labels: NDArray[np.int32], groups: NDArray[np.int32], *, seed: int
) -> NDArray[np.int64]:
    """At most MOST places among N photos, in order: of each class in turn, groups in turn."""
    if len(labels) <= MOST:
        return np.arange(len(labels))
    order = np.random.default_rng(seed).permutation(len(labels))
    turn = _turns(groups[order])  # 0 for the first photo of its group in this order
    order = order[np.lexsort((np.arange(len(order)), turn))]
    turn = _turns(labels[order])
    return np.sort(order[np.lexsort((np.arange(len(order)), turn))][:MOST])


def _turns(names: NDArray[np.int32]) -> NDArray[np.int64]:
    """How many equal names come before each of names [N]."""
    seen: dict[int, int] = {}
    turns = np.empty(len(names), dtype=np.int64)
    for place, name in enumerate(names.tolist()):
        turns[place] = seen.get(name, 0)
        seen[name] = seen.get(name, 0) + 1
    return turns
