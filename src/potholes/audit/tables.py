"""`reports/audit/`: labels.csv, alarms.csv, groups.csv, and photos.csv, a suggestion."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from potholes.files.rows import write_rows

LABELS_FILE = "labels.csv"
ALARMS_FILE = "alarms.csv"
GROUPS_FILE = "groups.csv"
SUGGESTION_FILE = "photos.csv"


@dataclass(frozen=True)
class Alarm:
    """One reason why the scores may mean less than they seem to."""

    what: str  # one or two words: shortcut, leak, …
    evidence: str  # a sentence with the numbers
    advice: str  # what to do about it


@dataclass(frozen=True)
class AuditRow:
    """One photo of train or val, its label and what out-of-fold predictions say of it."""

    sample_id: str
    label: str
    suggested: str  # the class that the predictions point to; the label itself where they agree
    margin: float  # probability of the label minus the largest other one, -1..1
    contradicted: int  # 1: another class is confidently predicted; else 0


@dataclass(frozen=True)
class GroupErrors:
    """How often the photos of one group of photos.csv are predicted wrongly."""

    group: str
    split: str  # a group is never parted; errors of test are the delivered head's
    photos: int
    errors: float  # of train and val the mean over the repeats
    rate: float
    low: float  # adjusted for the number of groups
    high: float


@dataclass(frozen=True)
class SuggestedGroup:
    """A line for photos.csv beside the class folders."""

    path: str
    group: str


def write_audit(
    folder: Path,
    labels: Sequence[AuditRow],
    alarms: Sequence[Alarm],
    groups: Sequence[GroupErrors],
    suggestion: Sequence[SuggestedGroup],
) -> None:
    """Write the four tables of `folder`."""
    write_rows(folder / LABELS_FILE, AuditRow, labels)
    write_rows(folder / ALARMS_FILE, Alarm, alarms)
    write_rows(folder / GROUPS_FILE, GroupErrors, groups)
    write_rows(folder / SUGGESTION_FILE, SuggestedGroup, suggestion)
