"""One browser for all tests of the page to label photos on."""

from collections.abc import Iterator

import pytest

from tests.page.browser import Browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    one = Browser()
    yield one
    one.close()
