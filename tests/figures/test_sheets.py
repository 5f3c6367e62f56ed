from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from potholes.figures.sheets import Tile, short, write_sheet

GREY = np.full((224, 224, 3), 128, dtype=np.uint8)


def sheet(path: Path, tiles: list[Tile]) -> np.ndarray:
    write_sheet(path, "Photos", tiles, subtitle="weights: random STAND-IN, not ImageNet")
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def orange(pixels: np.ndarray) -> int:
    return int(((pixels[..., 0] - pixels[..., 2]) > 150).sum())


@pytest.mark.parametrize(("count", "rows"), [(1, 1), (4, 1), (5, 2), (64, 16)])
def test_tiles_stand_in_rows_of_four(tmp_path: Path, count: int, rows: int) -> None:
    pixels = sheet(tmp_path / "x.png", [Tile(GREY, "[pothole] pothole 0.9", False)] * count)
    column = (pixels[:, 100] == 128).all(axis=1)  # photos are drawn pixel by pixel
    starts = int((column[1:] & ~column[:-1]).sum())
    assert starts == rows


def test_no_tiles_make_a_small_picture_with_words_on_it(tmp_path: Path) -> None:
    pixels = sheet(tmp_path / "x.png", [])
    assert pixels.shape[0] < 300
    words = pixels[int(pixels.shape[0] * 0.6) :]
    assert (words < 160).any()


def test_only_a_flagged_tile_is_framed(tmp_path: Path) -> None:
    assert orange(sheet(tmp_path / "x.png", [Tile(GREY, "a", False)])) == 0
    assert orange(sheet(tmp_path / "x.png", [Tile(GREY, "a", True)])) > 500


def test_photos_keep_their_pixels(tmp_path: Path) -> None:
    photo = np.random.default_rng(0).integers(0, 256, (224, 224, 3), dtype=np.uint8)
    pixels = sheet(tmp_path / "x.png", [Tile(photo, "a", False)])
    top = int((pixels != 255).any(axis=2)[:, 100:200].all(axis=1).argmax())
    assert (pixels[top : top + 224, 12:236] == photo).all()


def test_a_long_caption_stays_under_its_photo(tmp_path: Path) -> None:
    caption = f"[{short('x' * 60)}] {short('a long name ' * 5)} 0.97\nwrong"
    pixels = sheet(tmp_path / "x.png", [Tile(GREY, caption, True)] * 4)
    ends = [12 + column * 236 + 224 for column in range(4)]
    below = pixels[-60:]
    assert all((below[:, end : end + 12] == 255).all() for end in ends)
    assert (below < 100).any()


def test_a_caption_may_hold_anything(tmp_path: Path) -> None:
    write_sheet(
        tmp_path / "x.png",
        "$x^2$ <b>",
        [Tile(GREY, "$\\frac{ \x00 🕳️ \udce4 <script>\n" * 20, True), Tile(GREY, "", True)],
    )
    assert (tmp_path / "x.png").stat().st_size > 1000
