"""`reports/selection.json`: which backbone was chosen, by which rule, and why."""

from dataclasses import dataclass
from pathlib import Path

from potholes.tables.documents import read_document, write_document


@dataclass(frozen=True)
class Selection:
    """The choice, its rule and reason, and whose weights it rests on."""

    backbone: str
    rule: str
    by: str  # the measure that decided
    reason: str  # a sentence
    rules: dict[str, str]  # what every rule would have chosen
    origin: str  # imagenet, folder or random (a stand-in)
    origin_detail: str


def write_selection(path: Path, selection: Selection) -> None:
    """Write one file."""
    write_document(path, selection)


def read_selection(path: Path) -> Selection:
    """What write_selection wrote."""
    return read_document(path, Selection)
