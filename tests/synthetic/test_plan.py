"""Labels and bursts, from a photo's place alone."""

from collections import Counter
from itertools import pairwise

import pytest

from potholes.synthetic.plan import BLOCK, Purpose, Series, Shot, plan_shot


def plan(series: Series, count: int, seed: int = 0) -> list[Shot]:
    return [plan_shot(seed, series, index) for index in range(count)]


@pytest.mark.parametrize("series", list(Series))
def test_three_to_five_percent_of_photos_come_in_bursts(series: Series) -> None:
    shots = plan(series, 20 * BLOCK)
    sizes = Counter(shot.scene for shot in shots)
    lengths = [size for size in sizes.values() if size > 1]
    assert set(lengths) == {2, 3}
    assert 0.03 <= sum(lengths) / len(shots) <= 0.05


def test_labelled_photos_have_the_label_of_their_series() -> None:
    assert not any(shot.pothole for shot in plan(Series.NORMAL, 100))
    assert all(shot.pothole for shot in plan(Series.POTHOLE, 100))


def test_about_half_of_the_unlabelled_have_potholes_in_no_regular_order() -> None:
    labels = [shot.pothole for shot in plan(Series.UNLABELLED, 400)]
    assert 160 < sum(labels) < 240
    assert 120 < sum(one != other for one, other in pairwise(labels)) < 280


def test_series_seeds_and_purposes_have_streams_of_their_own() -> None:
    shots = [Shot(series, scene, 0, False) for series in Series for scene in range(3)]
    draws = [
        shot.stream(seed, purpose).random()
        for shot in shots
        for purpose in Purpose
        for seed in range(3)
    ]
    assert len(set(draws)) == len(draws)
