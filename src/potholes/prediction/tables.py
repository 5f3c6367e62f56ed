"""`data/embedded/NAME/`, features of the unlabelled photos, and tables of predictions: those of
`data/predictions/NAME/` and the parts that `potholes predict` writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from potholes.files.optional import without
from potholes.files.rows import PROBABILITY, as_written, read_rows, write_rows
from potholes.files.tensors import read_tensors, write_tensors

if TYPE_CHECKING:
    import pyarrow as pa

PREDICTIONS_FILE = "predictions.parquet"
_TOP = "top{}_{}"  # rank from 1; label or probability

Size = tuple[int, int]  # width and height of a photo, upright, in pixels


@dataclass(frozen=True)
class Predictions:
    """N photos by path: label or error, probabilities [N, C] (NaN rows where there is an error)."""

    classes: list[str]
    paths: list[str]  # relative to the folder that was predicted
    labels: list[str | None]
    probabilities: NDArray[np.float64]
    unlike: NDArray[np.float64]  # [N] 0..1, how unlike the training photos; NaN where not known
    sizes: list[Size | None]
    errors: list[str | None]

    @property
    def margins(self) -> NDArray[np.float64]:
        """The highest probability minus the second highest [N]: 0 is undecided, 1 is sure."""
        best = np.sort(self.probabilities, axis=1)[:, -2:]
        return np.array(
            [as_written(margin) for margin in best[:, 1] - best[:, 0]], dtype=np.float64
        )


@without("pandas")
def write_predictions_table(
    path: Path,
    table: Predictions,
    *,
    top_k: int | None = None,
    sha256: Sequence[str | None] | None = None,
) -> None:
    """Write a parquet file: path, label, probability_<class>…, margin, unlike, width, height,
    sha256 (of the photos, where given), error; nulls where a photo failed.

    `top_k`: instead of a probability a class, top1_label, top1_probability, top2_label … of the
    k most probable classes. The same table gives the same bytes.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    failed = np.array([error is not None for error in table.errors], dtype=np.bool_)
    columns = {"path": pa.array(table.paths, pa.string())}
    columns["label"] = pa.array(table.labels, pa.string())
    columns |= _best(table, failed, top_k) if top_k else _probabilities(table, failed)
    columns["margin"] = pa.array(table.margins, pa.float64(), mask=failed)
    columns["unlike"] = pa.array(table.unlike, pa.float64(), mask=np.isnan(table.unlike))
    for axis, name in enumerate(("width", "height")):
        columns[name] = pa.array([size and size[axis] for size in table.sizes], pa.int32())
    if sha256 is not None:
        columns["sha256"] = pa.array(sha256, pa.string())
    columns["error"] = pa.array(table.errors, pa.string())
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path, compression="snappy", write_statistics=True)


def _probabilities(table: Predictions, failed: NDArray[np.bool_]) -> dict[str, "pa.Array"]:
    import pyarrow as pa

    return {
        PROBABILITY + name: pa.array(table.probabilities[:, index], pa.float64(), mask=failed)
        for index, name in enumerate(table.classes)
    }


def _best(table: Predictions, failed: NDArray[np.bool_], count: int) -> dict[str, "pa.Array"]:
    import pyarrow as pa

    order = np.argsort(-table.probabilities, axis=1, kind="stable")[:, :count]
    names, columns = np.array(table.classes, dtype=object), {}
    for rank in range(order.shape[1]):
        at = order[:, rank]
        chosen = np.take_along_axis(table.probabilities, at[:, None], axis=1)[:, 0]
        columns[_TOP.format(rank + 1, "label")] = pa.array(names[at], pa.string(), mask=failed)
        columns[_TOP.format(rank + 1, "probability")] = pa.array(chosen, pa.float64(), mask=failed)
    return columns


def write_unlabelled(folder: Path, table: Predictions) -> None:
    """Write `folder/predictions.parquet`."""
    write_predictions_table(folder / PREDICTIONS_FILE, table)


def read_unlabelled(folder: Path) -> Predictions:
    """What write_unlabelled wrote."""
    path = folder / PREDICTIONS_FILE
    if not path.exists():
        raise ValueError(f"{path}: not found; run `dvc repro` to regenerate it")
    return read_predictions_table(path)


@without("pandas")
def read_predictions_table(path: Path) -> Predictions:
    """What write_predictions_table wrote; raises ValueError for a table of the k best classes."""
    import pyarrow.parquet as pq

    table = pq.read_table(path, use_threads=False)  # threads do not survive a fork
    names = [name for name in table.column_names if name.startswith(PROBABILITY)]
    if not names:
        raise ValueError(f"{path}: has no {PROBABILITY}<class>; predict again without --top-k")
    widths, heights = table["width"].to_pylist(), table["height"].to_pylist()
    return Predictions(
        classes=[name.removeprefix(PROBABILITY) for name in names],
        paths=table["path"].to_pylist(),
        labels=table["label"].to_pylist(),
        probabilities=np.stack([_floats(table[name]) for name in names], axis=1),
        unlike=_floats(table["unlike"]),
        sizes=[None if w is None else (w, h) for w, h in zip(widths, heights, strict=True)],
        errors=table["error"].to_pylist(),
    )


def _floats(column: "pa.ChunkedArray") -> NDArray[np.float64]:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


@dataclass(frozen=True)
class EmbeddedRow:
    """A photo by its path inside the folder, its size, and why it could not be read, if so."""

    path: str
    width: int | None
    height: int | None
    error: str | None


@dataclass(frozen=True)
class Embedded:
    """Features [N, D] float32 of N photos; rows with an error are NaN."""

    rows: list[EmbeddedRow]
    values: NDArray[np.float32]


def write_embedded(folder: Path, embedded: Embedded) -> None:
    """Write features.safetensors and index.csv into `folder`."""
    write_tensors(folder / "features.safetensors", {"features": embedded.values}, {})
    write_rows(folder / "index.csv", EmbeddedRow, embedded.rows)


def read_embedded(folder: Path) -> Embedded:
    """What write_embedded wrote; raises ValueError if rows and features are not as many."""
    tensors, _ = read_tensors(folder / "features.safetensors")
    rows = read_rows(folder / "index.csv", EmbeddedRow)
    if len(tensors["features"]) != len(rows):
        raise ValueError(f"{folder}: {len(tensors['features'])} features but {len(rows)} rows")
    return Embedded(rows, tensors["features"])
