import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from potholes.parallel import one_thread


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
