"""Python's garbage collector, while a process makes many objects that stay."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS = 100_000  # new ones, before they are looked through; Python's own 700 to 2,000


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """Inside, garbage is looked for after more new objects than usual.

    For large imports: the classes and functions of a package are looked through again and again,
    and none of them ever becomes garbage. Of MLflow's import and first calls that is a sixth.
    """
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
