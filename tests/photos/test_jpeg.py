from io import BytesIO

import pytest
from PIL import Image

from potholes.photos.jpeg import has_end, jpeg_quality
from tests.photo_files import encoded, scene


@pytest.mark.parametrize("quality", [1, 10, 25, 49, 50, 51, 75, 88, 95, 99, 100])
def test_libjpegs_own_qualities_are_found_exactly(quality: int) -> None:
    with Image.open(BytesIO(encoded(scene(0), quality=quality))) as image:
        assert jpeg_quality(image.quantization) == quality


def test_foreign_tables_get_the_closest_quality() -> None:
    assert jpeg_quality({0: [1] * 64}) == 100
    assert jpeg_quality({0: [23] * 64}) in range(70, 90)
    assert jpeg_quality({0: [255] * 64}) == 1


def test_without_a_table_there_is_no_quality() -> None:
    assert jpeg_quality({}) is None


def test_the_end_is_that_of_the_picture_not_of_its_thumbnail() -> None:
    thumbnail = encoded(scene(1, 32, 24))
    exif = b"Exif\x00\x00" + thumbnail
    data = encoded(scene(0), exif=exif)
    assert thumbnail in data
    assert has_end(data)
    assert not has_end(data[:-2])
    assert not has_end(data[: data.index(thumbnail) + len(thumbnail)])


def test_restart_markers_do_not_end_a_scan() -> None:
    data = encoded(scene(0), restart_marker_blocks=1)
    assert b"\xff\xd3" in data
    assert has_end(data)
    assert not has_end(data[:-2])
