"""The whole study against the usual loop, each started from nothing as a user would.

python -m benchmarks.study [LABELLED [LOOP_EPOCHS]]

The working tree is copied to a temporary folder and `dvc repro` runs there: from nothing, with
other augmentation, with another learning rate, with nothing changed. The usual loop runs
LOOP_EPOCHS epochs a backbone (2), between the runs of the pipeline; the time of all its epochs is
its start-up plus params.train.epochs times the median epoch. Weights are the stand-in, and there
are no unlabelled photos: the loop predicts none.
"""

import re
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.measuring import Row
from benchmarks.running import repro
from potholes.params import Params
from potholes.params_file import load_params
from tests.clone import ROOT, Clone, make_clone


def loop(labelled: Path, name: str, epochs: int, measured: int) -> float:
    """Seconds that `epochs` epochs of the usual loop take, from `measured` of them."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.usual_loop", str(labelled), name, str(measured)]
    printed = subprocess.check_output(command, cwd=ROOT, text=True, stderr=subprocess.DEVNULL)
    whole = time.perf_counter() - start
    seconds = [float(value) for value in re.findall(r"epoch (\S+) s", printed)]
    print(f"usual loop, {name}: {median(seconds):.1f} s an epoch, {measured} measured", flush=True)
    return whole - sum(seconds) + epochs * median(seconds)


def study(labelled: Path | None, params: Params, *, loop_epochs: int = 2) -> list[Row]:
    """Rows of seconds and ratios; the seconds of each stage are printed."""
    with TemporaryDirectory() as folder:
        empty = Path(folder) / "unlabelled"
        empty.mkdir()
        project = Path(folder) / "project"
        project.mkdir()
        changed = {"weights.source": "random"}
        if labelled is not None:
            changed |= {"data.labelled": str(labelled), "data.on_bad_image": "skip"}
            changed |= {"data.unlabelled": str(empty)}
        clone = make_clone(project, changed)
        photos = labelled or project / params.data.labelled
        first = _told("from nothing", clone)
        usual = [loop(photos, name, params.train.epochs, loop_epochs) for name in params.backbones]
        clone.set_params({"augment.seed": params.augment.seed + 1})
        again = _told("other augmentation", clone)
        clone.set_params({"train.lr": params.train.lr * 1.1})
        head = _told("another learning rate", clone)
        nothing = _told("nothing changed", clone)
    loops = sum(usual)
    names = ", ".join(params.backbones)
    return [
        Row(f"usual loop, {params.train.epochs} epochs of {names}", loops, "s"),
        Row("whole study from nothing", first, "s"),
        Row("usual loop over the whole study", loops / first, "x"),
        Row("study with other augmentation", again, "s"),
        Row("usual loop over the study with other augmentation", loops / again, "x"),
        Row("another learning rate, until the prompt is back", head, "s"),
        Row("nothing changed, until the prompt is back", nothing, "s"),
    ]


def _told(what: str, clone: Clone) -> float:
    run = repro(clone)
    print(f"\n{what}: {run.seconds:.1f} s")
    for part in run.parts:
        print(f"  {part.name:20} {part.seconds:6.1f} s {part.peak / 1e9:6.2f} GB", flush=True)
    return run.seconds


if __name__ == "__main__":
    given = sys.argv[1:]
    labelled = Path(given[0]).resolve() if given else None
    for row in study(labelled, load_params(), loop_epochs=int(given[1]) if given[1:] else 2):
        print(row)
