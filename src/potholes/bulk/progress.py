"""How far a run is: a bar on a terminal, elsewhere a line every ten seconds."""

import logging
import sys
import time
from types import TracebackType
from typing import Self

from tqdm import tqdm

log = logging.getLogger(__name__)

_EVERY = 10  # seconds between two lines


class Progress:
    """Counts photos; `total` is not known until all have been listed."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.total: int | None = None
        self.predicted = self.skipped = self.unreadable = 0
        self._quiet, self._start = quiet, time.monotonic()
        self._told = self._start
        terminal = sys.stderr.isatty()
        self._bar = None if quiet or not terminal else tqdm(unit=" photos", smoothing=0.05)

    def add(self, photos: int, unreadable: int) -> None:
        """So many photos have been predicted, some of which could not be read."""
        self.predicted += photos
        self.unreadable += unreadable
        self._tell()

    def skip(self, photos: int, unreadable: int) -> None:
        """So many photos had been predicted before."""
        self.skipped += photos
        self.unreadable += unreadable
        self._tell()

    @property
    def rate(self) -> float:
        """Photos a second of this run."""
        return self.predicted / max(time.monotonic() - self._start, 1e-9)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def _tell(self) -> None:
        if self._bar is not None:
            self._bar.total = self.total
            self._bar.initial = self.skipped
            self._bar.set_postfix_str(f"{self.unreadable} unreadable", refresh=False)
            self._bar.update(self.predicted + self.skipped - self._bar.n)
        elif not self._quiet and time.monotonic() - self._told >= _EVERY:
            self._told = time.monotonic()
            log.info("%s", self.line())

    def line(self) -> str:
        """`4,096 of 20,000 photos, 212.3 photos/s, 75 s left, 3 unreadable`."""
        done, rate = self.predicted + self.skipped, self.rate
        of = "" if self.total is None else f" of {self.total:,}"
        told = [f"{done:,}{of} photos", f"{rate:,.1f} photos/s"]
        if self.total is not None and rate > 0:
            told.append(f"{_duration((self.total - done) / rate)} left")
        return ", ".join([*told, f"{self.unreadable:,} unreadable"])


def _duration(seconds: float) -> str:
    """In the unit that leaves two or three digits."""
    if seconds < 100:
        return f"{max(seconds, 0):.0f} s"
    if seconds < 100 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h"
