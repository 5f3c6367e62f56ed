"""`dvc repro` in a copy of the project: seconds of each stage, and the memory of its processes."""

import re
import subprocess
import threading
import time
from dataclasses import dataclass

import psutil

from tests.clone import Clone

STARTED = re.compile(r"^Running stage '(.+)':$")
EVERY = 0.1  # seconds between two looks at the memory


@dataclass(frozen=True)
class Part:
    """One stage: wall-clock seconds until DVC has stored it, and the peak of all processes."""

    name: str
    seconds: float
    peak: int  # bytes resident; what processes share counts once for each


@dataclass(frozen=True)
class Reproduction:
    """Seconds until the prompt is back, and the stages that ran (the first is DVC's start)."""

    seconds: float
    parts: list[Part]


def repro(clone: Clone) -> Reproduction:
    """Run it and watch; raises ValueError if it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(
        ["dvc", "repro"],
        cwd=clone.folder,
        env=clone.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    samples: list[tuple[float, int]] = []
    watch = threading.Thread(target=_watch, args=(process.pid, samples), daemon=True)
    watch.start()
    assert process.stdout is not None
    begun = [("dvc", start)]
    for line in process.stdout:
        if match := STARTED.match(line):
            begun.append((match[1], time.perf_counter()))
    code = process.wait()
    end = time.perf_counter()
    watch.join()
    if code != 0:
        raise ValueError(f"dvc repro failed with {code}; run it in a clone with the same params")
    ends = [at for _, at in begun[1:]] + [end]
    parts = [
        Part(name, stop - at, max((size for when, size in samples if at <= when < stop), default=0))
        for (name, at), stop in zip(begun, ends, strict=True)
    ]
    return Reproduction(end - start, parts)


def _watch(process: int, samples: list[tuple[float, int]]) -> None:
    try:
        root = psutil.Process(process)
        while root.is_running() and root.status() != psutil.STATUS_ZOMBIE:
            samples.append((time.perf_counter(), _resident(root)))
            time.sleep(EVERY)
    except psutil.NoSuchProcess:  # it has ended between two looks
        return


def _resident(root: psutil.Process) -> int:
    total = 0
    for process in [root, *root.children(recursive=True)]:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total
