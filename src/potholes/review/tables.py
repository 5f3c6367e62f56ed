"""labels.csv, which a reviewer saves, and NAME.adopted.csv beside the folder NAME that takes it."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from potholes.files.rows import read_cells, read_rows, write_rows

LABEL_COLUMNS = ("path", "label", "predicted", "probability", "model", "sha256")


@dataclass(frozen=True)
class Labelled:
    """One line of labels.csv: a photo, its label, and what the model had said of it."""

    line: int
    path: str  # inside the source folder, parts joined by /
    label: str
    predicted: str | None = None
    probability: float | None = None  # of `predicted`
    model: str | None = None  # sha256 of its classifier.json
    sha256: str | None = None  # of the photo's bytes when it was labelled


@dataclass(frozen=True)
class Adopted:
    """Where a photo in the labelled folder came from."""

    path: str  # inside the labelled folder
    label: str
    source: str  # the folder, as it was named
    source_path: str  # inside `source`
    sha256: str  # of the photo's bytes
    predicted: str | None
    probability: float | None
    model: str | None


def read_labels(path: Path) -> list[Labelled]:
    """The lines of a labels.csv that have a label; only path and label must be there.

    Columns of other names are passed over. Raises ValueError naming the file and what is wrong.
    """
    if not path.is_file():
        raise ValueError(f"{path}: no such file; save it from the page of `potholes review`")
    if not path.stat().st_size:
        raise ValueError(f"{path}: empty; save it again from the page of `potholes review`")
    try:
        header, lines = read_cells(path)
    except UnicodeDecodeError:
        raise ValueError(f"{path}: no CSV, or not in UTF-8; save it as CSV UTF-8") from None
    except csv.Error as error:
        raise ValueError(f"{path}: not a CSV file ({error})") from None
    names = [name.removeprefix("\ufeff").strip().lower() for name in header]  # Excel's BOM
    if any(names.count(name) != 1 for name in ("path", "label")):
        raise ValueError(
            f"{path}: columns are {', '.join(names)}; expected path and label, separated by commas"
        )
    cells = (dict(zip(names, line, strict=True)) for line in lines)
    rows = (_labelled(path, number, row) for number, row in enumerate(cells, start=2))
    return [row for row in rows if row.label]


def _labelled(file: Path, line: int, cells: dict[str, str]) -> Labelled:
    known = {name: cells.get(name, "").strip() or None for name in LABEL_COLUMNS[2:]}
    text = known.pop("probability")
    try:
        probability = None if text is None else float(text)
    except ValueError:
        raise ValueError(f"{file}: line {line}, column probability: got {text!r}") from None
    return Labelled(line, cells["path"], cells["label"].strip(), probability=probability, **known)


def adopted_file(labelled: Path) -> Path:
    """Beside the labelled folder, since git takes it and no file inside the folder."""
    return labelled.with_name(f"{labelled.name}.adopted.csv")


def read_adopted(path: Path) -> list[Adopted]:
    """The rows of an adopted.csv; none where there is no such file."""
    return read_rows(path, Adopted) if path.exists() else []


def write_adopted(path: Path, rows: Iterable[Adopted]) -> None:
    """Write it in one step, sorted by path."""
    partial = path.with_name(f"{path.name}.partial")
    write_rows(partial, Adopted, sorted(rows, key=lambda row: row.path))
    partial.replace(path)
