"""SVG to PNG: letters, colours, sizes, the same bytes."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from potholes.figures.drawing import Chart, Key, Table, line, words
from potholes.figures.palette import LIGHT
from potholes.figures.picture import Picture, compose, document, write_picture, write_svg

STRANGE = "$x$ <b>&amp; \x00 🕳️坑 حفرة \ud83d ￾"


def chart(title: str = "t", *, note: str = "") -> Chart:
    body = line(0, 50, 360, 50, "s0 curve") + words(10, 20, "text")
    return Chart(title, 100, body, Table([], []), [Key(0, "curve"), Key(1, "dot", "dot")], note)


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def test_a_picture_is_twice_a_page_wide_and_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    picture = Picture("Heading", "note", [chart(), chart(), chart()], remarks=["remark"])
    for name in ("a", "b"):
        write_picture(tmp_path / f"{name}.png", picture)
    data = (tmp_path / "a.png").read_bytes()
    assert data == (tmp_path / "b.png").read_bytes()
    with Image.open(io.BytesIO(data)) as drawn:
        assert drawn.width == 2 * 768
        assert drawn.info == {}  # no date, no version


def test_every_series_has_its_colour(tmp_path: Path) -> None:
    for index in range(7):
        body = line(0, 5, 100, 5, f"s{index} curve thick")
        write_svg(tmp_path / "x.png", document(100, 10, [body]), 1)
        red, green, blue = pixels(tmp_path / "x.png")[5, 50]
        assert f"#{red:02x}{green:02x}{blue:02x}" == LIGHT[f"s{index}"]


def test_letters_are_drawn(tmp_path: Path) -> None:
    for text in ("pothole", "★ ✗ –", "حفرة"):
        write_svg(tmp_path / "x.png", document(200, 30, [words(5, 20, text)]), 1)
        assert (pixels(tmp_path / "x.png").sum(2) < 300).sum() > 20, text


def test_any_text_is_safe_and_makes_a_picture_higher_not_wider(tmp_path: Path) -> None:
    plain = Picture("a", "b", [chart()])
    strange = Picture(STRANGE * 9, STRANGE * 9, [chart(STRANGE * 9, note=STRANGE * 9)])
    write_picture(tmp_path / "plain.png", plain)
    write_picture(tmp_path / "strange.png", strange)
    before, after = pixels(tmp_path / "plain.png"), pixels(tmp_path / "strange.png")
    assert before.shape[1] == after.shape[1]
    assert after.shape[0] > before.shape[0]
    assert (after[:, -12:] == 255).all()  # the margin stays free
    assert "<b>" not in compose(strange)


@pytest.mark.parametrize("columns", [1, 2])
def test_a_long_legend_and_note_stay_inside(tmp_path: Path, columns: int) -> None:
    keys = [Key(index, f"{index}: {'a long name ' * 8}") for index in range(10)]
    long = Chart("t " * 99, 60, "", Table([], []), keys, "note " * 99)
    write_picture(tmp_path / "x.png", Picture("h", "n", [long, long], columns))
    drawn = pixels(tmp_path / "x.png")
    assert (drawn[:, -12:] == 255).all()
    assert (drawn[-12:] == 255).all()
