from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from potholes.photos.jpeg import jpeg_quality, strict
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
    assert strict(data)
    assert not strict(data[:-2])
    assert not strict(data[: data.index(thumbnail) + len(thumbnail)])


def test_restart_markers_do_not_end_a_scan() -> None:
    data = encoded(scene(0), restart_marker_blocks=1)
    assert b"\xff\xd3" in data
    assert strict(data)
    assert not strict(data[:-2])


@pytest.mark.parametrize("size", [(8, 8), (61, 47), (640, 480)])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize(
    "options",
    [
        {"quality": 90},
        {"quality": 1},
        {"quality": 100, "subsampling": 0},
        {"optimize": True},
        {"progressive": True},
        {"restart_marker_blocks": 3},
        {"restart_marker_rows": 1, "progressive": True},
    ],
)
def test_a_whole_jpeg_keeps_every_pixel(
    options: dict[str, object], mode: str, size: tuple[int, int]
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    for image in (scene(0, *size), Image.new("RGB", size, "orange"), Image.fromarray(noise)):
        data = encoded(image.convert(mode), **options)
        for tail in (b"", b"\0" * 70_000, data):
            checked = strict(data + tail)
            assert checked
            assert Image.open(BytesIO(checked)).tobytes() == Image.open(BytesIO(data)).tobytes()
