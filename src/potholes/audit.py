"""Reasons to doubt the labels and the scores of one comparison."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from potholes.alarms.balance import few_groups, fold_without_class, imbalance
from potholes.alarms.leak import parted_groups, ungrouped_gain
from potholes.alarms.properties import photo_properties
from potholes.alarms.shortcut import measure_shortcut, shortcut_alarm
from potholes.alarms.stand_in import stand_in_weights
from potholes.label_audit import audit_labels
from potholes.params import EvaluateParams
from potholes.statistics.folds import fewest_groups
from potholes.tables.alarms import Alarm
from potholes.tables.fold_scores import FoldScore, tested_over_trained
from potholes.tables.label_audit import AuditRow
from potholes.tables.manifest import Sample
from potholes.tables.origin import Origin
from potholes.tables.out_of_fold import OutOfFold
from potholes.tables.validation import Validation


def doubtful_labels(photos: OutOfFold, temperature: float) -> list[AuditRow]:
    """Every photo of train and val by the probabilities of heads that had not seen it."""
    probabilities = photos.calibrated(temperature)
    return audit_labels(photos.sample_ids, photos.labels, probabilities, photos.classes)


def alarms(
    samples: Sequence[Sample],
    folder: Path,
    photos: OutOfFold,
    folds: Sequence[FoldScore],
    validation: Validation,
    origin: Origin,
    params: EvaluateParams,
) -> list[Alarm]:
    """What is to be said of `samples` (the manifest in `folder`) and of one depth's validation."""
    own = [sample for sample in samples if sample.split != "test"]
    shares = [
        parted_groups([s.group_id for s in samples], [s.split for s in samples], what="split"),
        *(
            parted_groups(photos.group_ids, [str(fold) for fold in repeat], what="fold")
            for repeat in photos.held_out_in.tolist()
        ),
        _grouping(folds, validation, level=params.level),
    ]
    found = [
        stand_in_weights(origin),
        _shortcut(own, folder, photos.classes, params),
        *shares,
        imbalance(photos.labels, photos.classes),
        few_groups(photos.labels, photos.groups, photos.classes),
        fold_without_class(photos.labels, photos.held_out_in, photos.classes),
    ]
    return [alarm for alarm in found if alarm is not None]


def _shortcut(
    samples: Sequence[Sample], folder: Path, classes: Sequence[str], params: EvaluateParams
) -> Alarm | None:
    labels = np.array([classes.index(sample.label) for sample in samples])
    _, groups = np.unique([sample.group_id for sample in samples], return_inverse=True)
    own = [labels == place for place in range(len(classes))]
    if fewest_groups([*own, *(~mask for mask in own)], groups) < 2:
        return None  # nothing to learn from; `few_groups` says so
    table = photo_properties(samples, folder)
    told = measure_shortcut(table, labels, groups, classes, seed=params.seed, level=params.level)
    return shortcut_alarm(told, params.shortcut_auc)


def _grouping(folds: Sequence[FoldScore], validation: Validation, *, level: float) -> Alarm | None:
    """Nothing where every photo is its own group, or a fold has no AUC."""
    grouped = [fold.auc for fold in folds if fold.auc is not None]
    if len(grouped) != len(folds) or len(validation.ungrouped_auc) != len(folds):
        return None
    scores = np.array(grouped), np.array(validation.ungrouped_auc)
    return ungrouped_gain(*scores, ratio=tested_over_trained(folds), level=level)
