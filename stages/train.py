"""The head of one backbone: python -m stages.train NAME FEATURES BACKBONE HEAD HISTORY
ARCHITECTURE TIMING."""

import sys
from pathlib import Path

from potholes.architecture import with_head
from potholes.head import Diverged, HeadRun, Task, fit_head
from potholes.params import TrainParams
from potholes.stage import output_folder, stage, timed
from potholes.tables.compiled import ARCHITECTURE_FILE
from potholes.tables.features import Features, read_features
from potholes.tables.head import Head, write_head
from potholes.tables.history import write_history


def fit(params: TrainParams, features: Features, history: Path) -> HeadRun:
    """The head, its history written; the history alone where training diverges."""
    labels, task = features.labels(), Task.of_splits(features)
    try:
        run = fit_head(features.values, labels, task, len(features.classes), params)
    except Diverged as error:
        write_history(history, error.history)
        raise ValueError(f"{error}; {history} has the epochs") from None
    write_history(history, run.history)
    return run


def main(
    params: TrainParams,
    name: str,
    features_dir: Path,
    backbone: Path,
    out: Path,
    history: Path,
    architecture: Path,
    timing: Path,
) -> None:
    features = read_features(features_dir)
    classes = features.classes
    with timed(timing, count=params.epochs):
        run = fit(params, features, history)
    with output_folder(out) as folder:
        write_head(folder, Head(name, classes, run.weight, run.bias, run.best.epoch))
    printed = (backbone / ARCHITECTURE_FILE).read_text(encoding="utf-8")
    architecture.parent.mkdir(parents=True, exist_ok=True)
    architecture.write_text(
        with_head(printed, features=features.values.shape[1], classes=len(classes)),
        encoding="utf-8",
    )
    print(f"{name}: best epoch {run.best.epoch} of {len(run.history)}, val {run.best.val_acc:.3f}")


if __name__ == "__main__":
    with stage() as params:
        name, *paths = sys.argv[1:]
        main(params.train, name, *map(Path, paths))
