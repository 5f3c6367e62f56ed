"""From a labelled folder to pictures, manifest, rejects and summary."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from potholes.dataset.duplicates import group_near_duplicates, join_named
from potholes.dataset.photos_csv import NAME, Known, read_photos_csv
from potholes.dataset.reading import Read, read_photos
from potholes.dataset.splitting import draw_split
from potholes.dataset.tables import SPLITS, Sample, Split, Summary, write_manifest, write_summary
from potholes.params import DataParams, ImageParams, SplitParams
from potholes.photos.naming import printable
from potholes.photos.scanning import scan_labelled
from potholes.photos.tables import Rejected, write_rejected

log = logging.getLogger(__name__)


def standardise(
    data: DataParams,
    image: ImageParams,
    split: SplitParams,
    out: Path,
    *,
    workers: int | None = None,
) -> Summary:
    """Write `out/images/*.png`, manifest.csv, rejected.csv and summary.json of `data.labelled`.

    The bytes do not depend on `workers`. Raises ValueError for a folder, a photos.csv or, where
    `data.on_bad_image` is fail, photos that cannot be used: all of them, one a line.
    """
    root = Path(data.labelled)
    scan = scan_labelled(root)
    known = read_photos_csv(root, [photo.sample_id for photo in scan.photos])
    photos, unreadable = read_photos(scan.photos, image, out, workers=workers)
    rejected = scan.rejected + unreadable
    if rejected and data.on_bad_image == "fail":
        raise ValueError(explain_rejects(root, rejected))
    near = group_near_duplicates(
        [photo.perceptual_hash for photo in photos], split.duplicate_distance
    )
    groups = join_named(near, [_group(known, photo) for photo in photos])
    splits = split_photos(root, scan.classes, photos, groups, known, split)
    write_manifest(out, _samples(data.labelled, photos, groups, splits, known))
    write_rejected(out, rejected)
    summary = _summarise(photos, near, groups, splits, rejected, scan.others)
    write_summary(out, summary)
    return summary


def explain_rejects(root: Path, rejected: Iterable[Rejected]) -> str:
    """One line a reject, and what to do about them."""
    rows = sorted(rejected, key=lambda row: row.path)
    lines = [f"  {printable(row.path)}: {row.reason}" for row in rows]
    cure = "fix or remove them, or set data.on_bad_image: skip to continue without them"
    return "\n".join([f"{root}: {len(rows)} files cannot be used as photos; {cure}", *lines])


def split_photos(
    root: Path,
    classes: Sequence[str],
    photos: Sequence[Read],
    groups: NDArray[np.int64],
    known: Mapping[str, Known],
    params: SplitParams,
) -> list[Split]:
    """A split for each of `photos`, around what photos.csv fixes.

    Raises ValueError where photos.csv puts one group into two splits, or naming every class that
    would be missing from a split.
    """
    fixed: dict[int, Known] = {}
    for group, photo in zip(groups.tolist(), photos, strict=True):
        line = known.get(photo.sample_id)
        if line is None or line.split is None:
            continue
        first = fixed.setdefault(group, line)
        if first.split != line.split:
            raise ValueError(_explain_parted(root, first, line))
    given = [fixed[group].split if group in fixed else None for group in groups.tolist()]
    labels = [photo.label for photo in photos]
    splits = draw_split(labels, groups, given, params)
    counts = Counter(zip(labels, splits, strict=True))
    absent = [name for name in classes if not all(counts[name, part] for part in SPLITS)]
    if absent:
        raise ValueError(_explain_absent(root, absent, labels, groups, counts))
    return splits


def _explain_parted(root: Path, first: Known, second: Known) -> str:
    one, other = sorted((first, second), key=lambda known: known.line)
    same = one.group is not None and one.group == other.group
    why = f"group {one.group}" if same else "near-duplicates, or linked by a chain of them"
    return (
        f"{root / NAME}: line {one.line} says {one.split}, line {other.line} {other.split}, but "
        f"the two photos are in one group ({why}); give both the same split"
        + ("" if same else ", or lower split.duplicate_distance")
    )


def _explain_absent(
    root: Path,
    names: Sequence[str],
    labels: Sequence[str],
    groups: NDArray[np.int64],
    counts: Mapping[tuple[str, Split], int],
) -> str:
    lines = []
    for name in names:
        own = {group for group, label in zip(groups.tolist(), labels, strict=True) if label == name}
        got = ", ".join(f"{counts.get((name, part), 0)} {part}" for part in SPLITS)
        usable = f"{labels.count(name)} usable photos in {len(own)} groups"
        lines.append(f"  {printable(name)}: {usable}; split: {got}")
    cure = "add photos that are not near-duplicates, or remove the class"
    if (root / NAME).exists():
        cure += f", or change {NAME}"
    heading = f"{root}: too few photos for at least 1 in each split; {cure}"
    return "\n".join([heading, *lines])


def _group(known: Mapping[str, Known], photo: Read) -> str | None:
    line = known.get(photo.sample_id)
    return line.group if line else None


def _samples(
    labelled: str,
    photos: Sequence[Read],
    groups: NDArray[np.int64],
    splits: Sequence[Split],
    known: Mapping[str, Known],
) -> list[Sample]:
    first: dict[int, str] = {}  # photos come in order, so the first of a group is its smallest id
    samples = []
    for photo, group, part in zip(photos, groups.tolist(), splits, strict=True):
        samples.append(
            Sample(
                sample_id=photo.sample_id,
                origin_id=photo.sample_id,
                group_id=first.setdefault(group, photo.sample_id),
                path=photo.picture,
                label=photo.label,
                split=part,
                source=f"{labelled.rstrip('/')}/{photo.sample_id}",
                width=photo.width,
                height=photo.height,
                bytes=photo.bytes,
                format=photo.format,
                quality=photo.quality,
                sha256=photo.sha256,
                group=_group(known, photo),
            )
        )
    return samples


def _summarise(
    photos: Sequence[Read],
    near: NDArray[np.int64],
    groups: NDArray[np.int64],
    splits: Sequence[Split],
    rejected: Sequence[Rejected],
    others: list[str],
) -> Summary:
    counts: dict[str, dict[str, int]] = {photo.label: dict.fromkeys(SPLITS, 0) for photo in photos}
    alike: dict[int, list[Read]] = defaultdict(list)
    for photo, part, group in zip(photos, splits, near.tolist(), strict=True):
        counts[photo.label][part] += 1
        alike[group].append(photo)
    pixels = Counter(photo.pixels_sha256 for photo in photos)
    mixed = [group for group in alike.values() if len({photo.label for photo in group}) > 1]
    return Summary(
        photos=counts,
        groups=len(set(groups.tolist())),
        largest_group=max(Counter(groups.tolist()).values()),
        exact_duplicates=sum(count for count in pixels.values() if count > 1),
        near_duplicates=sum(len(group) for group in alike.values() if len(group) > 1),
        across_classes=[[photo.sample_id for photo in group] for group in mixed],
        rejected=len(rejected),
        other_files=others,
        notes=[f"{photo.sample_id}: {note}" for photo in photos for note in photo.notes],
    )
