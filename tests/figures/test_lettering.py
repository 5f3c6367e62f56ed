import sys

import pytest

from potholes.figures.lettering import cut, font_files, width, wrapped


def test_the_letters_are_found_without_their_packages_import() -> None:
    assert all(path.is_file() for path in font_files())
    assert "potholes.figures.lettering" in sys.modules


def test_a_width_grows_with_size_and_weight() -> None:
    assert width("pothole", 22) == pytest.approx(2 * width("pothole", 11))
    assert width("pothole", bold=True) > width("pothole")
    assert width("") == 0


@pytest.mark.parametrize(
    "text", ["a long name of a class " * 9, "x" * 200, "🕳️坑" * 40, "حفرة " * 50]
)
def test_every_line_fits_and_nothing_is_lost(text: str) -> None:
    lines = wrapped(text, 120)
    assert len(lines) > 1
    assert all(width(line) <= 120 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    few = wrapped(text, 120, most=2)
    assert len(few) == 2
    assert few[1].endswith("…")
    assert width(few[1]) <= 120


def test_a_text_is_cut_after_a_word_and_says_so() -> None:
    assert cut("short", 100) == "short"
    assert cut("one two three four five", width("one two three f…")) == "one two three…"
    assert cut("x" * 99, 60).endswith("x…")
    assert width(cut("x" * 99, 60)) <= 60


def test_a_line_holds_what_no_document_can() -> None:
    assert wrapped("\x00\udce4\ufffe", 500) == ["���"]
    assert wrapped("", 500) == ["(empty)"]
