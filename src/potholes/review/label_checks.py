"""Which lines of a labels.csv can be adopted, and what is wrong with the others."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from potholes.params import ImageParams
from potholes.photos.naming import is_utf8, printable
from potholes.photos.scanning import PHOTO_SUFFIXES
from potholes.review.looking import Seen, look_at
from potholes.review.tables import Labelled


@dataclass(frozen=True)
class Checked:
    """A labelled photo that was found in the source, and its path in the labelled folder."""

    row: Labelled
    file: Path
    seen: Seen
    target: str  # inside the labelled folder: class, sub-folder, path in the source


def check_labels(
    rows: Sequence[Labelled],
    source: Path,
    subfolder: str,
    classes: Sequence[str],
    image: ImageParams,
) -> tuple[list[Checked], list[str]]:
    """The photos of `rows`, each once, and a message for each line that cannot be adopted.

    `classes` are those that may be given; where there are none yet, any name of a folder.
    """
    real, problems = Path(os.path.realpath(source)), list[str]()
    good: list[tuple[Labelled, str]] = []
    for row in rows:
        target = PurePosixPath(row.label, subfolder, row.path).as_posix()
        problem = _of_label(row, classes) or _of_path(row, real, target)
        if problem:
            problems.append(_told(row, problem))
        else:
            good.append((row, target))
    seen = look_at([source / row.path for row, _ in good], image, {})
    checked: dict[str, Checked] = {}
    for (row, target), found in zip(good, seen, strict=True):
        photo = Checked(row, source / row.path, found, target) if isinstance(found, Seen) else None
        problem = str(found) if photo is None else _of_bytes(photo, checked)
        if problem:
            problems.append(_told(row, problem))
        elif photo is not None:
            checked.setdefault(photo.target, photo)
    return list(checked.values()), problems


def _told(row: Labelled, problem: str) -> str:
    return f"line {row.line}: {printable(row.path)}: {problem}"


def find_conflicts(
    photos: Sequence[Checked], there: Mapping[str, Seen], into: Path
) -> tuple[list[Checked], list[str]]:
    """Those of `photos` that are not in the folder `into` yet, and a message for each conflict.

    `there` has the photos in it by their path, which begins with the class.
    """
    of_pixels = {seen.pixels: path for path, seen in sorted(there.items(), reverse=True)}
    new, problems = [], []
    for photo in photos:
        twin = of_pixels.get(photo.seen.pixels)
        if twin is not None and twin.split("/")[0] != photo.row.label:
            problem = (
                f"labelled {printable(photo.row.label)}, but the same photo is {printable(twin)}; "
                "decide which label is right"
            )
        elif twin is None and (into / photo.target).exists():
            problem = (
                f"{printable(photo.target)} is there already and another photo; give these photos "
                "a sub-folder of their own with --subfolder NAME"
            )
        else:
            if twin is None:
                new.append(photo)
            continue
        problems.append(_told(photo.row, problem))
    return new, problems


def _of_label(row: Labelled, classes: Sequence[str]) -> str | None:
    if classes and row.label not in classes:
        names = ", ".join(map(printable, classes))
        return (
            f"unknown class {printable(row.label)}; expected {names} (a new one: make its folder)"
        )
    if "/" in row.label or "\\" in row.label or row.label.startswith(".") or not is_utf8(row.label):
        return f"class {printable(row.label)!r} cannot be the name of a folder; choose another"
    return None


def _of_path(row: Labelled, source: Path, target: str) -> str | None:
    """What is wrong with the path, before the file is read."""
    parts = PurePosixPath(target).parts
    if row.path.startswith("/") or ".." in parts or "\\" in row.path:
        return "outside the source folder; expected a path inside it"
    if any(part.startswith(".") or part == "__MACOSX" for part in parts):
        return "hidden files and folders are passed over by the pipeline; rename it"
    if PurePosixPath(row.path).suffix.lower() not in PHOTO_SUFFIXES:
        return "not a photo by its name; expected .jpg, .png, …"
    file = source / row.path
    if not file.is_file():
        return f"no such file in {source}; is --source the folder that was predicted?"
    if not Path(os.path.realpath(file)).is_relative_to(source):
        return "a link to a file outside the source folder; copy the file there"
    return None


def _of_bytes(photo: Checked, before: Mapping[str, Checked]) -> str | None:
    """What is wrong with a photo that was read, beside those of earlier lines."""
    if photo.row.sha256 is not None and photo.row.sha256 != photo.seen.sha256:
        return "the file has changed since it was labelled; label it again"
    for other in before.values():
        if other.seen.pixels == photo.seen.pixels and other.row.label != photo.row.label:
            return (
                f"labelled {printable(photo.row.label)}, but line {other.row.line}, the same "
                f"photo, {printable(other.row.label)}; decide which label is right"
            )
    return None
