"""What an alarm is: one row of `reports/validation/alarms.csv`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Alarm:
    """Something that makes the scores mean less than they seem to."""

    what: str  # one or two words: shortcut, leak, …
    evidence: str  # a sentence with the numbers
    advice: str  # what to do about it
