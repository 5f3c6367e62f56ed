"""The checksum that files of models are told apart by, and their size."""

import hashlib
from pathlib import Path


def file_sha256(path: Path) -> str:
    """Hex sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_size(path: Path, largest: int) -> None:
    """Raise ValueError naming `path` unless it is an ordinary file of 1 to `largest` bytes."""
    if not path.is_file():
        raise ValueError(f"{path}: not an ordinary file")
    size = path.stat().st_size
    if not 0 < size <= largest:
        raise ValueError(f"{path}: {size:,} bytes, expected 1 to {largest:,}")
