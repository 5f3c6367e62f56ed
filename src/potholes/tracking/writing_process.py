"""Who writes a run, and whether he is still alive."""

import os
import socket
import time
from dataclasses import dataclass

import psutil

_CLOCK_ERROR = 2.0  # seconds by which the start of one process may be told differently
_LONGEST = 6 * 3600  # seconds that a process may log; a state takes a few


@dataclass(frozen=True)
class Writer:
    """A process: its host, number and start (seconds since 1970)."""

    host: str
    pid: int
    start: float

    def __str__(self) -> str:
        return f"{self.host} {self.pid} {self.start:.2f}"


def this_writer() -> Writer:
    """The process that asks."""
    pid = os.getpid()
    return Writer(host=socket.gethostname(), pid=pid, start=psutil.Process(pid).create_time())


def is_gone(tag: str) -> bool:
    """Whether the writer that `tag` (a Writer as text) names has ended.

    Of another host (a container is one, too) nobody can tell; a writer there counts as alive for
    six hours after its start.
    """
    try:
        host, pid, start = tag.rsplit(" ", 2)
        writer = Writer(host=host, pid=int(pid), start=float(start))
    except ValueError:
        return False
    if writer.host != socket.gethostname():
        return time.time() - writer.start > _LONGEST
    try:
        started = psutil.Process(writer.pid).create_time()
    except psutil.NoSuchProcess:
        return True
    return bool(abs(started - writer.start) > _CLOCK_ERROR)
