import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from potholes.explanation.overlay import AGAINST, FOR, overlay, write_picture
from potholes.weights.pink_noise import pink_noise

QEMU = shutil.which("qemu-x86_64")
GREY = np.full((224, 224, 3), 100, dtype=np.uint8)


def test_where_the_map_is_zero_the_photo_is_grey():
    photo = GREY.copy()
    photo[:112] = (255, 0, 0)
    drawn = overlay(photo, np.zeros((7, 7)), 1.0)
    assert np.ptp(drawn.astype(int), axis=2).max() == 0
    assert drawn[0, 0, 0] == 76 * 4 // 5 + 40  # red's luminance is 76
    assert drawn[200, 0, 0] == 120


def test_for_is_orange_and_against_blue_and_twice_as_far_twice_as_strong():
    activation = np.zeros((7, 7))
    activation[:, :3], activation[:, 4:] = 2.0, -2.0
    drawn = overlay(GREY, activation, 2.0).astype(int)
    half = overlay(GREY, activation, 4.0).astype(int)
    for column, colour in ((16, FOR), (208, AGAINST)):
        full = 120 * 0.4 + np.array(colour) * 0.6
        assert np.abs(drawn[112, column] - full).max() <= 2
        assert np.abs(half[112, column] - (120 + full) / 2).max() <= 2


def test_the_map_lies_the_right_way_round():
    activation = np.zeros((7, 7))
    activation[1, 5] = 1.0  # row 1 from the top, column 5 from the left
    coloured = np.ptp(overlay(GREY, activation, 1.0).astype(int), axis=2)
    row, column = np.unravel_index(coloured.argmax(), coloured.shape)
    assert (row // 32, column // 32) == (1, 5)


def test_stronger_than_the_scale_is_full_colour():
    strong = overlay(GREY, np.full((7, 7), 50.0), 1.0)
    assert np.array_equal(strong, overlay(GREY, np.full((7, 7), 1.0), 1.0))


def test_a_picture_is_a_small_webp_of_the_same_bytes_twice(tmp_path):
    (photo,) = pink_noise(1, seed=3)
    for name in ("a/1.webp", "b/2.webp"):
        write_picture(tmp_path / name, photo)
    assert (tmp_path / "a/1.webp").read_bytes() == (tmp_path / "b/2.webp").read_bytes()
    with Image.open(tmp_path / "a/1.webp") as image:
        assert (image.format, image.size, image.mode) == ("WEBP", (224, 224), "RGB")
        assert not image.info.get("exif")
        assert np.abs(np.asarray(image).astype(int) - photo).mean() < 12
    assert (tmp_path / "a/1.webp").stat().st_size < 20_000


DRAW = """
import sys
from pathlib import Path
import numpy as np
from potholes.explanation.overlay import overlay, write_picture
photo = np.load(sys.argv[1])
activation = np.linspace(-3, 2, 49).reshape(7, 7) ** 3
write_picture(Path(sys.argv[2]) / "thumbnail.webp", photo)
write_picture(Path(sys.argv[2]) / "overlay.webp", overlay(photo, activation, 8.0))
"""


@pytest.mark.skipif(
    QEMU is None or platform.machine() != "x86_64",
    reason="needs qemu-x86_64 (Debian's qemu-user) on x86-64, to act as other processors",
)
@pytest.mark.parametrize("processor", ["Haswell", "Nehalem"])
def test_pictures_are_the_same_bytes_on_other_processors(processor, tmp_path):
    """Haswell has AVX2 but no AVX-512, Nehalem no AVX at all."""
    np.save(tmp_path / "photo.npy", pink_noise(1, seed=3)[0])
    # qemu takes the interpreter itself, which does not know of an environment: it gets the path
    python = str(Path(sys.executable).resolve())
    path = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    for command, name in (([python], "here"), ([QEMU, "-cpu", processor, python], "there")):
        files = [tmp_path / "photo.npy", tmp_path / name]
        subprocess.run([*command, "-c", DRAW, *files], env=path, capture_output=True, check=True)
    for name in ("thumbnail.webp", "overlay.webp"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()
