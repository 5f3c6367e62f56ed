import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from sklearn.metrics import log_loss

from potholes.evaluation.temperature import HIGHEST, LOWEST, choose_temperature, fit_temperature
from potholes.probabilities import softmax


def draw(seed: int, photos: int, classes: int, temperature: float) -> tuple[np.ndarray, np.ndarray]:
    """Logits that are `temperature` times those from which the labels are drawn."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (photos, classes))
    drawn = (rng.random((photos, 1)) > softmax(logits).cumsum(axis=1)[:, :-1]).sum(axis=1)
    return logits * temperature, drawn


def test_softmax_divides_by_the_temperature_first() -> None:
    probabilities = softmax(np.array([[0.0, 2 * np.log(3)]]), 2.0)
    assert probabilities == pytest.approx(np.array([[0.25, 0.75]]))


def test_softmax_of_large_logits_is_finite() -> None:
    assert softmax(np.array([[1e4, -1e4]])).tolist() == [[1.0, 0.0]]


def test_three_of_four_right_at_a_margin_of_two_is_two_over_log_three() -> None:
    # every photo says class 1 by a margin of 2; the best probability for 3 of 4 is 3/4
    logits = np.array([[0.0, 2.0]] * 4)
    assert fit_temperature(logits, np.array([1, 1, 1, 0])) == pytest.approx(2 / np.log(3))


@pytest.mark.parametrize("classes", [2, 4])
def test_it_is_the_minimum_that_scipy_finds(classes: int) -> None:
    logits, labels = draw(0, 300, classes, 2.5)

    def loss(log_temperature: float) -> float:
        return float(log_loss(labels, softmax(logits, np.exp(log_temperature))))

    found = np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x)
    assert fit_temperature(logits, labels) == pytest.approx(found, rel=1e-4)


@pytest.mark.parametrize("temperature", [0.3, 1.0, 3.0])
def test_it_recovers_the_temperature_that_the_logits_were_made_with(temperature: float) -> None:
    logits, labels = draw(1, 20_000, 3, temperature)
    assert fit_temperature(logits, labels) == pytest.approx(temperature, rel=0.05)


@given(st.integers(0, 50), st.floats(0.5, 2))
def test_scaled_logits_scale_the_temperature(seed: int, factor: float) -> None:
    logits, labels = draw(seed, 60, 2, 1.0)
    plain = fit_temperature(logits, labels)
    assert fit_temperature(logits * factor, labels) == pytest.approx(plain * factor, rel=1e-6)


@pytest.mark.parametrize("scale", [0.3, 1.0, 3.0])
def test_perfectly_separated_photos_are_as_sure_as_their_number_allows(scale: float) -> None:
    labels = np.array([0, 1] * 20)
    logits = np.eye(2)[labels] * scale * np.linspace(1, 2, 40)[:, None]
    temperature = fit_temperature(logits, labels)
    assert softmax(logits, temperature).max(axis=1).mean() == pytest.approx(41 / 42)


def test_the_ends_of_the_range_hold() -> None:
    labels = np.array([0, 1] * 20)
    flat = np.eye(2)[labels] * 1e-6
    assert fit_temperature(flat, labels) == pytest.approx(LOWEST)
    assert fit_temperature(-flat, labels) == pytest.approx(HIGHEST)  # worse than chance
    assert fit_temperature(flat * 1e12, labels) == pytest.approx(HIGHEST)


def test_no_photo_or_a_diverged_head_is_told() -> None:
    with pytest.raises(ValueError, match="got none; add labelled photos"):
        fit_temperature(np.zeros((0, 2)), np.zeros(0, dtype=np.int64))
    with pytest.raises(ValueError, match=r"finite logits: .*; lower train\.lr"):
        fit_temperature(np.array([[0.0, np.nan]]), np.array([1]))


def test_repeats_are_one_fit_over_all_of_them() -> None:
    logits, labels = draw(0, 100, 3, 2.0)
    other, _ = draw(1, 100, 3, 2.0)
    both = fit_temperature(np.stack([logits, other]), labels)
    joined = fit_temperature(np.concatenate([logits, other]), np.tile(labels, 2))
    assert both == pytest.approx(joined, rel=1e-9)


def test_the_interval_is_where_twice_the_log_likelihood_falls_by_the_quantile() -> None:
    logits, labels = draw(0, 200, 2, 2.0)
    found = choose_temperature(logits[None], labels)
    least = log_loss(labels, softmax(logits, found.fitted))
    for end in (found.low, found.high):
        fall = 2 * 200 * (log_loss(labels, softmax(logits, end)) - least)
        assert fall == pytest.approx(1.959964**2, rel=1e-5)
    assert 1 < found.low < found.fitted < found.high
    assert found.value == found.fitted == fit_temperature(logits, labels)


def test_the_interval_holds_the_truth_and_right_probabilities_keep_their_temperature() -> None:
    found = [choose_temperature(*draw(seed, 80, 2, 1.0)) for seed in range(100)]
    kept = [one.value == 1 for one in found]
    assert kept == [one.low <= 1 <= one.high for one in found]
    assert 0.88 <= np.mean(kept) <= 0.99


def test_repeats_do_not_make_the_photos_more_and_groups_make_them_fewer() -> None:
    logits, labels = draw(0, 60, 2, 1.8)
    one = choose_temperature(logits[None], labels)
    five = choose_temperature(np.stack([logits] * 5), labels)
    assert (five.low, five.high) == pytest.approx((one.low, one.high))
    many, tiled = np.tile(logits, (4, 1))[None], np.tile(labels, 4)
    grouped = choose_temperature(many, tiled, groups=np.tile(np.arange(60), 4))
    assert (grouped.low, grouped.high) == pytest.approx((one.low, one.high), rel=1e-6)
    assert choose_temperature(many, tiled).low > grouped.low


def test_perfectly_separated_photos_bound_the_temperature_above_only() -> None:
    labels = np.array([0, 1] * 20)
    found = choose_temperature(np.eye(2)[labels][None] * 3, labels)
    assert found.low == LOWEST
    assert found.fitted < found.high < HIGHEST
