"""Reviewed photos into the labelled folder: all or, where anything is wrong, none."""

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from potholes.dataset.photos_csv import read_photos_csv
from potholes.dataset.tables import MANIFEST_FILE, Sample, read_manifest
from potholes.params import Params
from potholes.photos.naming import is_utf8
from potholes.photos.scanning import PHOTO_SUFFIXES
from potholes.review.label_checks import Checked, check_labels, find_conflicts
from potholes.review.looking import Picture, Seen, look_at
from potholes.review.split_keeping import Place, known_places, place_new, write_photos_csv
from potholes.review.tables import (
    Adopted,
    adopted_file,
    read_adopted,
    read_labels,
    write_adopted,
)


@dataclass(frozen=True)
class Adoption:
    """What was done with the photos of a labels.csv."""

    copied: list[str]  # paths in the labelled folder
    present: int  # were there already
    left_out: dict[str, list[str]]  # would join these photos of two splits
    splits: dict[str, int]  # of the new photos, by split; empty where the pipeline draws them


def adopt(
    labels: Path,
    source: Path,
    into: Path,
    params: Params,
    *,
    standardised: Path = Path("data/standardised"),
    subfolder: str = "",
) -> Adoption:
    """Copy the photos that `labels` names from `source` into the class folders of `into`.

    Writes photos.csv there, so that no present photo changes its split, and NAME.adopted.csv beside
    the folder. A second time nothing changes. `standardised` is the last run's. Raises ValueError,
    before anything is written, listing every line that cannot be adopted.
    """
    rows = read_labels(labels)
    if not rows:
        raise ValueError(f"{labels}: no line has a label; label some photos and save it again")
    if not source.is_dir():
        raise ValueError(f"{source}: no such folder; expected the one that was predicted")
    folder = read_folder(into, standardised, params)
    checked, problems = check_labels(rows, source, subfolder, folder.classes, params.image)
    new, conflicts = find_conflicts(checked, folder.seen, into)
    if problems := problems + conflicts:
        heading = f"{labels}: {len(problems)} of {len(rows)} lines cannot be adopted; none was"
        raise ValueError("\n".join([heading, *(f"  {problem}" for problem in problems)]))
    new += [photo for photo in checked if _unfinished(photo, folder)]
    names = {photo.target for photo in new}
    placed, nowhere = place_new(
        {path: place for path, place in folder.places.items() if path not in names},
        {path: seen.hash for path, seen in folder.seen.items() if path not in names},
        {photo.target: photo.seen.hash for photo in new},
        distance=params.split.duplicate_distance,
        fix=bool(folder.samples),
    )
    taken = [photo for photo in new if photo.target in placed]
    copied = [photo.target for photo in taken if _copy(photo, into)]
    if taken:
        _write_origins(taken, source, into)
        write_photos_csv(into, folder.places | placed)
    counts = Counter(place.split for place in placed.values() if place.split)
    return Adoption(copied, len(checked) - len(copied) - len(nowhere), nowhere, dict(counts))


@dataclass(frozen=True)
class Folder:
    """The labelled folder as it is; everything by the path inside it."""

    classes: list[str]
    seen: dict[str, Seen]  # photos that can be read
    places: dict[str, Place]  # group by photos.csv; split by it, else by the last run
    samples: dict[str, Sample]  # of the last run; none where it was of another folder
    listed: frozenset[str]  # in photos.csv


def read_folder(root: Path, standardised: Path, params: Params) -> Folder:
    """What is in the labelled folder `root`, which may not exist yet.

    Raises ValueError where its photos' splits are not known, so that they could not be kept.
    """
    if not root.exists():
        return Folder([], {}, {}, {}, frozenset())
    if not root.is_dir():
        raise ValueError(f"{root}: not a folder; name one to keep labelled photos in")
    classes = sorted(e.name for e in os.scandir(root) if e.is_dir() and e.name[:1] != ".")
    paths = sorted(path for name in classes for path in _photos_in(root, name))
    samples = _samples_of(root, standardised)
    if paths and not samples and _same(root, params.data.labelled):
        raise ValueError(
            f"{standardised / MANIFEST_FILE}: not of the photos in {root}, so their splits could "
            "not be kept; run `dvc repro` first"
        )
    pictures = {
        root / path: Picture(sample.sha256, standardised / sample.path)
        for path, sample in samples.items()
    }
    found = look_at([root / path for path in paths], params.image, pictures)
    pairs = zip(paths, found, strict=True)
    seen = {path: one for path, one in pairs if isinstance(one, Seen)}
    known = read_photos_csv(root, paths)
    places = known_places(known, {path: s.split for path, s in samples.items()}, paths)
    return Folder(classes, seen, places, samples, frozenset(known))


def _photos_in(root: Path, name: str) -> Iterator[str]:
    """The photos below `root/name` by their path in `root`, hidden ones passed over."""
    for folder, folders, files in os.walk(root / name):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for file in files:
            path = Path(folder, file)
            if path.suffix.lower() in PHOTO_SUFFIXES and not file.startswith("."):
                inside = path.relative_to(root).as_posix()
                if is_utf8(inside):
                    yield inside


def _samples_of(root: Path, standardised: Path) -> dict[str, Sample]:
    if not (standardised / MANIFEST_FILE).exists():
        return {}
    samples = {sample.sample_id: sample for sample in read_manifest(standardised)}
    own = all(_same(root / path, sample.source) for path, sample in samples.items())
    return samples if own else {}


def _same(one: Path, other: str) -> bool:
    return Path(os.path.realpath(one)) == Path(os.path.realpath(other))


def _unfinished(photo: Checked, folder: Folder) -> bool:
    """Whether a killed run has copied the photo, but perhaps not written what it knew of it."""
    there = folder.seen.get(photo.target)
    if there is None or there.sha256 != photo.seen.sha256:
        return False
    return photo.target not in folder.samples and photo.target not in folder.listed


def _copy(photo: Checked, into: Path) -> bool:
    """Whether the photo was not there yet; it is either whole or not there."""
    target = into / photo.target
    if target.exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.parent / ".adopting.partial"  # hidden: the pipeline passes over it
    shutil.copyfile(photo.file, partial)
    partial.replace(target)
    return True


def _write_origins(photos: Sequence[Checked], source: Path, into: Path) -> None:
    """Add the photos to the list of where photos came from."""
    rows = {row.path: row for row in read_adopted(adopted_file(into))}
    for photo in photos:
        row = photo.row
        rows[photo.target] = Adopted(
            path=photo.target,
            label=row.label,
            source=source.as_posix(),
            source_path=row.path,
            sha256=photo.seen.sha256,
            predicted=row.predicted,
            probability=row.probability,
            model=row.model,
        )
    write_adopted(adopted_file(into), list(rows.values()))
