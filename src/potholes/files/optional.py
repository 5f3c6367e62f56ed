"""Packages that others import only because they are there."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


class _Missing:
    """An import finder that finds nothing for some packages and stops the search."""

    def __init__(self, packages: tuple[str, ...]) -> None:
        self.packages = packages

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        if name in self.packages:
            raise ModuleNotFoundError(f"{name} is not needed here", name=name)


@contextmanager
def without(*packages: str) -> Iterator[None]:
    """Inside, `packages` seem not to be installed, but for those that are imported already.

    MLflow and PyArrow run without pandas; where they find it, they import it: a second for
    nothing, at each start.
    """
    finder = _Missing(packages)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
