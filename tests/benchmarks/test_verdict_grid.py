import numpy as np
import pytest
from scipy import stats

from benchmarks.verdicts import any_said, bayesian, corrected_t, mcnemar, outcomes, photo_z

EACH = np.arange(12)
FOLDS = np.stack([EACH % 3, EACH // 4])  # two repeats of three folds
FIRST = np.ones((2, 12), bool)
SECOND = np.stack([EACH >= 3, EACH >= 2])
# wrong a fold: one in each of the first repeat, two in the first of the second


def test_the_corrected_t_by_hand():
    p, difference = corrected_t(FIRST, SECOND, FOLDS, EACH)
    scores = np.array([1, 1, 1, 2, 0, 0]) / 4
    error = np.sqrt((1 / 6 + 1 / 2) * scores.var(ddof=1))
    assert difference == pytest.approx(5 / 24)
    assert p == pytest.approx(2 * stats.t.sf(5 / 24 / error, 5))


def test_the_bayesian_t_asks_for_more_than_the_rope():
    plain, _ = corrected_t(FIRST, SECOND, FOLDS, EACH)
    p, _ = bayesian(FIRST, SECOND, FOLDS, EACH)
    assert plain / 2 < p < 1


def test_mcnemar_counts_photos():
    p, difference = mcnemar(FIRST, SECOND, FOLDS, EACH)
    assert p == pytest.approx(2 * 0.5**3)
    assert difference == 3 / 12


def test_the_normal_test_by_hand():
    p, difference = photo_z(FIRST, SECOND, FOLDS, EACH)
    leads = np.array([1, 1, 0.5] + [0] * 9)
    error = np.sqrt(1.45 * leads.var() / 12)
    assert difference == pytest.approx(2.5 / 12)
    assert p == pytest.approx(2 * stats.norm.sf(2.5 / 12 / error))


def test_backbones_that_never_part_are_never_told_apart():
    for test in (corrected_t, mcnemar, photo_z):
        assert test(FIRST, FIRST, FOLDS, EACH)[0] == 1


def test_any_pair_of_a_set_counts_by_holm():
    p = np.ones((1, 4, 4))
    p[0, 0, 1] = 0.03
    assert [any_said(p, size) for size in (2, 3, 4)] == [0.5, 0, 0]
    p[0, 2, 3] = 0.001
    assert [any_said(p, size) for size in (2, 3, 4)] == [1, 0, 1]


def test_outcomes_of_all_pairs():
    right = np.stack([FIRST, SECOND, FIRST])[None]
    p, difference = outcomes(right, FOLDS, EACH, mcnemar)
    assert p[0, 0, 1] == p[0, 1, 2] == 0.25
    assert (difference[0, 0, 1], difference[0, 1, 2]) == (0.25, -0.25)
