"""JSON files of one frozen dataclass each: sorted keys, two spaces, seven digits, no NaN."""

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeVar

from potholes.tables.rows import as_written

Document = TypeVar("Document")


def write_document(path: Path, document: Any) -> None:
    """Write a dataclass (nested ones, dicts and lists allowed) as JSON, floats as in tables."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(to_json(_as_written(asdict(document)), indent=2).encode() + b"\n")


def read_document(path: Path, kind: type[Document]) -> Document:
    """`path` as the dataclass `kind`; raises ValueError naming the keys that differ."""
    tree = read_json(path)
    expected = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    if set(tree) != expected:
        differ = ", ".join(sorted(set(tree) ^ expected))
        raise ValueError(f"{path}: keys missing or unknown: {differ}; `dvc repro` makes it anew")
    return kind(**tree)


def read_json(path: Path) -> dict[str, Any]:
    """The object in `path`; raises ValueError naming the file where it is missing or not JSON."""
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"{path}: not found; `dvc repro` makes it") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: not JSON ({error})") from None
    if not isinstance(tree, dict):
        raise ValueError(f"{path}: expected a JSON object, got {type(tree).__name__}")
    return tree


def to_json(tree: Any, *, indent: int | None = None) -> str:
    """Byte-stable JSON text; a NaN or infinity is a ValueError."""
    return json.dumps(tree, sort_keys=True, indent=indent, ensure_ascii=False, allow_nan=False)


def _as_written(tree: Any) -> Any:
    if isinstance(tree, float):
        return as_written(tree)
    if isinstance(tree, dict):
        return {key: _as_written(value) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        return [_as_written(value) for value in tree]
    return tree
