"""The label is in the picture: a pothole changes its own surroundings visibly, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from potholes.synthetic.damage import Box
from potholes.synthetic.plan import Series, plan_shot
from potholes.synthetic.roads import render

MARGIN = 4  # pixels that blur may carry a change beyond a box


def covered(boxes: tuple[Box, ...], shape: tuple[int, int], margin: int) -> np.ndarray:
    mask = np.zeros(shape, bool)
    for left, top, right, bottom in boxes:
        rows = slice(max(0, top - margin), bottom + margin)
        mask[rows, max(0, left - margin) : right + margin] = True
    return mask


def core(box: Box) -> Box:
    """The box that is to the hole itself what `box` is to its surroundings."""
    left, top, right, bottom = box
    wide, tall = (right - left) // 4, (bottom - top) // 4
    return left + wide, top + tall, right - wide, bottom - tall


@pytest.mark.parametrize("index", range(8))
@pytest.mark.parametrize("difficulty", [0.0, 1.0])
def test_a_pothole_changes_its_box_and_nothing_else(index: int, difficulty: float) -> None:
    shot = plan_shot(0, Series.POTHOLE, index)
    damaged = render(0, difficulty, shot)
    sound = render(0, difficulty, replace(shot, pothole=False))
    change = np.abs(damaged.pixels.astype(int) - sound.pixels).mean(axis=2)
    assert sound.boxes == ()
    assert change[~covered(damaged.boxes, change.shape, MARGIN)].max(initial=0) == 0
    inside = covered(tuple(map(core, damaged.boxes)), change.shape, 0)
    assert change[inside].mean() > 12
    assert (change > 15).mean() > 0.004


def test_the_harder_the_smaller_and_fainter() -> None:
    def change(difficulty: float) -> float:
        total = 0.0
        for index in range(4):
            shot = plan_shot(0, Series.POTHOLE, index)
            damaged = render(0, difficulty, shot).pixels.astype(int)
            total += np.abs(
                damaged - render(0, difficulty, replace(shot, pothole=False)).pixels
            ).mean()
        return total

    assert change(0.0) > 1.5 * change(1.0)
