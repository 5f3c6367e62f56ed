"""`reports/audit/`: labels.csv and alarms.csv, rows of AuditRow and Alarm."""

from dataclasses import dataclass

LABELS_FILE = "labels.csv"
ALARMS_FILE = "alarms.csv"


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
