import pytest

from potholes.wording import megabytes, plural, weights_note, with_limits


@pytest.mark.parametrize(
    ("size", "text"),
    [(50_000, "0.05"), (9_994_000, "9.99"), (11_400_000, "11.4"), (230_400_000, "230")],
)
def test_megabytes_have_three_digits(size: int, text: str) -> None:
    assert megabytes(size) == text


def test_one_thing_has_no_s() -> None:
    assert plural(1, "photo") == "1 photo"
    assert plural(1200, "photo") == "1,200 photos"


def test_a_difference_has_its_sign() -> None:
    assert with_limits(0.0271, -0.012, 0.0656) == "+0.027 (-0.012 to +0.066)"


def test_a_limit_beside_zero_keeps_its_side() -> None:
    assert with_limits(-0.062, -0.125, -0.0004) == "-0.062 (-0.125 to -0.0004)"
    assert with_limits(0.0, 0.0, 0.0) == "+0.000 (+0.000 to +0.000)"


def test_only_the_stand_in_is_called_one() -> None:
    assert [
        kind for kind in ("imagenet", "folder", "random") if "STAND-IN" in weights_note(kind)
    ] == ["random"]
