"""What is made once all parts are there: the summary, one CSV, class folders, a contact sheet."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nsmallest
from pathlib import Path
from typing import Any

from potholes.bulk.listing import Source
from potholes.bulk.output import CSV_FILE, SHEET_FILE, Output
from potholes.bulk.parts import Sample
from potholes.bulk.predictor import Predictor
from potholes.bulk.tables import FORMAT_VERSION, NAMED, Summary, Unreadable, part_files
from potholes.familiarity.domain import judge
from potholes.familiarity.tables import Familiarity
from potholes.files.optional import without
from potholes.files.rows import PROBABILITY, write_cells
from potholes.photos.decoding import decode
from potholes.photos.naming import order_of

_SEED = 0  # of the folds in which photos are told from training photos


def summarise(output: Output, parts: int, predictor: Predictor) -> Summary:
    """The numbers of all parts together, and how familiar their photos are."""
    model, reference = predictor.deployed, predictor.classifier.reference
    labels = dict.fromkeys(model.classes, 0)
    photos, bad, strange, sample = 0, 0, 0, Sample(predictor.width)
    unreadable, strangers = list[Unreadable](), list[str]()
    for record in output.records(parts):
        photos += record.photos
        bad += record.unreadable
        strange += record.strangers
        unreadable += record.unreadable_first[: NAMED - len(unreadable)]
        strangers += record.strangers_first[: NAMED - len(strangers)]
        for name in model.classes:
            labels[name] += record.labels[name]
        sample.add(output.sample(record.index))
    none = Familiarity(None, None, None, None, None, 0)
    judged = none if reference is None else judge(reference, sample.features, _SEED)
    return Summary(
        format_version=FORMAT_VERSION,
        backbone=model.backbone,
        precision=model.precision,
        origin=model.origin,
        classes=model.classes,
        threshold=predictor.threshold,
        parts=parts,
        photos=photos,
        labels=labels,
        unreadable=bad,
        unreadable_first=unreadable,
        strangers=None if reference is None else strange,
        strangers_first=strangers,
        familiar=judged.familiar,
        domain_auc=judged.domain_auc,
        domain_auc_low=judged.domain_auc_low,
        domain_auc_high=judged.domain_auc_high,
        p=judged.p,
        judged=judged.photos,
    )


@dataclass(frozen=True)
class Called:
    """A photo and the class that it is called, with that class's probability where it is told."""

    path: str
    label: str
    probability: float | None


@without("pandas")
def called_photos(folder: Path, parts: int) -> Iterator[Called]:
    """The photos of all parts that could be read, in order, one part in memory at a time."""
    import pyarrow.parquet as pq

    for path in part_files(folder, parts):
        for row in pq.read_table(path).to_pylist():
            if row["label"] is not None:
                yield Called(row["path"], row["label"], _probability(row))


def _probability(row: dict[str, Any]) -> float | None:
    """Of the label; None where it is not among those that --top-k tells."""
    if PROBABILITY + row["label"] in row:
        return float(row[PROBABILITY + row["label"]])
    ranks = [name.removesuffix("label") for name in row if re.fullmatch(r"top\d+_label", name)]
    told = {row[f"{rank}label"]: float(row[f"{rank}probability"]) for rank in ranks}
    return told.get(row["label"])


@without("pandas")
def write_csv(folder: Path, parts: int) -> Path:
    """All parts as one CSV; cells that a spreadsheet would run begin with an apostrophe."""
    import pyarrow.parquet as pq

    files = part_files(folder, parts)
    header = pq.read_schema(files[0]).names
    lines = (list(row.values()) for path in files for row in pq.read_table(path).to_pylist())
    partial = folder / f".{CSV_FILE}.partial"
    write_cells(partial, header, lines)
    partial.replace(folder / CSV_FILE)
    return folder / CSV_FILE


def copy_into_classes(target: Path, source: Source, folder: Path, parts: int) -> int:
    """Copy each photo to target/CLASS/its path, and return how many there are.

    A photo that a file of its size and name is there for already is passed over, so that an
    interrupted copying goes on.
    """
    count = 0
    for photo in called_photos(folder, parts):
        data = source.read(photo.path)
        path = target / photo.label / photo.path
        count += 1
        if path.exists() and path.read_bytes() == data:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{order_of(photo.path):016x}.partial")
        partial.write_bytes(data)
        partial.replace(path)
    return count


def write_sample(
    predictor: Predictor, source: Source, folder: Path, parts: int, count: int
) -> Path:
    """A contact sheet of `count` photos, drawn by their paths: the same ones each time."""
    from potholes.figures.sheets import Tile, write_sheet

    photos = nsmallest(count, called_photos(folder, parts), key=lambda one: order_of(one.path))
    tiles = [
        Tile(
            decode(source.read(photo.path), predictor.classifier.image).pixels,
            _caption(photo),
            flagged=False,
        )
        for photo in sorted(photos, key=lambda one: one.path)
    ]
    title = f"{len(tiles)} photos at random, as {predictor.deployed.backbone} calls them"
    write_sheet(folder / SHEET_FILE, title, tiles)
    return folder / SHEET_FILE


def _caption(photo: Called) -> str:
    from potholes.figures.sheets import short

    sure = "" if photo.probability is None else f" {photo.probability:.2f}"
    return f"{short(photo.label)}{sure}\n{photo.path}"
