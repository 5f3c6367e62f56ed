"""Which photos are picked: points on a line, small enough to work out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from potholes.review.picking import spread_out


def line(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)[:, None]


@pytest.mark.parametrize("seed", range(5))
def test_each_heap_of_photos_has_one_picked(seed: int) -> None:
    points = line(0, 0.1, 0.2, 50, 50.1, 50.2, 100, 100.1, 100.2)
    chosen = spread_out(points, np.ones(9), 3, seed=seed)
    assert sorted(chosen) == [1, 4, 7]  # the middle of each


@pytest.mark.parametrize("seed", range(5))
def test_weights_pull_the_centre(seed: int) -> None:
    """Weighted means of the heap at 0, 1, 2: 1 for equal weights, (2 + 2 * 8) / 10 = 1.8 else."""
    points = line(0, 1, 2, 100)
    assert 1 in spread_out(points, np.array([1.0, 1, 1, 1]), 2, seed=seed)
    assert 2 in spread_out(points, np.array([0.0, 2, 8, 1]), 2, seed=seed)


def test_the_heaviest_comes_first() -> None:
    assert spread_out(line(0, 10, 20), np.array([0.3, 1.2, 0.7]), 3, seed=0) == [1, 2, 0]


def test_equal_photos_are_picked_once_each() -> None:
    assert sorted(spread_out(line(5, 5, 5), np.ones(3), 3, seed=0)) == [0, 1, 2]


@given(st.integers(1, 12), st.integers(1, 15), st.integers(0, 2**32 - 1))
def test_no_photo_is_picked_twice_and_the_seed_decides(photos: int, count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(photos, 3)).astype(np.float32)
    weights = rng.uniform(0.1, 1, photos)
    chosen = spread_out(features, weights, count, seed=seed)
    assert len(set(chosen)) == len(chosen) == min(photos, count)
    assert spread_out(features, weights, count, seed=seed) == chosen
