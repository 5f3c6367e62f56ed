"""safetensors files with one metadata key (several are not byte-stable)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from potholes.files.documents import to_json

_DTYPES = {"BOOL", "U8", "I8", "U16", "I16", "F16", "U32", "I32", "F32", "U64", "I64", "F64"}


def write_tensors(path: Path, tensors: dict[str, NDArray[Any]], metadata: dict[str, Any]) -> None:
    """Write named arrays with `metadata` as one sorted JSON string under the key `json`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    contiguous = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    # not save_file, whose errors of a full disk are no OSError
    path.write_bytes(save(contiguous, metadata={"json": to_json(metadata)}))


def read_tensors(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Arrays and metadata of `path`; raises ValueError naming a missing or damaged file."""
    try:
        with safe_open(path, framework="numpy") as file:
            foreign = [n for n in file.keys() if file.get_slice(n).get_dtype() not in _DTYPES]  # noqa: SIM118
            if foreign:
                raise ValueError(f"{path}: {foreign[0]!r} is of a type that NumPy lacks")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            text = (file.metadata() or {}).get("json", "{}")
    except FileNotFoundError:
        raise ValueError(f"{path}: not found; run `dvc repro` to regenerate it") from None
    except SafetensorError as error:
        raise ValueError(f"{path}: damaged ({error}); run `dvc checkout` to restore it") from None
    try:
        metadata = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        metadata = None
    if not isinstance(metadata, dict):
        raise ValueError(f"{path}: its metadata is no JSON object; run `dvc repro`")
    return tensors, metadata
