"""How many cores, processes and threads do the work.

Most stages need `one_thread` alone, so what only processes need is imported with them.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import threadpool_limits

Arguments = ParamSpec("Arguments")
Item = TypeVar("Item")
Result = TypeVar("Result")

_KILLED = (
    "a worker process was killed, probably because memory ran out; free some memory, "
    "then run the same command again"
)
_CHUNK = 8  # items sent at once
_WORTH_A_PROCESS = 32  # items; a process takes about as long to start as these to do


def cores() -> int:
    """The processor cores that this process may use, which can be fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def one_thread(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """`function` with BLAS on one thread while it runs, and as it was afterwards (0.2 ms).

    The products of this library are small: OpenBLAS's threads would win a few per cent of them on
    an idle machine, but they spin while they wait, and beside another busy process that costs ten
    times as much and more. How many there are also changes the last bits.
    """

    @wraps(function)
    def limited(*args: Arguments.args, **options: Arguments.kwargs) -> Result:
        with threadpool_limits(limits=1, user_api="blas"):
            return function(*args, **options)

    return limited


def map_in_processes(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    label: str,
    workers: int | None = None,
) -> list[Result]:
    """`function` of every item, in the order of `items`, whatever the number of workers.

    `function` must be picklable; `workers` is by default one a core. An exception in a worker is
    raised here. Raises OSError where a worker was killed.
    """
    import multiprocessing
    from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor

    enough = -(-len(items) // _WORTH_A_PROCESS)
    count = max(1, min(cores(), enough) if workers is None else workers)
    if count == 1:
        return [function(item) for item in _progress(items, len(items), label)]
    spawn = multiprocessing.get_context("spawn")  # forked threads of torch or BLAS can hang
    with ProcessPoolExecutor(count, mp_context=spawn, initializer=_follow_parent) as pool:
        try:
            results = pool.map(function, items, chunksize=_CHUNK)
            return list(_progress(results, len(items), label))
        except BrokenProcessPool:
            raise OSError(_KILLED) from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def side_by_side(jobs: Sequence[Callable[[], None]]) -> None:
    """Do `jobs`, which hand nothing back, in copies of this process, one a core.

    A copy has already done its imports. Only Linux copies a process safely; elsewhere the jobs
    are done one after the other. An error of a job is raised here.
    """
    count = min(cores(), len(jobs))
    if sys.platform != "linux" or count <= 1:
        for job in jobs:
            job()
        return
    import multiprocessing
    from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor

    copy = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(count, copy, initializer=_inherit, initargs=(jobs,)) as pool:
        try:
            for _ in pool.map(_do, range(len(jobs))):
                pass
        except BrokenProcessPool:
            raise OSError(_KILLED) from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


_inherited: Sequence[Callable[[], None]] = ()


def _inherit(jobs: Sequence[Callable[[], None]]) -> None:
    """Keep `jobs` in a copy of the process: they came by memory, so they need not be picklable.

    Signals are the parent's to handle, and what it does to end a copy ends it.
    """
    global _inherited
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _inherited = jobs


def _do(index: int) -> None:
    _inherited[index]()


def _progress(items: Iterable[Item], total: int, label: str) -> Iterator[Item]:
    from tqdm import tqdm

    yield from tqdm(items, total=total, desc=label, unit=" photos", disable=None)


def _follow_parent() -> None:
    """Leave Ctrl-C to the parent, and end when it has ended, even by SIGKILL."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    import multiprocessing

    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
