"""Seconds of the cross-validation of one backbone, alone and beside busy processes.

python -m benchmarks.busy

512 rows of 2,048 made-up features, of 320 photos and the copies of those in train; median of
ROUNDS. Threads of linear algebra that spin while they wait make it several times slower there.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from statistics import median

from benchmarks.measuring import Row, seconds_of
from potholes.crossvalidation.summary import cross_validation_tables
from potholes.params import Params
from potholes.params_file import load_params
from tests.labelled_features import labelled_features

ROUNDS = 5
SPINNING = "while True: pass"
MULTIPLYING = "import numpy as np\na = np.ones((96, 96))\nwhile True: a @ a"
BESIDE = {
    "alone": None,
    "beside a spinning process": SPINNING,
    "beside small matrix products on 2 threads": MULTIPLYING,
}


@contextmanager
def running(program: str | None) -> Iterator[None]:
    """A Python process that runs `program` until the block ends; none for None."""
    if program is None:
        yield
        return
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "2"}
    process = subprocess.Popen([sys.executable, "-c", program], env=environment)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def busy(params: Params) -> list[Row]:
    """A row for each of BESIDE."""
    features = labelled_features(320, width=2048)
    job = partial(
        cross_validation_tables,
        features,
        params.train,
        params.crossvalidate,
        level=params.evaluate.level,
    )
    job()
    rows = []
    for what, program in BESIDE.items():
        with running(program):
            seconds = [seconds_of(job) for _ in range(ROUNDS)]
        rows.append(Row(f"crossvalidate, {what}", median(seconds), "s", min(seconds)))
    return rows


if __name__ == "__main__":
    for row in busy(load_params()):
        print(row)
