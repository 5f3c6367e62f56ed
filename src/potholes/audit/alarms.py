"""All alarms: reasons why the scores of one comparison may mislead."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from potholes.audit.balance import Counted, few_groups, fold_without_class, imbalance
from potholes.audit.leak import parted_groups, ungrouped_gain
from potholes.audit.photo_properties import photo_properties
from potholes.audit.shortcut import measure_shortcut, shortcut_alarm
from potholes.audit.tables import Alarm
from potholes.audit.undeclared_groups import look_alikes_alarm
from potholes.audit.under_training import under_trained
from potholes.crossvalidation.tables import (
    CrossValidationSummary,
    CrossValidationTables,
    FoldScore,
    tested_over_trained,
)
from potholes.dataset.tables import Sample
from potholes.params import EvaluateParams, TrainParams
from potholes.selection.tables import Comparison
from potholes.statistics.folds import fewest_groups
from potholes.weights.tables import Origin


def alarms(
    samples: Sequence[Sample],
    folder: Path,
    validation: CrossValidationTables,
    compared: Sequence[Comparison],
    origin: Origin,
    params: EvaluateParams,
    train: TrainParams,
) -> list[Alarm]:
    """All alarms of `samples` (the manifest in `folder`), of one cross-validated backbone and of
    all that were compared, whose heads were trained with `train`."""
    photos = validation.out_of_fold
    own = [sample for sample in samples if sample.split != "test"]
    tested = _counted([sample for sample in samples if sample.split == "test"], photos.classes)
    shares = [
        parted_groups([s.group_id for s in samples], [s.split for s in samples], what="split"),
        *(
            parted_groups(photos.group_ids, [str(fold) for fold in repeat], what="fold")
            for repeat in photos.held_out_in.tolist()
        ),
        _grouping(validation.folds, validation.summary, level=params.level),
    ]
    found = [
        stand_in_weights(origin),
        under_trained(compared, train),
        _shortcut(own, folder, photos.classes, params),
        *shares,
        look_alikes_alarm(validation.summary, validation.look_alikes),
        imbalance(photos.labels, photos.classes),
        few_groups(
            Counted(photos.labels, photos.groups), tested, photos.classes, level=params.level
        ),
        fold_without_class(photos.labels, photos.held_out_in, photos.classes),
    ]
    return [alarm for alarm in found if alarm is not None]


def _shortcut(
    samples: Sequence[Sample], folder: Path, classes: Sequence[str], params: EvaluateParams
) -> Alarm | None:
    counted = _counted(samples, classes)
    labels, groups = counted.labels, counted.groups
    own = [labels == index for index in range(len(classes))]
    if fewest_groups([*own, *(~mask for mask in own)], groups) < 2:
        return None  # nothing to learn from; `few_groups` says so
    table = photo_properties(samples, folder)
    shortcut = measure_shortcut(
        table, labels, groups, classes, seed=params.seed, level=params.level
    )
    return shortcut_alarm(shortcut, params.shortcut_auc)


def _counted(samples: Sequence[Sample], classes: Sequence[str]) -> Counted:
    labels = np.array([classes.index(sample.label) for sample in samples], dtype=np.int64)
    _, groups = np.unique([sample.group_id for sample in samples], return_inverse=True)
    return Counted(labels, groups.astype(np.int64))


def _grouping(
    folds: Sequence[FoldScore], summary: CrossValidationSummary, *, level: float
) -> Alarm | None:
    """Nothing where every photo is its own group, or a fold has no AUC."""
    grouped = [fold.auc for fold in folds if fold.auc is not None]
    if len(grouped) != len(folds) or len(summary.ungrouped_auc) != len(folds):
        return None
    scores = np.array(grouped), np.array(summary.ungrouped_auc)
    return ungrouped_gain(*scores, ratio=tested_over_trained(folds), level=level)


def stand_in_weights(origin: Origin) -> Alarm | None:
    """An alarm where the weights are a seeded stand-in."""
    if not origin.is_stand_in:
        return None
    advice = (
        "with ImageNet weights, the scores and the order of the backbones may differ; set "
        "weights.source to imagenet, or to a folder of torchvision state dicts, then run "
        "`make repro`"
    )
    return Alarm("stand-in weights", f"the weights are {origin.detail}", advice)
