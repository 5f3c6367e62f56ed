"""`data/standardised/` and `data/augmented/`: the manifest of their pictures, and the summary."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from potholes.files.documents import write_document
from potholes.files.rows import read_rows, write_rows

MANIFEST_FILE = "manifest.csv"
SUMMARY_FILE = "summary.json"
Split = Literal["train", "val", "test"]
SPLITS: tuple[Split, ...] = ("train", "val", "test")


@dataclass(frozen=True)
class Sample:
    """One picture. An augmented copy has its origin's origin_id, group_id, label and facts."""

    sample_id: str  # of a photo: its path inside the labelled folder; of copy 1: that + "#1"
    origin_id: str  # the sample_id of the photo it comes from; a photo's own
    group_id: str  # photos that must not be parted: the smallest sample_id among them
    path: str  # of the 224 x 224 RGB PNG, relative to the manifest's folder
    label: str
    split: str  # train, val or test
    source: str  # the photo as found: data.labelled / its path inside
    width: int  # of the photo, pixels, upright
    height: int
    bytes: int
    format: str  # as Pillow names it: JPEG, PNG, …
    quality: int | None  # JPEG's, estimated from its quantisation tables; else None
    sha256: str  # of the photo's bytes
    group: str | None = None  # the name that photos.csv gives its group, such as a drive


@dataclass(frozen=True)
class Summary:
    """Counts of photos, and lists of what deserves a look."""

    photos: dict[str, dict[str, int]]  # a class and split
    groups: int  # of photos that stay together, single photos included
    largest_group: int  # photos
    exact_duplicates: int  # photos whose pixels another one has too
    near_duplicates: int  # photos that have a near-duplicate, exact ones included
    across_classes: list[list[str]]  # sample_ids of near-duplicates with unlike labels
    rejected: int
    other_files: list[str]
    notes: list[str]  # photos of which something was left out


def write_manifest(folder: Path, samples: Iterable[Sample]) -> None:
    """Write `folder/manifest.csv`, sorted by sample_id."""
    ordered = sorted(samples, key=lambda sample: sample.sample_id)
    write_rows(folder / MANIFEST_FILE, Sample, ordered)


def read_manifest(folder: Path) -> list[Sample]:
    """The samples of `folder/manifest.csv`."""
    return read_rows(folder / MANIFEST_FILE, Sample)


def class_names(samples: Iterable[Sample]) -> list[str]:
    """The labels, each once, in order of name: a class's index is its position here."""
    return sorted({sample.label for sample in samples})


def write_summary(folder: Path, summary: Summary) -> None:
    """Write `folder/summary.json`."""
    write_document(folder / SUMMARY_FILE, summary)
