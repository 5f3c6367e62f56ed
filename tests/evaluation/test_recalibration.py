import numpy as np
import pytest
from scipy.optimize import brentq, minimize
from scipy.special import expit

from potholes.evaluation.recalibration import Recalibration, recalibrate

LIMIT, OF_BOTH = 3.841459, 9.210340  # chi-squared, 1 degree at 5 %, 2 degrees at 1 %


def photos(
    seed: int, count: int, *, factor: float = 1.0, shift: float = 0.0, repeats: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Right log-odds [R, N], or `factor` times them plus `shift`, and what came true."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(0, 2.5, count)
    positive = rng.random(count) < 1 / (1 + np.exp(-odds))
    positive[:2] = False, True
    return np.tile(odds * factor + shift, (repeats, 1)), positive


def loss(odds: np.ndarray, positive: np.ndarray) -> float:
    return float((np.logaddexp(0, odds) - positive * odds).mean())


def test_slope_and_shift_are_those_that_scipy_finds() -> None:
    odds, positive = photos(0, 300, factor=2, shift=1.5)
    found = recalibrate(odds, positive, temperature=2.0)
    best = minimize(lambda v: loss(v[0] * odds + v[1], positive), [1.0, 0.0], tol=1e-12)
    assert (found.slope, found.shift) == pytest.approx(tuple(best.x), abs=1e-4)
    gain = loss(odds / 2, positive) - best.fun
    assert found.contradicted == pytest.approx(2 * 300 * gain / LIMIT, rel=1e-4)


def test_a_temperature_of_one_is_kept_where_the_shift_alone_explains_the_photos() -> None:
    odds, positive = photos(1, 300, shift=1.5)
    found = recalibrate(odds, positive)
    assert found.slope == 1
    best = minimize(lambda v: loss(odds + v[0], positive), [0.0], tol=1e-12)
    assert found.shift == pytest.approx(best.x[0], abs=1e-4)
    gain = loss(odds, positive) - best.fun
    assert found.contradicted == pytest.approx(2 * 300 * gain / LIMIT, rel=1e-4)
    assert found.contradicted > 1


def test_two_faults_that_hide_each_other_are_found() -> None:
    # too flat, and moved so far that the mean is right: a shift alone has nothing to repair
    rng = np.random.default_rng(0)
    odds = rng.normal(-3, 2.5, 800)
    positive = rng.random(800) < 1 / (1 + np.exp(-odds))
    flat = odds[None] * 0.4
    flat += brentq(lambda shift: expit(flat + shift).mean() - positive.mean(), -9, 9)
    found = recalibrate(flat, positive)
    alone = minimize(lambda v: loss(flat + v[0], positive), [0.0], tol=1e-12)
    assert loss(flat, positive) - alone.fun == pytest.approx(0, abs=1e-9)
    both = minimize(lambda v: loss(v[0] * flat + v[1], positive), [1.0, 0.0], tol=1e-12)
    gain = loss(flat, positive) - both.fun
    assert found.contradicted == pytest.approx(2 * 800 * gain / OF_BOTH, rel=1e-4)
    assert found.slope == pytest.approx(2.5, abs=0.5)


def test_right_probabilities_are_contradicted_as_rarely_as_the_level_says() -> None:
    right = [recalibrate(*photos(seed, 100)).contradicted > 1 for seed in range(300)]
    assert 0.01 <= np.mean(right) <= 0.08
    wrong = [recalibrate(*photos(seed, 100, shift=1.5)).contradicted > 1 for seed in range(50)]
    assert np.mean(wrong) >= 0.9


def test_repeats_do_not_make_the_photos_more_and_groups_make_them_fewer() -> None:
    one, five = (recalibrate(*photos(3, 60, shift=1, repeats=r)) for r in (1, 5))
    assert vars(five) == pytest.approx(vars(one))
    odds, positive = photos(3, 60, shift=1)
    four = np.repeat(odds, 4, axis=1), np.repeat(positive, 4)
    apart = recalibrate(*four)
    together = recalibrate(*four, groups=np.arange(240) // 4)
    assert apart.contradicted == pytest.approx(4 * one.contradicted)
    assert together == Recalibration(apart.slope, apart.shift, together.contradicted)
    assert together.contradicted == pytest.approx(one.contradicted)


def test_single_heads_are_recalibrated_and_not_their_mean() -> None:
    # each repeat is too sure by noise of its own; the mean of many would not be
    odds, positive = photos(4, 2000)
    noisy = odds + np.random.default_rng(0).normal(0, 3, (20, 2000))
    assert recalibrate(noisy, positive, temperature=1.5).slope < 0.6
    assert recalibrate(noisy.mean(axis=0)[None], positive, temperature=1.5).slope > 0.8


def test_photos_that_are_told_apart_for_certain_contradict_nothing_that_says_so() -> None:
    positive = np.arange(40) % 2 == 0
    sure = np.where(positive, 30.0, -30.0)[None]
    found = recalibrate(sure, positive)
    assert found.contradicted == pytest.approx(0, abs=1e-6)
    assert np.isfinite([found.slope, found.shift]).all()


def test_saturated_probabilities_are_finite() -> None:
    odds, positive = photos(5, 50)
    found = recalibrate(np.sign(odds) * 700, positive, temperature=20.0)
    assert np.isfinite(list(vars(found).values())).all()


def test_one_class_is_told() -> None:
    with pytest.raises(ValueError, match="both classes"):
        recalibrate(np.ones((1, 2)), np.ones(2, dtype=bool))
