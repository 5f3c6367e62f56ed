"""JSON files of one frozen dataclass each: sorted keys, two spaces, floats round-trip, no NaN."""

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeVar

Document = TypeVar("Document")


def write_document(path: Path, document: Any) -> None:
    """Write a dataclass (nested ones and dicts allowed) as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(to_json(asdict(document), indent=2).encode() + b"\n")


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
