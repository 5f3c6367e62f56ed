"""`data/standardised/summary.json`: what was found in the labelled folder."""

from dataclasses import dataclass
from pathlib import Path

from potholes.tables.documents import read_document, write_document

SUMMARY_FILE = "summary.json"


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


def write_summary(folder: Path, summary: Summary) -> None:
    """Write `folder/summary.json`."""
    write_document(folder / SUMMARY_FILE, summary)


def read_summary(folder: Path) -> Summary:
    """What write_summary wrote."""
    return read_document(folder / SUMMARY_FILE, Summary)
