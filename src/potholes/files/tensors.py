"""safetensors files with one metadata key (several are not byte-stable)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from potholes.files.documents import to_json


def write_tensors(path: Path, tensors: dict[str, NDArray[Any]], metadata: dict[str, Any]) -> None:
    """Write named arrays with `metadata` as one sorted JSON string under the key `json`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    contiguous = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    save_file(contiguous, path, metadata={"json": to_json(metadata)})


def read_tensors(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Arrays and metadata of `path`; raises ValueError naming a missing or damaged file."""
    try:
        with safe_open(path, framework="numpy") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            metadata = json.loads((file.metadata() or {}).get("json", "{}"))
    except FileNotFoundError:
        raise ValueError(f"{path}: not found; run `dvc repro` to regenerate it") from None
    except SafetensorError as error:
        raise ValueError(f"{path}: damaged ({error}); run `dvc checkout` to restore it") from None
    return tensors, metadata
