import os
import signal
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from potholes.parallel import cores, map_in_processes, one_thread, side_by_side


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
    with pytest.raises(
        OSError, match="a worker process was killed, probably because memory ran out"
    ):
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


def test_all_jobs_are_done_outside_of_this_process(tmp_path: Path) -> None:
    def tell(name: str) -> None:
        (tmp_path / name).write_text(str(os.getpid()))

    side_by_side([lambda name=name: tell(name) for name in "abc"])  # type: ignore[misc]
    told = {path.name: int(path.read_text()) for path in tmp_path.iterdir()}
    assert sorted(told) == ["a", "b", "c"]


def test_an_error_of_a_job_is_raised_here() -> None:
    def fail() -> None:
        raise ValueError("photo 7 is missing")

    with pytest.raises(ValueError, match="photo 7 is missing"):
        side_by_side([fail, lambda: None])


def threads():
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_blas_has_one_thread_inside_and_what_it_had_outside():
    assert np.ones(2) @ np.ones(2) == 2  # BLAS is there, whatever was imported before
    with threadpool_limits(limits=2, user_api="blas"):
        assert threads() == {2}
        assert one_thread(threads)() == {1}
        assert threads() == {2}


def test_it_is_given_back_after_an_error():
    @one_thread
    def fail(reason: str) -> None:
        raise ValueError(f"{reason} on {threads()}")

    with threadpool_limits(limits=2, user_api="blas"):
        with pytest.raises(ValueError, match=r"no on \{1\}"):
            fail(reason="no")
        assert threads() == {2}
