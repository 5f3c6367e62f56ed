"""`photos.csv` beside the class folders: what the user knows about groups and splits."""

import unicodedata
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from potholes.dataset.tables import SPLITS, Split
from potholes.files.rows import read_cells
from potholes.photos.naming import printable

NAME = "photos.csv"
_COLUMNS = {"path", "group", "split"}


@dataclass(frozen=True)
class Known:
    """What one line says about a photo."""

    line: int
    group: str | None
    split: Split | None


def read_photos_csv(root: Path, sample_ids: Collection[str]) -> dict[str, Known]:
    """The lines of `root/photos.csv` by sample_id; empty where there is no such file.

    Columns: path (inside `root`, such as pothole/1.jpg), and group or split or both; an empty cell
    says nothing. Raises ValueError naming every line with an unknown path or split or a path that
    is listed twice.
    """
    file = root / NAME
    if not file.exists():
        return {}
    lines = _read(file)
    paths = _Paths(sample_ids)
    known: dict[str, Known] = {}
    problems = []
    for number, line in enumerate(lines, start=2):
        sample_id, split = paths.find(line["path"]), line.get("split") or None
        shown = printable(line["path"])
        if sample_id is None:
            problems.append(f"line {number}: no photo {shown} in {root}")
        elif sample_id in known:
            problems.append(
                f"line {number}: {shown} is listed twice, first in line {known[sample_id].line}"
            )
        elif split is not None and split not in SPLITS:
            problems.append(f"line {number}: split {split!r}, expected {', '.join(SPLITS)} or none")
        else:
            group = line.get("group") or None
            known[sample_id] = Known(number, group, split)
    if problems:
        raise ValueError("\n".join(f"{file}: {problem}" for problem in problems))
    return known


def _read(file: Path) -> list[dict[str, str]]:
    try:
        header, lines = read_cells(file)
    except UnicodeDecodeError:
        raise ValueError(f"{file}: not UTF-8; save it as CSV UTF-8") from None
    names = [name.removeprefix("\ufeff").strip().lower() for name in header]  # Excel's BOM
    if "path" not in names or len(names) < 2 or not set(names) <= _COLUMNS:
        raise ValueError(
            f"{file}: columns are {', '.join(names)}; expected path, and group or split or both, "
            "separated by commas"
        )
    return [dict(zip(names, map(str.strip, line), strict=True)) for line in lines]


class _Paths:
    """Finds photos by name, in either Unicode form: macOS writes another one than it shows."""

    def __init__(self, sample_ids: Collection[str]) -> None:
        self.exact = set(sample_ids)
        self.by_form: dict[str, list[str]] = defaultdict(list)
        for sample_id in sample_ids:
            self.by_form[unicodedata.normalize("NFC", sample_id)].append(sample_id)

    def find(self, path: str) -> str | None:
        if path in self.exact:
            return path
        same = self.by_form.get(unicodedata.normalize("NFC", path), [])
        return same[0] if len(same) == 1 else None
