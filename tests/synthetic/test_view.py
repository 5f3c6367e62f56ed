"""The perspective: hand-computed pixels of ground places."""

import numpy as np
import pytest

from potholes.synthetic.noise import Noise, smoothstep
from potholes.synthetic.view import Canvas, View

LEVEL = View(
    width=400,
    height=300,
    focal=400.0,
    eye=1.5,
    aside=0.0,
    horizon=100.0,
    centre=200.0,
    roll=0.0,
    bend=0.0,
)
ROLLED = View(320, 240, 300.0, 1.4, 0.7, 60.0, 140.0, 0.05, 0.002)


def test_a_place_on_the_ground_is_seen_where_the_pinhole_puts_it() -> None:
    column, row = LEVEL.project(np.array([1.0]), np.array([4.0]))
    assert column == pytest.approx([200 + 400 * 1.0 / 4])
    assert row == pytest.approx([100 + 400 * 1.5 / 4])


def test_the_bottom_row_shows_the_nearest_ground() -> None:
    assert LEVEL.nearest == pytest.approx(400 * 1.5 / 200)


@pytest.mark.parametrize("view", [LEVEL, ROLLED])
def test_ground_under_a_pixel_projects_back_to_it(view: View) -> None:
    canvas = Canvas.blank(view)
    for row, column in [(200, 30), (239, 319), (120, 160)]:
        back = view.project(
            canvas.x[row, column : column + 1].astype(float),
            canvas.z[row, column : column + 1].astype(float),
        )
        assert back[0] == pytest.approx([column], abs=0.05)
        assert back[1] == pytest.approx([row], abs=0.05)


def test_a_canvas_is_single_precision_throughout() -> None:
    canvas = Canvas.blank(ROLLED)
    assert {array.dtype for array in (canvas.rgb, canvas.x, canvas.z, canvas.drop)} == {
        np.dtype(np.float32)
    }


def test_noise_belongs_to_the_place_and_not_to_the_pixels_that_ask() -> None:
    noise = Noise.draw(np.random.default_rng(0))
    x, z = np.random.default_rng(1).uniform(-5, 20, (2, 50, 40)).astype(np.float32)
    whole = noise.shape(x, z, 0.7)
    assert np.array_equal(whole[10:20, 5:9], noise.shape(x[10:20, 5:9], z[10:20, 5:9], 0.7))
    assert abs(float(whole.mean())) < 0.2
    assert 0.8 < float(whole.std()) < 1.2


def test_smoothstep_may_fall() -> None:
    values = np.array([0, 1, 1.5, 2, 3], np.float32)
    assert smoothstep(values, 2, 1).tolist() == [1, 1, 0.5, 0, 0]
