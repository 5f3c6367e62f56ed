import gc

from potholes.files.collecting import rarely_collecting


def test_the_collector_looks_more_rarely_inside_only() -> None:
    before = gc.get_threshold()
    with rarely_collecting():
        assert gc.get_threshold()[0] > before[0]
    assert gc.get_threshold() == before
