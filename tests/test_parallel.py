import os
import signal
from functools import partial

import pytest

from potholes.parallel import cores, map_in_processes


def double(number: int) -> int:
    return 2 * number


def refuse(number: int) -> int:
    if number == 3:
        raise ValueError(f"got {number}")
    return number


def die(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def pid_of(_: int) -> int:
    return os.getpid()


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_items(workers: int) -> None:
    assert map_in_processes(double, range(50), label="", workers=workers) == [
        2 * number for number in range(50)
    ]


def test_few_items_are_not_worth_a_process() -> None:
    assert set(map_in_processes(pid_of, range(20), label="")) == {os.getpid()}
    assert map_in_processes(double, [], label="") == []


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_in_a_worker_is_raised_here(workers: int) -> None:
    with pytest.raises(ValueError, match="got 3"):
        map_in_processes(partial(refuse), range(50), label="", workers=workers)


def test_a_killed_worker_is_explained() -> None:
    with pytest.raises(OSError, match="a worker process was killed, probably for want of memory"):
        map_in_processes(die, range(50), label="", workers=2)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cores are not bound here")
def test_only_cores_that_may_be_used_are_counted() -> None:
    before = os.sched_getaffinity(0)
    assert cores() == len(before)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert cores() == 1
    finally:
        os.sched_setaffinity(0, before)
