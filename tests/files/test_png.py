from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from potholes.files.png import SIDE, read_png, write_png

PIXELS = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)


def test_what_was_written_is_read_and_any_program_can_read_it(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", PIXELS)
    assert np.array_equal(read_png(tmp_path / "a.png"), PIXELS)
    with Image.open(tmp_path / "a.png") as image:
        assert image.mode == "RGB"
        assert np.array_equal(np.asarray(image), PIXELS)


def test_the_same_pixels_are_the_same_bytes(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", PIXELS)
    write_png(tmp_path / "b.png", PIXELS)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_png_of_another_program_is_read_too(tmp_path: Path) -> None:
    smooth = Image.linear_gradient("L").resize((SIDE, SIDE)).convert("RGB")
    smooth.save(tmp_path / "a.png")
    assert np.array_equal(read_png(tmp_path / "a.png"), np.asarray(smooth))


def test_read_pixels_can_be_written_to(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", PIXELS)
    read_png(tmp_path / "a.png")[0, 0] = 1


@pytest.mark.parametrize("image", [Image.new("RGB", (8, 8)), Image.new("L", (SIDE, SIDE))])
def test_another_kind_of_picture_is_refused_by_name(tmp_path: Path, image: Image.Image) -> None:
    image.save(tmp_path / "a.png")
    with pytest.raises(ValueError, match=r"a\.png: .*RGB PNG of 224 x 224.*dvc checkout"):
        read_png(tmp_path / "a.png")


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "text"])
def test_a_damaged_picture_is_refused_by_name(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "a.png"
    write_png(path, PIXELS)
    data = bytearray(path.read_bytes())
    data[70_000] ^= 1
    flipped = bytes(data)
    kinds = {"cut": flipped[:70_000], "flipped": flipped, "empty": b"", "text": b"hello" * 99}
    path.write_bytes(kinds[damage])
    with pytest.raises(ValueError, match=r"a\.png: damaged"):
        read_png(path)


def test_a_missing_picture_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a\.png: not found"):
        read_png(tmp_path / "a.png")
