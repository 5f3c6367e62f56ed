"""A classifier's scores on labelled photos that it has not learned from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tabulate import tabulate

from potholes.dataset.photos_csv import read_photos_csv
from potholes.evaluation.class_scores import with_limits
from potholes.evaluation.metrics import Scored, confusion
from potholes.parallel import one_thread
from potholes.photos.naming import printable
from potholes.photos.scanning import Found, scan_labelled
from potholes.photos.tables import Rejected
from potholes.prediction.tables import Predictions
from potholes.wording import plural

_SHOWN = {"acc": "accuracy", "auc": "AUC", "balanced_acc": "balanced accuracy"}
_LISTED = 20  # unreadable photos that are named


@dataclass(frozen=True)
class FolderScores:
    """METRICS of a folder's photos, all but the loss with `_low` and `_high`, and their counts."""

    classes: list[str]
    photos: int  # that could be read
    groups: int  # of photos that belong together; each photo is its own where nobody said
    level: float  # of the intervals
    metrics: dict[str, float]
    confusion: list[list[int]]  # photos [truth][called]
    unreadable: list[Rejected]


def score_folder(
    folder: Path,
    classes: list[str],
    predict: Callable[[Sequence[Path]], Predictions],
    *,
    level: float,
) -> FolderScores:
    """Scores of what `predict` says of the photos of `folder`, which has one folder a class.

    Where the folder's photos.csv names groups, a group's photos count together, as in the
    pipeline. Raises ValueError where its classes are not `classes`, or no photo of one can be read.
    """
    scan = scan_labelled(folder)
    if scan.classes != sorted(classes):
        theirs, ours = (", ".join(map(printable, names)) for names in (scan.classes, classes))
        raise ValueError(f"{folder}: its classes are {theirs}, the model's {ours}; rename them")
    groups = _groups(folder, scan.photos)
    table = predict([photo.file for photo in scan.photos])
    readable = np.array([error is None for error in table.errors], dtype=np.bool_)
    failed = [
        Rejected(photo.sample_id, error)
        for photo, error in zip(scan.photos, table.errors, strict=True)
        if error is not None
    ]
    truth = np.array([classes.index(photo.label) for photo in scan.photos])[readable]
    called = np.array([classes.index(label) for label in table.labels if label is not None])
    empty = [name for index, name in enumerate(classes) if index not in truth]
    if empty:
        names = ", ".join(map(printable, empty))
        raise ValueError(f"{folder}: no photo of {names} can be read; {_first(failed)}")
    scored = Scored(truth, called, table.probabilities[readable])
    return FolderScores(
        classes=classes,
        photos=len(truth),
        groups=len(np.unique(groups[readable])),
        level=level,
        metrics=one_thread(with_limits)(scored, groups[readable], level=level),
        confusion=confusion(scored),
        unreadable=sorted([*failed, *scan.rejected], key=lambda row: row.path),
    )


def told(scores: FolderScores) -> str:
    """The scores, with their intervals, and the confusion matrix, in lines for a screen."""
    lines = [f"{plural(scores.photos, 'photo')}, {scores.level * 100:g} % intervals"]
    if scores.groups < scores.photos:
        lines[0] += f" of {plural(scores.groups, 'group')}"
    lines += [f"{words}: {_interval(scores.metrics, name)}" for name, words in _SHOWN.items()]
    rows = [
        [printable(name), *row] for name, row in zip(scores.classes, scores.confusion, strict=True)
    ]
    header = ["truth, called", *map(printable, scores.classes)]
    lines.append(tabulate(rows, headers=header, disable_numparse=True, stralign="right"))
    if scores.unreadable:
        lines.append(f"{plural(len(scores.unreadable), 'photo')} could not be read:")
        lines += [f"  {printable(bad.path)}: {bad.reason}" for bad in scores.unreadable[:_LISTED]]
        rest = len(scores.unreadable) - _LISTED
        lines += [f"  and {rest} more"] if rest > 0 else []
    return "\n".join(lines)


def _interval(metrics: dict[str, float], name: str) -> str:
    low, high = metrics[f"{name}_low"], metrics[f"{name}_high"]
    return f"{metrics[name]:.3f} ({low:.3f} to {high:.3f})"


def _groups(folder: Path, photos: Sequence[Found]) -> NDArray[np.int64]:
    """Group numbers [N]: photos.csv's, else each photo's own."""
    known = read_photos_csv(folder, [photo.sample_id for photo in photos])
    names = [
        (1, known[p.sample_id].group or "")
        if p.sample_id in known and known[p.sample_id].group
        else (0, p.sample_id)
        for p in photos
    ]
    numbers = {name: number for number, name in enumerate(sorted(set(names)))}
    return np.array([numbers[name] for name in names], dtype=np.int64)


def _first(failed: Sequence[Rejected]) -> str:
    return f"{printable(failed[0].path)}: {failed[0].reason}" if failed else "add some"
