import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from potholes.statistics.delong import (
    auc_difference,
    delong,
    macro_auc_difference,
    macro_delong,
    placements,
)
from potholes.statistics.newcombe import score_interval
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
    reach = 1 - score_interval(1.0, 8, 12).low
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
    reach = np.hypot(1 - score_interval(1.0, 8, 12).low, score_interval(0.0, 8, 12).high)
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


def classes_told(seed, classes, strength=1.5, photos=90):
    """Labels [N] and probabilities [N, C]; photos of one seed are equally hard for every head."""
    rng = np.random.default_rng(seed)
    labels = np.arange(photos) % classes
    shared = np.random.default_rng([seed, 1]).standard_normal((photos, classes))
    odds = np.exp(shared + 0.5 * rng.standard_normal((photos, classes)))
    odds *= np.exp(strength * np.eye(classes)[labels])
    return labels, odds / odds.sum(axis=1, keepdims=True)


def test_the_macro_covariance_of_two_classes_is_delongs():
    rng = np.random.default_rng(0)
    labels, scores = (np.arange(40) < 13).astype(np.int64), rng.random((2, 40))
    expected = delong(labels == 1, scores)
    found = macro_delong(labels, np.stack([1 - scores, scores], axis=2))
    assert found.areas == pytest.approx(expected.areas)
    assert found.covariance == pytest.approx(expected.covariance)


def test_the_macro_difference_of_two_classes_is_the_seconds():
    labels = (np.arange(40) < 13).astype(np.int64)
    first, second = np.random.default_rng(0).random((2, 40, 2))
    found = macro_auc_difference(labels, first, second)
    assert found == auc_difference(labels == 1, first[:, 1], second[:, 1])


@pytest.mark.parametrize("classes", [3, 10])
def test_the_covariance_of_two_macro_areas_is_as_they_vary_together(classes):
    """Two heads that see the same photos, over 400 draws of these photos."""
    labels = np.arange(90) % classes
    draws = np.random.default_rng(0).standard_normal((400, 3, 90, classes))
    odds = np.exp(draws[:, :1] + 0.5 * draws[:, 1:] + 1.5 * np.eye(classes)[labels])
    heads = odds / odds.sum(axis=3, keepdims=True)
    found = [macro_delong(labels, pair) for pair in heads]
    actual = np.cov(np.array([one.areas for one in found]).T)
    estimated = np.mean([one.covariance for one in found], axis=0)
    assert estimated == pytest.approx(actual, rel=0.2)
    assert 0.5 < actual[0, 1] / actual[0, 0] < 0.95


@pytest.mark.parametrize("classes", [3, 10])
def test_a_macro_difference_by_its_parts(classes):
    labels, first = classes_told(0, classes)
    second = classes_told(1, classes, strength=0.5)[1]
    found = macro_auc_difference(labels, first, second)
    both = macro_delong(labels, np.stack([first, second]))
    (aa, ab), (_, bb) = both.covariance
    reach = 1.959964 * np.sqrt(aa + bb - 2 * ab)
    assert found.difference == pytest.approx(both.areas[0] - both.areas[1])
    assert (found.low, found.high) == pytest.approx(
        (found.difference - reach, found.difference + reach)
    )
    assert found.low > 0


def test_equal_heads_of_three_classes_have_no_difference_but_still_a_width():
    labels, probabilities = classes_told(0, 3)
    found = macro_auc_difference(labels, probabilities, probabilities)
    assert found.difference == 0
    assert found.low < -0.03 < 0.03 < found.high
