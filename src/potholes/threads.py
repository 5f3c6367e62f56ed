"""One thread for the linear algebra, so that results and their time do not depend on the cores."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import threadpool_limits

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


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
