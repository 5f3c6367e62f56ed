import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from potholes.audit.logistic import (
    columns,
    fit_logistic,
    logistic_folds,
    logistic_odds,
)
from potholes.probabilities import auc
from potholes.statistics.folds import fewest_groups


def predicted(table, positive, groups):
    return logistic_odds(table, positive, logistic_folds(positive, groups, seed=0))


def test_ranks_squares_and_flags_by_hand() -> None:
    table = np.array([[10.0, 1.0], [30.0, 1.0], [10.0, np.nan], [np.nan, 1.0]])
    # of 10, 30, 10: two share the mean rank 1 of 3 (-1/3), one has 2.5 of 3 (2/3)
    found = columns(table).T
    assert found[0] == pytest.approx(np.ones(4))
    assert found[1] == pytest.approx(np.array([-1 / 3, 2 / 3, -1 / 3, 0]))
    assert found[2] == pytest.approx(np.array([1 / 9, 4 / 9, 1 / 9, 1 / 3]) - 1 / 3)
    assert found[3].tolist() == [0, 0, 0, 1]
    # the constant column has nothing left but its missing flag and its square, which is as telling
    assert found[-1].tolist() == [0, 0, 1, 0]


def test_units_and_outliers_do_not_matter() -> None:
    values = np.random.default_rng(0).random((30, 1))
    assert columns(values * 1e6 + 3) == pytest.approx(columns(values))
    assert columns(np.exp(50 * values)) == pytest.approx(columns(values))


def test_the_regression_is_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    x = np.column_stack([np.ones(80), rng.normal(0, 1, (80, 3))])
    positive = x[:, 1] + rng.normal(0, 1, 80) > 0.3
    model = LogisticRegression(C=1.0, tol=1e-10, max_iter=1000).fit(x[:, 1:], positive)
    expected = np.append(model.intercept_, model.coef_[0])
    assert fit_logistic(x, positive) == pytest.approx(expected, abs=1e-4)


def test_separable_classes_have_finite_weights() -> None:
    x = np.column_stack([np.ones(40), np.repeat([-1.0, 1.0], 20)])
    weight = fit_logistic(x, x[:, 1] > 0)
    assert np.isfinite(weight).all()
    assert 1 < weight[1] < 10


def test_a_class_in_the_middle_of_the_other_is_told() -> None:
    rng = np.random.default_rng(0)
    positive = np.arange(200) < 100
    values = np.where(positive, 75.0, rng.choice([60.0, 70.0, 80.0, 90.0], 200))
    assert auc(positive, predicted(values[:, None], positive, np.arange(200))) > 0.95


def test_a_row_is_guessed_without_its_own_group() -> None:
    # every group has its own value and label: known groups would be predicted perfectly
    rng = np.random.default_rng(0)
    groups = np.arange(200) // 2
    positive = rng.integers(0, 2, 100).astype(bool)[groups]
    table = rng.random((100, 40))[groups]
    apart = auc(positive, predicted(table, positive, np.arange(200)))
    together = auc(positive, predicted(table, positive, groups))
    assert together < 0.65 < apart - 0.1


def test_groups_of_mixed_kinds_can_be_predicted() -> None:
    rng = np.random.default_rng(0)
    groups = np.arange(200) // 25  # eight drives, a third of each of the kind
    positive = rng.random(200) < 1 / 3
    table = rng.random((200, 1)) + positive[:, None]
    assert fewest_groups((positive, ~positive), groups) == 8
    assert auc(positive, predicted(table, positive, groups)) > 0.9


def test_too_few_groups_are_told() -> None:
    with pytest.raises(ValueError, match="got 1 groups of a class, expected 2 or more"):
        logistic_folds(np.array([True, False, False]), np.arange(3), seed=0)
