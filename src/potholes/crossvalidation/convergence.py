"""Were the heads trained enough? Their scores beside those of the same heads at convergence.

A backbone whose features are small or alike needs more steps. With few epochs for all, the
comparison would rank how fast heads learn instead of what the backbones can do.
"""

from collections.abc import Sequence

import numpy as np

from potholes.crossvalidation.held_out import (
    CrossValidation,
    fit_together,
    fold_scores,
    held_out_logits,
)
from potholes.crossvalidation.tables import Convergence, tested_over_trained
from potholes.features.tables import Features
from potholes.files.rows import as_written
from potholes.head.converged import converged_logits
from potholes.head.descent import Floats
from potholes.head.training import losses
from potholes.params import TrainParams
from potholes.statistics.grouped_mean import grouped_mean
from potholes.statistics.resampled import cross_validated_accuracy

LONGER = (2, 4, 8)  # times the epochs, tried where heads are not trained enough
_SHARED = 2.0  # heads of the folds share photos, which a variance over photos does not see
_MATTERS = 0.01  # accuracy that convergence adds
_NEAR = 0.005  # of the best accuracy that longer training reaches
_MOST_EPOCHS = 10_000  # that params.yaml takes


def compare_with_converged(
    features: Features,
    result: CrossValidation,
    train: TrainParams,
    *,
    effective_n: float,
    level: float = 0.95,
    products: Floats | None = None,
) -> Convergence:
    """The folds of `result` with heads at convergence, on the same photos.

    The heads of `result` are under-trained where convergence adds 0.01 to the accuracy or more,
    and lowers the cross-entropy by more than its interval: accuracies of a few hundred photos vary
    too much to show it by themselves. Then the folds of one repeat are also trained with twice,
    four and eight times the epochs. `effective_n` is the number of independent photos; `products`
    as for `crossvalidate`.
    """
    logits = converged_logits(
        features.values, features.labels(), result.tasks, len(features.classes), products
    )
    out_of_fold = held_out_logits(result.pool, result.held_out_in, list(logits))
    scores = fold_scores(result.labels, result.held_out_in, out_of_fold)
    accs = np.array([acc for acc, _, _ in scores])
    aucs = [auc for _, auc, _ in scores if auc is not None]
    ratio = tested_over_trained(result.folds)
    limits = cross_validated_accuracy(accs, effective_n, ratio=ratio, level=level)
    excess = _photo_losses(result, result.logits) - _photo_losses(result, out_of_fold)
    higher = grouped_mean(excess, result.pool.groups, level=level, inflation=_SHARED)
    gained = float(accs.mean()) - float(np.mean([fold.acc for fold in result.folds]))
    under_trained = higher.low > 0 and as_written(gained) >= _MATTERS
    epochs, gain = _enough(features, result, train, products) if under_trained else (None, None)
    return Convergence(
        converged_acc=float(accs.mean()),
        converged_acc_low=limits.low,
        converged_acc_high=limits.high,
        converged_auc=float(np.mean(aucs)) if len(aucs) > 1 else None,
        excess_loss=float(excess.mean()),
        excess_loss_low=higher.low,
        excess_loss_high=higher.high,
        under_trained=int(under_trained),
        enough_epochs=epochs,
        enough_gain=gain,
    )


def _photo_losses(result: CrossValidation, logits: Floats) -> Floats:
    """Cross-entropy [N] of each photo, mean of the repeats of logits [R, N, C]."""
    parts = [losses(repeat.T, result.labels)[0] for repeat in logits]
    return np.asarray(np.mean(parts, axis=0))


def _enough(
    features: Features, result: CrossValidation, train: TrainParams, products: Floats | None
) -> tuple[int | None, float | None]:
    """The fewest of LONGER epochs that score nearly as well as the best of them, and what they add
    to the accuracy of the same folds."""
    first = [fold for fold in result.folds if fold.repeat == 0]
    tasks = result.tasks[: len(first)]
    tried = []
    for times in LONGER:
        if train.epochs * times > _MOST_EPOCHS:
            break
        longer = longer_training(train, times)
        runs = fit_together(features, tasks, longer, products)
        tried.append((longer.epochs, _accuracy(result, [run.logits for run in runs])))
    if not tried:
        return None, None
    most = max(acc for _, acc in tried)
    epochs, acc = next(one for one in tried if as_written(most - one[1]) <= _NEAR)
    return epochs, acc - float(np.mean([fold.acc for fold in first]))


def longer_training(train: TrainParams, times: int) -> TrainParams:
    """So many times the epochs, at the same rates: the steps of the schedule are as much longer."""
    changes = {"epochs": train.epochs * times, "step_size": train.step_size * times}
    return train.model_copy(update=changes)


def _accuracy(result: CrossValidation, logits: Sequence[Floats]) -> float:
    """Mean over the folds of the first repeat."""
    held = result.held_out_in[:1]
    out_of_fold = held_out_logits(result.pool, held, logits)
    return float(np.mean([acc for acc, _, _ in fold_scores(result.labels, held, out_of_fold)]))
