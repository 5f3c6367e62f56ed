import matplotlib as mpl
import pytest

from potholes.figures.canvas import PALETTE, colour_of, house_style, plain


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("resnet18", "resnet18"),
        ("a\nb\t c", "a b c"),
        ("\udce4bad\x00name", "bad name"),
        ("abcdefghijklmnop", "abcde…lmnop"),
    ],
)
def test_any_name_becomes_one_short_line(text: str, line: str) -> None:
    assert plain(text, 11) == line


def test_a_cut_name_is_exactly_as_long_as_allowed() -> None:
    assert [len(plain("x" * 50, most)) for most in (1, 2, 3, 10)] == [1, 2, 3, 10]


def test_the_users_style_is_overruled_and_given_back() -> None:
    mpl.rcParams["font.size"] = 31
    try:
        with house_style():
            assert mpl.rcParams["font.size"] == 8
            assert not mpl.rcParams["text.parse_math"]
        assert mpl.rcParams["font.size"] == 31
    finally:
        mpl.rcParams["font.size"] = mpl.rcParamsDefault["font.size"]


def test_depths_have_different_colours() -> None:
    assert len(set(colour_of([str(n) for n in range(len(PALETTE))]).values())) == len(PALETTE)
