"""Who writes a run, and whether he is still alive."""

import os
import socket
from dataclasses import dataclass

import psutil

_CLOCK_ERROR = 2.0  # seconds by which the start of one process may be told differently


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
    """Whether the writer that `tag` (a Writer as text) names was on this host and has ended.

    Of another host nobody can tell; its runs are left alone.
    """
    try:
        host, pid, start = tag.rsplit(" ", 2)
        writer = Writer(host=host, pid=int(pid), start=float(start))
    except ValueError:
        return False
    if writer.host != socket.gethostname():
        return False
    try:
        started = psutil.Process(writer.pid).create_time()
    except psutil.NoSuchProcess:
        return True
    return bool(abs(started - writer.start) > _CLOCK_ERROR)
