"""The head of one backbone: python -m stages.train NAME FEATURES BACKBONE HEAD REPORT TIMING."""

import sys
from pathlib import Path

from potholes.compilation.architecture import with_head
from potholes.compilation.tables import ARCHITECTURE_FILE
from potholes.features.tables import read_features
from potholes.files.rows import write_rows
from potholes.head.tables import HISTORY_FILE, Epoch, Head, write_head
from potholes.head.training import Task, fit_heads
from potholes.params import TrainParams
from potholes.stage import output_folder, stage, timed


def main(
    params: TrainParams,
    name: str,
    features_dir: Path,
    backbone: Path,
    out: Path,
    report: Path,
    timing: Path,
) -> None:
    features = read_features(features_dir)
    task = Task(
        train=features.mask("train", copies=True),
        train_photos=features.mask("train", copies=False),
        val=features.mask("val", copies=False),
    )
    classes = features.classes
    with timed(timing, count=params.epochs):
        (run,) = fit_heads(features.values, features.labels(), [task], len(classes), params)
    with output_folder(out) as folder:
        write_head(folder, Head(name, classes, run.weight, run.bias, run.best.epoch))
    write_rows(report / HISTORY_FILE, Epoch, run.history)
    printed = (backbone / ARCHITECTURE_FILE).read_text(encoding="utf-8")
    full = with_head(printed, features=features.values.shape[1], classes=len(classes))
    (report / ARCHITECTURE_FILE).write_text(full, encoding="utf-8")
    print(f"{name}: best epoch {run.best.epoch} of {len(run.history)}, val {run.best.val_acc:.3f}")


if __name__ == "__main__":
    with stage() as params:
        name, *paths = sys.argv[1:]
        main(params.train, name, *map(Path, paths))
