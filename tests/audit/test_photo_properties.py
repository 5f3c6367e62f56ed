from pathlib import Path

import numpy as np
import pytest

from potholes.audit.photo_properties import PROPERTIES, photo_properties, picture_properties
from potholes.dataset.tables import Sample
from potholes.files.png import write_png


def test_colours_are_means_and_a_flat_picture_has_no_sharpness() -> None:
    pixels = np.zeros((4, 4, 3), dtype=np.uint8)
    pixels[:2], pixels[..., 2] = 100, 7
    red, green, blue, _ = picture_properties(pixels)
    assert (red, green, blue) == (50, 50, 7)
    assert picture_properties(np.full((4, 4, 3), 9, dtype=np.uint8))[3] == 0


def test_sharpness_is_the_variance_of_the_laplacian() -> None:
    pixels = np.zeros((3, 4, 3), dtype=np.uint8)
    pixels[1, 1] = 200  # the two inner Laplacians are -800 and 200
    assert picture_properties(pixels)[3] == pytest.approx(500**2)


def test_a_green_detail_weighs_more_than_a_blue_one() -> None:
    green, blue = np.zeros((2, 5, 5, 3), dtype=np.uint8)
    green[2, 2, 1] = blue[2, 2, 2] = 200
    assert picture_properties(green)[3] > 20 * picture_properties(blue)[3]


def test_the_table_joins_the_file_and_its_picture(tmp_path: Path) -> None:
    pixels = np.full((224, 224, 3), (10, 20, 30), dtype=np.uint8)
    write_png(tmp_path / "a.png", pixels)
    jpeg = Sample("a", "a", "a", "a.png", "x", "train", "a", 640, 480, 999, "JPEG", 88, "0")
    png = Sample("b", "b", "b", "a.png", "x", "train", "b", 300, 600, 5, "PNG", None, "0")
    first, second = photo_properties([jpeg, png], tmp_path)
    assert dict(zip(PROPERTIES, first, strict=True)) == {
        "width": 640, "height": 480, "aspect": 4 / 3, "bytes": 999, "quality": 88,
        "red": 10, "green": 20, "blue": 30, "sharpness": 0,
    }  # fmt: skip
    assert np.isnan(second[PROPERTIES.index("quality")])
    assert second[PROPERTIES.index("aspect")] == 0.5
