import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from potholes.evaluation.calibration import (
    brier,
    calibration,
    expected_calibration_error,
    reliability_bins,
)
from potholes.statistics.binomial import wilson


def two(second: np.ndarray | list[float]) -> np.ndarray:
    """Probabilities [N, 2] of those of the second class."""
    values = np.asarray(second, dtype=float)
    return np.stack([1 - values, values], axis=1)


def draw(seed: int, photos: int, *, sharper: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities that are right, or with the logits multiplied by `sharper`; labels."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, photos)
    labels = (rng.random(photos) < 1 / (1 + np.exp(-logits))).astype(np.int64)
    return two(1 / (1 + np.exp(-logits * sharper))), labels


# 30 photos, two bins of 15: 0.2 said of 15, of which 6 come true; 0.9 of 15, 12 come true
THIRTY = two([0.2] * 15 + [0.9] * 15)
COMES_TRUE = np.array([1] * 6 + [0] * 9 + [1] * 12 + [0] * 3)


def test_the_error_is_the_mean_distance_of_the_bins() -> None:
    assert expected_calibration_error(THIRTY, COMES_TRUE) == pytest.approx((0.2 + 0.1) / 2)


def test_bins_tell_what_was_said_and_what_came_true() -> None:
    low, high = reliability_bins(THIRTY, COMES_TRUE)
    assert (low.probability, low.observed, low.photos) == pytest.approx((0.2, 0.4, 15))
    assert (high.probability, high.observed, high.photos) == pytest.approx((0.9, 0.8, 15))
    expected = wilson(0.4, 15)
    assert (low.low, low.high) == (expected.low, expected.high)


def test_grouped_photos_widen_a_bin() -> None:
    groups = np.arange(30) // 3  # five groups of three in either bin
    (low, _) = reliability_bins(THIRTY, COMES_TRUE, groups=groups)
    assert low.high == wilson(0.4, 5).high


def test_equal_probabilities_share_a_bin() -> None:
    (only,) = reliability_bins(two([0.5] * 60), np.array([0, 1] * 30))
    assert (only.observed, only.photos) == (0.5, 60)


def test_few_photos_are_one_bin_and_many_are_ten() -> None:
    assert len(reliability_bins(*draw(0, 29))) == 1
    assert len(reliability_bins(*draw(0, 400))) == 10


def test_bins_are_scikit_learns_quantile_bins() -> None:
    probabilities, labels = draw(3, 400)
    rows = reliability_bins(probabilities, labels)
    observed, said = calibration_curve(labels, probabilities[:, 1], n_bins=10, strategy="quantile")
    assert [row.observed for row in rows] == pytest.approx(observed.tolist())
    assert [row.probability for row in rows] == pytest.approx(said.tolist())


def test_of_several_classes_the_largest_probability_is_judged() -> None:
    probabilities = np.array([[0.7, 0.2, 0.1], [0.1, 0.7, 0.2], [0.7, 0.1, 0.2]])
    (only,) = reliability_bins(probabilities, np.array([0, 1, 2]))
    assert (only.probability, only.observed) == pytest.approx((0.7, 2 / 3))


def test_brier_of_two_classes_is_scikit_learns() -> None:
    probabilities, labels = draw(0, 50)
    expected = brier_score_loss(labels, probabilities[:, 1])
    assert brier(probabilities, labels) == pytest.approx(expected)


def test_brier_of_several_classes_is_half_the_sum() -> None:
    # (0.3^2 + 0.2^2 + 0.1^2) / 2 and (0.5^2 + 0.5^2) / 2
    probabilities = np.array([[0.7, 0.2, 0.1], [0.5, 0.5, 0.0]])
    assert brier(probabilities, np.array([0, 1])) == pytest.approx((0.07 + 0.25) / 2)
    expected = brier_score_loss([0, 1], probabilities, labels=[0, 1, 2], scale_by_half=True)
    assert brier(probabilities, np.array([0, 1])) == pytest.approx(expected)


def test_a_sure_and_right_head_has_no_error_and_a_sure_and_wrong_one_has_all() -> None:
    labels = np.array([0, 1] * 30)
    sure = np.eye(2)[labels]
    assert (expected_calibration_error(sure, labels), brier(sure, labels)) == (0, 0)
    assert (expected_calibration_error(sure, 1 - labels), brier(sure, 1 - labels)) == (1, 1)


@given(st.integers(0, 200), st.integers(1, 80))
def test_scores_stay_within_0_and_1_and_know_no_order_of_photos(seed: int, photos: int) -> None:
    probabilities, labels = draw(seed, photos)
    probabilities = probabilities.round(1)
    order = np.random.default_rng(seed).permutation(photos)
    for score in (expected_calibration_error, brier):
        value = score(probabilities, labels)
        assert 0 <= value <= 1
        assert score(probabilities[order], labels[order]) == pytest.approx(value)


def test_an_interval_holds_its_estimate_and_the_seed_decides_it() -> None:
    probabilities, labels = draw(0, 120, sharper=2)
    groups = np.arange(120)
    one, same, other = (
        calibration(probabilities, labels, groups=groups, seed=seed) for seed in (0, 0, 1)
    )
    assert one == same != other
    assert one.ece_low <= one.ece <= one.ece_high
    assert one.brier_low < one.brier < one.brier_high
    assert one.ece == expected_calibration_error(probabilities, labels)
    assert one.brier == brier(probabilities, labels)


def test_the_brier_interval_is_that_of_a_mean() -> None:
    probabilities, labels = draw(0, 400)
    found = calibration(probabilities, labels, groups=np.arange(400), seed=0)
    losses = (probabilities[:, 1] - labels) ** 2
    reach = 1.96 * losses.std() / 20
    assert found.brier_low == pytest.approx(losses.mean() - reach, abs=0.1 * reach)
    assert found.brier_high == pytest.approx(losses.mean() + reach, abs=0.1 * reach)


def test_groups_are_drawn_whole() -> None:
    # 30 photos, each five times: five times the photos, but no more than 30 know something
    probabilities, labels = (np.repeat(part, 5, axis=0) for part in draw(0, 30))
    together = calibration(probabilities, labels, groups=np.arange(150) // 5, seed=0)
    apart = calibration(probabilities, labels, groups=np.arange(150), seed=0)
    ratio = (together.brier_high - together.brier_low) / (apart.brier_high - apart.brier_low)
    assert ratio == pytest.approx(5**0.5, rel=0.2)
    assert together.ece_high > apart.ece_high


def test_right_probabilities_may_have_no_error_and_wrong_ones_have_some() -> None:
    lows = [calibration(*draw(s, 200), groups=np.arange(200), seed=0).ece_low for s in range(20)]
    assert sum(low == 0 for low in lows) >= 17
    wrong = [
        calibration(*draw(s, 200, sharper=4), groups=np.arange(200), seed=0).ece_low
        for s in range(20)
    ]
    assert min(wrong) > 0


def test_no_photo_is_told() -> None:
    with pytest.raises(ValueError, match="got none"):
        brier(np.zeros((0, 2)), np.zeros(0, dtype=np.int64))
