import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from potholes.head.converged import PENALTY, converged_logits
from potholes.head.descent import with_ones
from potholes.head.many_heads import products_of
from potholes.head.training import Task


def drawn(photos: int, width: int, classes: int) -> tuple[np.ndarray, np.ndarray, list[Task]]:
    """Overlapping classes, features with a mean as a ReLU's; three heads on other two thirds."""
    rng = np.random.default_rng([photos, width, classes])
    labels = np.arange(photos) % classes
    centres = rng.standard_normal((classes, width))
    values = 3 + 0.4 * centres[labels] + rng.standard_normal((photos, width))
    parts = [rng.random(photos) < 2 / 3 for _ in range(3)]
    return values.astype(np.float32), labels, [Task(part, part, ~part) for part in parts]


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize(("photos", "width"), [(60, 100), (90, 20)])
def test_the_heads_are_those_of_a_penalised_softmax_regression(
    photos: int, width: int, classes: int
) -> None:
    features, labels, tasks = drawn(photos, width, classes)
    found = converged_logits(features, labels, tasks, classes)
    inputs = with_ones(features)
    penalty = PENALTY * inputs.var(axis=0).sum()
    for logits, task in zip(found, tasks, strict=True):
        # of two classes scikit-learn penalises the difference, whose square is twice the sum's
        strength = task.train.sum() * penalty / (2 if classes == 2 else 1)
        fitted = LogisticRegression(C=1 / strength, fit_intercept=False, tol=1e-10, max_iter=10**5)
        expected = fitted.fit(inputs[task.train], labels[task.train]).predict_log_proba(inputs)
        own = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        assert np.abs(own - expected).max() < 2e-3
        assert np.abs(expected).max() > 1


def test_products_save_work_and_change_nothing() -> None:
    features, labels, tasks = drawn(60, 100, 2)
    known = converged_logits(features, labels, tasks, 2, products_of(features))
    assert np.array_equal(known, converged_logits(features, labels, tasks, 2))


def test_a_head_does_not_depend_on_the_others_nor_on_the_order_of_the_features() -> None:
    features, labels, tasks = drawn(60, 100, 2)
    together = converged_logits(features, labels, tasks, 2)
    order = np.random.default_rng(0).permutation(100)
    alone = converged_logits(np.ascontiguousarray(features[:, order]), labels, tasks[1:2], 2)
    assert np.abs(together[1] - alone[0]).max() <= 1 / 2**16  # one step of the grid


def test_rows_of_no_task_have_no_part_in_it() -> None:
    features, labels, tasks = drawn(60, 100, 2)
    more = np.concatenate([features, 9 * features[:20]])
    wider = [
        Task(*(np.append(mask, np.zeros(20, dtype=np.bool_)) for mask in vars(task).values()))
        for task in tasks
    ]
    found = converged_logits(more, np.append(labels, labels[:20]), wider, 2, products_of(more))
    assert np.isnan(found[:, 60:]).all()
    assert np.array_equal(found[:, :60], converged_logits(features, labels, tasks, 2))
