import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from potholes.crossvalidation.convergence import compare_with_converged, longer_training
from potholes.crossvalidation.held_out import CrossValidation, crossvalidate
from potholes.crossvalidation.tables import Convergence
from potholes.features.tables import FeatureRow, Features
from potholes.head.converged import PENALTY
from potholes.head.descent import with_ones
from potholes.params import CrossvalidateParams, TrainParams
from potholes.params_file import load_params

TRAIN = load_params().train
FOLDS = CrossvalidateParams(folds=5, repeats=2, seed=0)


def features(scale: float, *, photos: int = 120, group: int = 1) -> Features:
    """Two classes, well apart in ten of thirty directions; a small scale is slow to learn."""
    rng = np.random.default_rng(0)
    labels = np.arange(photos) // group % 2
    values = rng.standard_normal((photos, 30))
    values[:, :10] += 0.9 * labels[:, None]
    rows = [
        FeatureRow(f"{n:03}", f"{n:03}", f"{n // group * group:03}", "ab"[labels[n]], "train")
        for n in range(photos)
    ]
    return Features("r", "cpu", ["a", "b"], (scale * values).astype(np.float32), rows)


def both(found: Features, train: TrainParams = TRAIN) -> tuple[CrossValidation, Convergence]:
    result = crossvalidate(found, train, FOLDS)
    effective_n = float(len({row.group_id for row in found.rows}))
    return result, compare_with_converged(found, result, train, effective_n=effective_n)


def test_slow_features_are_under_trained_and_the_epochs_that_would_do_are_named() -> None:
    result, found = both(features(0.1))
    accuracy = np.mean([fold.acc for fold in result.folds])
    assert found.under_trained
    assert found.excess_loss_low > 0
    assert found.converged_acc > accuracy + 0.01
    assert found.enough_epochs in (40, 80, 160)
    longer = crossvalidate(
        features(0.1),
        longer_training(TRAIN, found.enough_epochs // 20),
        FOLDS.model_copy(update={"repeats": 1}),
    )
    gain = np.mean([one.acc for one in longer.folds]) - np.mean(
        [one.acc for one in result.folds[:5]]
    )
    assert found.enough_gain == pytest.approx(gain)


def test_heads_that_are_trained_enough_raise_no_alarm() -> None:
    quick = TRAIN.model_copy(update={"lr": 0.05, "epochs": 80, "step_size": 28})
    found = both(features(1.0), quick)[1]
    assert found.excess_loss_low < 0 < found.excess_loss_high
    assert (found.under_trained, found.enough_epochs, found.enough_gain) == (0, None, None)


def test_the_scores_are_those_of_heads_at_convergence_on_held_out_photos() -> None:
    own = features(1.0)
    result, found = both(own)
    inputs, labels = with_ones(own.values), own.labels()
    penalty = PENALTY * inputs.var(axis=0).sum() / 2
    accs = []
    for fold, task in zip(result.folds, result.tasks, strict=True):
        fitted = LogisticRegression(
            C=1 / (task.train.sum() * penalty), fit_intercept=False, tol=1e-8, max_iter=10**4
        ).fit(inputs[task.train], labels[task.train])
        out = result.held_out_in[fold.repeat] == fold.fold
        accs.append(fitted.score(inputs[out], labels[out]))
    assert found.converged_acc == pytest.approx(np.mean(accs))


def test_photos_of_one_group_leave_more_doubt() -> None:
    alone, grouped = (both(features(0.1, group=size))[1] for size in (1, 6))
    widths = [one.excess_loss_high - one.excess_loss_low for one in (alone, grouped)]
    assert widths[1] > widths[0]


def test_no_more_epochs_are_tried_than_params_take() -> None:
    many = TRAIN.model_copy(update={"epochs": 6000, "lr": 1e-5, "step_size": 6000})
    own = features(0.1, photos=40)
    result = crossvalidate(own, replace_epochs(many, 2), FOLDS)
    found = compare_with_converged(own, result, many, effective_n=40.0)
    assert found.under_trained
    assert found.enough_epochs is None


def replace_epochs(train: TrainParams, epochs: int) -> TrainParams:
    return train.model_copy(update={"epochs": epochs})


def test_more_epochs_keep_the_shape_of_the_schedule() -> None:
    longer = longer_training(TRAIN, 4)
    assert (longer.epochs, longer.step_size) == (80, 28)
    assert longer == TRAIN.model_copy(update={"epochs": 80, "step_size": 28})
