"""`reports/timing/STAGE/`: `NAME.json` tells the seconds, `NAME.machine.json` what did the work.

All that differs from run to run or from machine to machine is here; no selection depends on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from potholes.files.documents import read_document


@dataclass(frozen=True)
class Timing:
    """Seconds that a stage's own work took and how many photos (or epochs) it did."""

    seconds: float
    count: int


@dataclass(frozen=True)
class Machine:
    """What did a stage's work."""

    processor: str
    cores: int  # that the stage could use
    versions: dict[str, str]  # of Python and of the packages that numbers can depend on


def machine_file(timing: Path) -> Path:
    """The file of the Machine beside that of the Timing, whose values DVC shows as metrics."""
    return timing.with_suffix(".machine.json")


@dataclass(frozen=True)
class TrainTime:
    """Seconds that a backbone's training took: features of every picture, then the head."""

    extraction: float
    head: float

    @property
    def total(self) -> float:
        """Both together."""
        return self.extraction + self.head

    def __str__(self) -> str:
        return f"{self.extraction:.1f} + {self.head:.2f}"


def read_train_times(timing: Path, backbones: Sequence[str]) -> dict[str, TrainTime]:
    """What reports/timing says of `backbones`; a backbone without times is left out."""
    times = {}
    for name in backbones:
        parts = [timing / stage / f"{name}.json" for stage in ("features", "train")]
        if all(part.exists() for part in parts):
            extraction, head = (read_document(part, Timing).seconds for part in parts)
            times[name] = TrainTime(extraction=extraction, head=head)
    return times
