import gc

import pytest

from potholes.files.collecting import rarely_collecting


def test_the_collector_is_as_before_afterwards() -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyError), rarely_collecting():
        assert gc.get_threshold()[0] > before[0]
        raise KeyError
    assert gc.get_threshold() == before
