"""The head of one backbone: python -m stages.train NAME FEATURES ARCHITECTURE HEAD REPORT
TIMING."""

import sys
from pathlib import Path

from potholes.features.tables import Features, read_features
from potholes.files.rows import write_rows
from potholes.head.architecture import with_head
from potholes.head.tables import HISTORY_FILE, Epoch, Head, write_head
from potholes.head.training import Diverged, HeadRun, Task, fit_head
from potholes.params import TrainParams
from potholes.stage import output_folder, stage, timed


def fit(params: TrainParams, features: Features, table: Path) -> HeadRun:
    """The head, its history written; the history alone where training diverges."""
    labels, task = features.labels(), Task.of_splits(features)
    try:
        run = fit_head(features.values, labels, task, len(features.classes), params)
    except Diverged as error:
        write_rows(table, Epoch, error.history)
        raise ValueError(f"{error}; the loss of every epoch is in {table}") from None
    write_rows(table, Epoch, run.history)
    return run


def main(
    params: TrainParams,
    name: str,
    features_dir: Path,
    architecture: Path,
    out: Path,
    report: Path,
    timing: Path,
) -> None:
    features = read_features(features_dir)
    classes = features.classes
    with timed(timing, count=params.epochs):
        run = fit(params, features, report / HISTORY_FILE)
    with output_folder(out) as folder:
        write_head(folder, Head(name, classes, run.weight, run.bias, run.best.epoch))
    printed = architecture.read_text(encoding="utf-8")
    full = with_head(printed, features=features.values.shape[1], classes=len(classes))
    (report / architecture.name).write_text(full, encoding="utf-8")
    print(f"{name}: best epoch {run.best.epoch} of {len(run.history)}, val {run.best.val_acc:.3f}")


if __name__ == "__main__":
    with stage() as params:
        name, *paths = sys.argv[1:]
        main(params.train, name, *map(Path, paths))
