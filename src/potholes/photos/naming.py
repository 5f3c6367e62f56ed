"""Names of photos: on disk, in tables and on a terminal."""

import hashlib
import os
import re
import unicodedata
from pathlib import Path

_SLUG_LENGTH = 40


def picture_name(sample_id: str) -> str:
    """An ASCII file name for the picture of `sample_id`: readable, safe and its own.

    Names that differ only in case or Unicode form get different ones, by 10 hex of the id's sha256.
    """
    stem = sample_id.rpartition("/")[2].partition(".")[0]
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^A-Za-z0-9]+", "-", plain)[:_SLUG_LENGTH].strip("-").lower()
    digest = hashlib.sha256(sample_id.encode()).hexdigest()[:10]
    return f"{slug}-{digest}.png" if slug else f"{digest}.png"


def printable(name: str) -> str:
    """`name` on one line: control characters and bytes that are not UTF-8 as escapes."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def is_utf8(name: str) -> bool:
    """Whether a name from the file system was UTF-8 there."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def name_of(path: Path) -> str:
    """`path` as tables name it: as it is, but for bytes that are no UTF-8."""
    return path.as_posix() if is_utf8(str(path)) else printable(str(path))


def order_of(path: str) -> int:
    """A place among all photos that is random, but always the same: 0 .. 2**64 - 1."""
    return int.from_bytes(hashlib.sha256(path.encode()).digest()[:8])
