"""`reports/validation/alarms.csv`: what makes the scores mean less than they seem to."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from potholes.tables.rows import read_rows, write_rows


@dataclass(frozen=True)
class Alarm:
    """One reason for doubt."""

    what: str  # one or two words: shortcut, leak, …
    evidence: str  # a sentence with the numbers
    advice: str  # what to do about it


def write_alarms(path: Path, alarms: Iterable[Alarm]) -> None:
    """Write one row an alarm, in the order given; none is a file with a header alone."""
    write_rows(path, Alarm, alarms)


def read_alarms(path: Path) -> list[Alarm]:
    """The alarms in the file's order."""
    return read_rows(path, Alarm)
