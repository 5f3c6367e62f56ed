import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from potholes.statistics.delong import auc_difference, delong, placements
from potholes.statistics.newcombe import newcombe
from tests.statistics.ovarian import ALBUMIN, KG_SCORE, POSITIVE, PROTEIN

THREE = np.stack([KG_SCORE, ALBUMIN, PROTEIN])


def brute_force(positive, scores):
    """The definition, pair by pair: areas, and covariances of the two kinds of components."""
    above, below = scores[:, positive], scores[:, ~positive]
    won = (above[:, :, None] > below[:, None, :]) + 0.5 * (above[:, :, None] == below[:, None, :])
    own, other = won.mean(axis=2), won.mean(axis=1)
    covariance = np.cov(own) / own.shape[1] + np.cov(other) / other.shape[1]
    return won.mean(axis=(1, 2)), covariance


def test_the_published_example():
    found = delong(POSITIVE, THREE)
    assert found.areas == pytest.approx([0.7258, 0.7366, 0.6478], abs=5e-5)
    errors = np.sqrt(np.diag(found.covariance))
    assert errors == pytest.approx([0.1028, 0.0927, 0.1000], abs=5e-5)
    contrast = np.array([[-1, 1, 0], [-1, 0, 1]])
    gaps = contrast @ found.areas
    chi_square = gaps @ np.linalg.inv(contrast @ found.covariance @ contrast.T) @ gaps
    assert chi_square == pytest.approx(2.5340, abs=5e-5)


def test_the_published_difference():
    found = auc_difference(POSITIVE, PROTEIN, KG_SCORE)
    assert found.difference == pytest.approx(-0.0780, abs=5e-5)
    assert (found.low, found.high) == pytest.approx((-0.2830, 0.1271), abs=5e-5)


def test_components_by_hand():
    positive = np.array([True, True, False, False, False])
    parts = placements(positive, np.array([[0.9, 0.4, 0.4, 0.5, 0.1]]))
    assert parts.positive == pytest.approx(np.array([[1, 0.5]]))  # the second: a tie, 0, 1
    assert parts.negative == pytest.approx(np.array([[0.75, 0.5, 1]]))


@given(st.integers(0, 2**32 - 1), st.integers(2, 12), st.integers(2, 12), st.integers(1, 9))
def test_it_is_the_definition(seed, positives, negatives, values):
    rng = np.random.default_rng(seed)
    positive = rng.permutation(np.arange(positives + negatives) < positives)
    scores = rng.integers(0, values, (3, len(positive))).astype(float)  # with ties
    areas, covariance = brute_force(positive, scores)
    found = delong(positive, scores)
    assert found.areas == pytest.approx(areas, abs=1e-12)
    assert found.covariance == pytest.approx(covariance, abs=1e-12)


def test_photos_saved_twice_say_no_more_than_once():
    once, twice = delong(POSITIVE, THREE), np.repeat(np.arange(len(POSITIVE)), 2)
    found = delong(POSITIVE[twice], THREE[:, twice], groups=twice)
    assert found.areas == pytest.approx(once.areas)
    assert found.covariance == pytest.approx(once.covariance)


def test_the_order_of_the_two_changes_only_the_sign():
    found = auc_difference(POSITIVE, ALBUMIN, KG_SCORE)
    other = auc_difference(POSITIVE, KG_SCORE, ALBUMIN)
    mirrored = (-other.difference, -other.high, -other.low)
    assert (found.difference, found.low, found.high) == pytest.approx(mirrored)


def test_the_same_ranking_has_no_difference_but_still_a_width():
    positive = np.arange(20) < 8
    found = auc_difference(positive, positive * 1.0, positive * 2.0)
    reach = 1 - newcombe(1.0, 8, 12).low
    assert found.difference == 0
    assert (found.low, found.high) == pytest.approx((-reach, reach))
    scores = np.random.default_rng(0).random(20)
    same = auc_difference(positive, scores, 3 * scores)
    assert same.low < -0.1
    assert same.high > 0.1


def test_many_photos_have_delongs_however_small_the_variance():
    rng = np.random.default_rng(0)
    positive = np.arange(3000) < 1500
    first, second = rng.standard_normal((2, 3000)) + 3 * positive
    covariance = delong(positive, np.stack([first, second])).covariance
    variance = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    assert variance < 1e-5
    found = auc_difference(positive, first, second)
    assert found.high - found.low == pytest.approx(2 * 1.959964 * np.sqrt(variance))


def test_opposite_perfect_rankings_add_their_own_limits_in_squares():
    positive = np.arange(20) < 8
    scores = positive * 1.0
    reach = np.sqrt(2) * (1 - newcombe(1.0, 8, 12).low)
    found = auc_difference(positive, scores, -scores)
    assert (found.difference, found.low, found.high) == pytest.approx((1, 1 - reach, 1))


def test_a_difference_is_at_most_one():
    positive = np.arange(8) < 4
    scores = np.array([4, 5, 6, 2, 0, 1, 2.5, 3])  # area 14/16
    assert auc_difference(positive, scores, -scores, level=0.999).high == 1
    assert auc_difference(positive, -scores, scores, level=0.999).low == -1


def test_one_photo_of_a_class_has_no_variance():
    found = delong(np.arange(6) < 1, np.arange(6.0)[None])
    assert found.covariance.tolist() == [[np.inf]]


def test_one_photo_of_a_class_still_has_an_interval():
    positive = np.arange(6) < 1
    scores = np.arange(6.0)
    found = auc_difference(positive, scores, -scores)
    assert found.difference == -1
    assert found.low == pytest.approx(-1)
    assert -1 < found.high < 1


@pytest.mark.parametrize("value", [True, False])
def test_a_missing_class_is_named(value):
    missing = "negative" if value else "positive"
    with pytest.raises(ValueError, match=f"no photo is {missing}"):
        delong(np.full(5, value), np.zeros((1, 5)))


def test_a_score_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="finite"):
        delong(np.array([True, False]), np.array([[0.5, np.nan]]))
