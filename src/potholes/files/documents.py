"""JSON files of one frozen dataclass each: sorted keys, two spaces, seven digits, no NaN."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from potholes.files.rows import as_written

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Document = TypeVar("Document", bound="DataclassInstance")

_CURE = "run `dvc repro` to regenerate it"


def write_document(path: Path, document: "DataclassInstance") -> None:
    """Write a dataclass (nested ones, dicts and lists allowed) as JSON, floats as in tables."""
    write_tree(path, asdict(document))


def write_tree(path: Path, tree: dict[str, Any]) -> None:
    """Write a dict whose keys are known only at run time, as `write_document` would."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(to_json(_as_written(tree), indent=2).encode() + b"\n")


def read_document(path: Path, kind: type[Document]) -> Document:
    """`path` as the dataclass `kind`, nested ones included.

    Raises ValueError naming the file and every key that is missing, unknown or of another type.
    """
    try:
        text = path.read_bytes()
        document: Document = TypeAdapter(kind).validate_json(text, strict=True)
    except FileNotFoundError:
        raise ValueError(f"{path}: not found; {_CURE}") from None
    except ValidationError as error:
        raise ValueError(f"{path}: {complaints(error)}; {_CURE}") from None
    unknown = _unknown(json.loads(text), asdict(document))
    if unknown:
        raise ValueError(f"{path}: unknown key {', '.join(unknown)}; {_CURE}")
    return document


def to_json(tree: Any, *, indent: int | None = None) -> str:
    """Byte-stable JSON text; a NaN or infinity is a ValueError."""
    return json.dumps(tree, sort_keys=True, indent=indent, ensure_ascii=False, allow_nan=False)


def complaints(error: ValidationError) -> str:
    """In one line: `metrics.test_acc: input should be a valid number, got 'high'; …`."""
    told = []
    for detail in error.errors(include_url=False, include_context=False):
        key = ".".join(str(part) for part in detail["loc"])
        message = detail["msg"][:1].lower() + detail["msg"][1:]
        if detail["type"] == "missing":
            told.append(f"key {key} is missing")
        elif key:
            told.append(f"{key}: {message}, got {detail['input']!s:.40}")
        else:
            told.append(message)
    return "; ".join(told)


def _unknown(found: Any, known: Any, prefix: str = "") -> list[str]:
    """Keys of the JSON tree `found` that the document made of it does not have."""
    if isinstance(found, list) and isinstance(known, list):
        pairs = [(str(index), *pair) for index, pair in enumerate(zip(found, known, strict=True))]
    elif isinstance(found, dict) and isinstance(known, dict):
        extra = [f"{prefix}{key}" for key in found if key not in known]
        if extra:
            return extra
        pairs = [(key, found[key], known[key]) for key in found]
    else:
        return []
    return [name for key, a, b in pairs for name in _unknown(a, b, f"{prefix}{key}.")]


def _as_written(tree: Any) -> Any:
    if isinstance(tree, float):
        return as_written(tree)
    if isinstance(tree, dict):
        return {key: _as_written(value) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        return [_as_written(value) for value in tree]
    return tree
