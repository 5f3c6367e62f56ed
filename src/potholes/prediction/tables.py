"""`data/embedded/NAME/`, features of the unlabelled photos, and `data/predictions/NAME/`, their
labels."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from potholes.files.optional import without
from potholes.files.rows import PROBABILITY, read_rows, write_rows
from potholes.files.tensors import read_tensors, write_tensors

PREDICTIONS_FILE = "predictions.parquet"


@dataclass(frozen=True)
class Predictions:
    """N photos by path: label or error, probabilities [N, C] (NaN rows where there is an error)."""

    classes: list[str]
    paths: list[str]  # relative to the folder that was predicted
    labels: list[str | None]
    probabilities: NDArray[np.float64]
    errors: list[str | None]


@without("pandas")
def write_unlabelled(folder: Path, table: Predictions) -> None:
    """Write columns path, label, probability_<class>…, error; nulls where a photo failed."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    failed = np.array([error is not None for error in table.errors], dtype=np.bool_)
    columns = {"path": pa.array(table.paths, pa.string())}
    columns["label"] = pa.array(table.labels, pa.string())
    for index, name in enumerate(table.classes):
        values = table.probabilities[:, index]
        columns[PROBABILITY + name] = pa.array(values, pa.float64(), mask=failed)
    columns["error"] = pa.array(table.errors, pa.string())
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), folder / PREDICTIONS_FILE)


@without("pandas")
def read_unlabelled(folder: Path) -> Predictions:
    """What write_unlabelled wrote."""
    import pyarrow.parquet as pq

    path = folder / PREDICTIONS_FILE
    if not path.exists():
        raise ValueError(f"{path}: not found; run `dvc repro` to regenerate it")
    table = pq.read_table(path, use_threads=False)  # threads do not survive a fork
    names = [name for name in table.column_names if name.startswith(PROBABILITY)]
    columns = [table[name].to_numpy(zero_copy_only=False).astype(np.float64) for name in names]
    return Predictions(
        classes=[name.removeprefix(PROBABILITY) for name in names],
        paths=table["path"].to_pylist(),
        labels=table["label"].to_pylist(),
        probabilities=np.stack(columns, axis=1),
        errors=table["error"].to_pylist(),
    )


@dataclass(frozen=True)
class EmbeddedRow:
    """A photo by its path inside the folder, and why it could not be read, if so."""

    path: str
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
