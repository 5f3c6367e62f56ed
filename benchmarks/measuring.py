"""Rates of several ways to do one job, taken in turn so that a noisy machine slows all alike."""

import os
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Rate:
    """Items a second over the rounds: the median, and the best round."""

    median: float
    best: float


@dataclass(frozen=True)
class Row:
    """One line of the performance table; `best` is the best of several rounds, if there were."""

    what: str
    value: float  # the median of several rounds, or the only one
    unit: str
    best: float | None = None

    def __str__(self) -> str:
        best = "" if self.best is None else f" (best {self.best:.3g})"
        return f"| {self.what} | {self.value:.3g} {self.unit}{best} |"


def interleaved(
    jobs: Mapping[str, Callable[[], object]], items: int, *, rounds: int = 3
) -> dict[str, Rate]:
    """Run every job once to warm it, then all in turn `rounds` times; each does `items` items."""
    for job in jobs.values():
        job()
    rates: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            rates[name].append(items / seconds_of(job))
    return {name: Rate(median(values), max(values)) for name, values in rates.items()}


def seconds_of(job: Callable[[], object]) -> float:
    """Wall-clock seconds of one call."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def machine() -> dict[str, str]:
    """The processor, its cores and whether it multiplies 8-bit integers natively."""
    path = Path("/proc/cpuinfo")
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    pairs = (line.split(":", 1) for line in text.splitlines() if ":" in line)
    facts = {name.strip(): value.strip() for name, value in pairs}
    flags = set(facts.get("flags", "").split())
    return {
        "processor": facts.get("model name", platform.processor()),
        "cores": str(os.cpu_count()),
        "int8": ", ".join(sorted(flags & {"avx2", "avx512_vnni", "avx_vnni", "amx_int8"})),
        "python": platform.python_version(),
    }
