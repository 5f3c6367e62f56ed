"""`OUT/`, what `potholes predict` writes: part-00000.parquet …, summary.json and, in `.work/`, what
a later run needs to go on: run.json, part-00000.json … and part-00000.safetensors …"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from potholes.files.documents import read_document
from potholes.prediction.tables import Predictions, read_predictions_table

FORMAT_VERSION = 1
SUMMARY_FILE = "summary.json"
WORK_FOLDER = ".work"
PART_NAME = "part-{:05d}"
PART_SIZE = 1024  # photos
NAMED = 20  # of unreadable photos and of strangers: so many are named


@dataclass(frozen=True)
class Unreadable:
    """A photo that could not be predicted, and why."""

    path: str
    error: str


@dataclass(frozen=True)
class PartRecord:
    """A written part: which photos it was made from, which bytes it has, and its counts."""

    index: int
    listed: str  # sha256 of its photos' paths and versions
    sha256: dict[str, str]  # of the part, and of its sampled features, by file ending
    photos: int
    labels: dict[str, int]  # photos by the class they are called
    unreadable: int
    unreadable_first: list[Unreadable]  # at most NAMED, by path
    strangers: int
    strangers_first: list[str]  # at most NAMED, by path


@dataclass(frozen=True)
class RunKey:
    """All that decides the bytes of a part beside its photos; `--resume` needs the same."""

    format_version: int
    model: str  # sha256 of classifier.json, which holds those of the other files
    threshold: float | None
    top_k: int | None
    photo_sha256: bool
    part_size: int
    batch: str  # batch size and device of a float engine; empty for int8, which needs neither


@dataclass(frozen=True)
class Summary:
    """What was predicted, in numbers, and with what."""

    format_version: int
    backbone: str
    precision: str
    origin: str  # of the backbone's weights: imagenet, folder or random (a stand-in)
    classes: list[str]
    threshold: float | None  # two classes: probability from which the second one is called
    parts: int
    photos: int
    labels: dict[str, int]  # photos by the class they are called
    unreadable: int
    unreadable_first: list[Unreadable]  # at most NAMED, by path
    strangers: int | None  # photos clearly unlike the training ones; None without a reference
    strangers_first: list[str]
    familiar: bool | None  # None: too few photos to say, or no reference
    domain_auc: float | None  # of telling these photos from the training ones: 0.5 is like them
    domain_auc_low: float | None
    domain_auc_high: float | None
    p: float | None  # of as high an AUC where nothing differs
    judged: int  # photos on which that rests


def read_summary(out: Path) -> Summary:
    """That of a finished output; raises ValueError where it is not finished."""
    path = out / SUMMARY_FILE
    if not path.exists():
        raise ValueError(
            f"{path}: not found; run `potholes predict … --out {out} --resume` to the end first"
        )
    return read_document(path, Summary)


def part_files(out: Path, parts: int) -> list[Path]:
    """The part files of an output, in order."""
    return [out / f"{PART_NAME.format(index)}.parquet" for index in range(parts)]


def read_parts(out: Path) -> Iterator[Predictions]:
    """The parts of a finished output, in order, one at a time."""
    for path in part_files(out, read_summary(out).parts):
        yield read_predictions_table(path)
