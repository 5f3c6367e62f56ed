"""`photos.csv` that keeps every present photo in its split and puts new ones where they may go."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from potholes.dataset.duplicates import group_near_duplicates, join_named
from potholes.dataset.photos_csv import NAME, Known
from potholes.files.rows import write_cells

NEW_SPLIT = "train"


@dataclass(frozen=True)
class Place:
    """A photo's line in photos.csv; None: the cell stays empty."""

    group: str | None
    split: str | None


def known_places(
    known: Mapping[str, Known], splits: Mapping[str, str], paths: Sequence[str]
) -> dict[str, Place]:
    """Of each photo in the labelled folder what photos.csv says, else the split that it had.

    `splits` are those of the last run, by path.
    """
    places = {}
    for path in paths:
        line = known.get(path)
        split = (line.split if line else None) or splits.get(path)
        places[path] = Place(line.group if line else None, split)
    return places


def place_new(
    places: Mapping[str, Place],
    hashes: Mapping[str, int],
    new: Mapping[str, int],
    *,
    distance: int,
    fix: bool,
) -> tuple[dict[str, Place], dict[str, list[str]]]:
    """Where the photos `new` go, and, of those that can go nowhere, the photos that they join.

    `hashes` and `new` are perceptual hashes by path, `places` those of the present photos. A new
    photo near a present one, if only by a chain, goes into its split and group; else to training
    (with `fix`; without, the split is left to the pipeline). One that would join photos of two
    splits can go nowhere: whichever split it was in, the other would not be independent of it.
    """
    paths = [*hashes, *new]
    near = group_near_duplicates([*hashes.values(), *new.values()], distance)
    names = [places[path].group if path in places else None for path in paths]
    groups = join_named(near, names).tolist()
    present: dict[int, list[str]] = defaultdict(list)
    for path, group in zip(hashes, groups, strict=False):
        present[group].append(path)
    placed, nowhere = {}, {}
    for path, group in zip(new, groups[len(hashes) :], strict=True):
        found = [places[other] for other in present[group]]
        splits = {place.split for place in found if place.split}
        declared = sorted({place.group for place in found if place.group})
        if len(splits) > 1:
            nowhere[path] = present[group]
        else:
            split = splits.pop() if splits else NEW_SPLIT if fix else None
            placed[path] = Place(declared[0] if declared else None, split)
    return placed, nowhere


def write_photos_csv(root: Path, places: Mapping[str, Place]) -> None:
    """Write `root/photos.csv` in one step, sorted by path; lines that say nothing are left out."""
    lines = [
        [path, place.group, place.split]
        for path, place in sorted(places.items())
        if place.group or place.split
    ]
    if not lines:
        return
    partial = root / f".{NAME}.partial"
    write_cells(partial, ["path", "group", "split"], lines)
    partial.replace(root / NAME)
