"""Axes, SVG text and the numbers behind figures."""

import re

import pytest

from potholes.figures.drawing import Table, linear_axis, log_axis, share_axis, words
from potholes.figures.interval_chart import Dot, Group, interval_chart
from potholes.figures.line_chart import Curve, line_chart
from potholes.figures.phrases import listed, scored, seconds, sentence


def test_an_axis_ends_at_round_numbers_and_scores_end_at_one() -> None:
    axis = linear_axis("accuracy", [0.556, 0.984], most=1)
    assert [text for _, text in axis.ticks] == ["0.5", "0.6", "0.7", "0.8", "0.9", "1.0"]
    assert (axis.low, axis.high) == (0.5, 1.0)
    assert [text for _, text in share_axis("recall").ticks] == [
        "0.0",
        "0.2",
        "0.4",
        "0.6",
        "0.8",
        "1.0",
    ]


@pytest.mark.parametrize("values", [[1.0], [1.0, 1.0], [0.0], [0.999, 1.0], [0.5]])
def test_an_axis_over_equal_scores_has_room_and_stays_within_them(values: list[float]) -> None:
    axis = linear_axis("accuracy", values, least=0, most=1)
    assert 0 <= axis.low < axis.high <= 1
    assert all(0 <= axis.share(value) <= 1 for value in values)
    assert len({text for _, text in axis.ticks}) == len(axis.ticks) >= 2


def test_a_log_axis_shows_the_largest_size() -> None:
    axis = log_axis("photos", [27, 37, 48, 64, 88, 117, 155, 205])
    assert [text for _, text in axis.ticks][-1] == "205"
    assert axis.share(27) == 0
    assert axis.share(205) == pytest.approx(1)
    assert log_axis("photos", [5]).share(5) == 0


def test_text_in_a_drawing_is_escaped() -> None:
    assert "<b>" not in words(0, 0, '<b> & "x"')
    assert "&lt;b&gt; &amp;" in words(0, 0, "<b> & x")


def test_a_curve_lies_where_its_numbers_say() -> None:
    chart = line_chart(
        "t", share_axis("x"), share_axis("y"), [Curve("a", 0, [(0, 0), (1, 1)])], Table([], [])
    )
    (points,) = re.findall(r'<polyline points="([^"]+)"', chart.svg)
    assert points == "44.0,210.0 346.0,26.0"
    assert [key.text for key in chart.legend] == ["a"]


def test_a_band_goes_up_one_side_of_its_curve_and_down_the_other() -> None:
    upright = Curve("a", 0, [(0, 0.5), (1, 0.5)], band=[(0.25, 0.75), (0, 1)])
    around = Curve("b", 1, [(0, 0), (1, 1)], area=[(0, 0.75), (1, 1), (1, 0), (0, 0.25)])
    chart = line_chart("t", share_axis("x"), share_axis("y"), [upright, around], Table([], []))
    found = re.findall(r'<polygon points="([^"]+)" class="([^"]+)"', chart.svg)
    corners = "44.0,72.0 346.0,26.0 346.0,210.0 44.0,164.0"
    assert found == [(corners, "s0 band"), (corners, "s1 band")]
    assert chart.svg.index("polygon") < chart.svg.index("polyline")  # no band hides a curve


def test_a_score_without_interval_has_no_whisker_and_a_limit_is_cut_at_one() -> None:
    dots = [Dot(0.9, 0.8, 1.02, 0, "dot"), Dot(0.95, None, None, 1, "open")]
    chart = interval_chart("t", "Accuracy", [Group("r", dots, True)], Table([], []), legend=[])
    (right,) = re.findall(r'x2="([\d.]+)"[^>]* class="s0 whisker"', chart.svg)
    assert float(right) <= 360 - 52
    assert chart.svg.count("whisker") == 1
    assert "★ r" in chart.svg


def test_numbers_are_written_for_people() -> None:
    assert scored(0.9384, 0.85, 1.01) == "0.938 (0.850 to 1.000)"
    assert scored(None, None, None) == "–"
    assert [seconds(x) for x in (0.04, 43.992, 720)] == ["40 ms", "44.0 s", "12 min"]
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a"]) == "a"
    assert sentence("look at it.") == "Look at it."
