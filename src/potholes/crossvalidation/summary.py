"""Everything that cross-validation says of one backbone."""

import numpy as np

from potholes.crossvalidation.convergence import compare_with_converged
from potholes.crossvalidation.held_out import CrossValidation, crossvalidate
from potholes.crossvalidation.learning_curve import LearningCurve, learning_curve
from potholes.crossvalidation.split_draw import split_draw
from potholes.crossvalidation.tables import (
    Convergence,
    CrossValidationSummary,
    CrossValidationTables,
    OutOfFold,
    SplitDraw,
    Undeclared,
    tested_over_trained,
)
from potholes.crossvalidation.undeclared import undeclared_groups
from potholes.features.tables import Features
from potholes.head.many_heads import products_of
from potholes.params import CrossvalidateParams, TrainParams
from potholes.statistics.groups import effective_number
from potholes.statistics.interval import Interval
from potholes.statistics.resampled import (
    corrected_variance,
    cross_validated_accuracy,
    cross_validated_auc,
)


def cross_validation_tables(
    features: Features, train: TrainParams, params: CrossvalidateParams, *, level: float
) -> CrossValidationTables:
    """Cross-validate the head on `features` and draw its learning curve.

    Where photos share groups, the folds are also drawn without regard to them, for the leak alarm;
    where photos look alike, also with look-alikes kept together.
    Raises ValueError as `crossvalidate` does.
    """
    products = products_of(features.values)
    result = crossvalidate(features, train, params, products=products)
    curve = learning_curve(features, train, params, level=level, products=products)
    groups = result.pool.groups.tolist()
    ungrouped: list[float | None] = []
    if len(set(groups)) < len(groups):
        parted = crossvalidate(features, train, params, grouped=False, products=products)
        ungrouped = [fold.auc for fold in parted.folds]
    photos = OutOfFold(
        classes=result.classes,
        sample_ids=result.sample_ids,
        group_ids=groups,
        labels=result.labels,
        held_out_in=result.held_out_in,
        probabilities=result.probabilities,
    )
    known = [area for area in ungrouped if area is not None]
    trained = compare_with_converged(
        features,
        result,
        train,
        effective_n=effective_number(photos.groups),
        level=level,
        products=products,
    )
    undeclared, alike = undeclared_groups(features, train, params, result, products, level=level)
    summary = _summary(
        features.backbone,
        result,
        photos,
        curve,
        convergence=trained,
        ungrouped_auc=known,
        split=split_draw(features, photos, level=level),
        undeclared=undeclared,
        level=level,
    )
    return CrossValidationTables(summary, result.folds, photos, curve.points, alike)


def _summary(
    backbone: str,
    result: CrossValidation,
    photos: OutOfFold,
    curve: LearningCurve,
    *,
    convergence: Convergence,
    ungrouped_auc: list[float],
    split: SplitDraw | None,
    undeclared: Undeclared,
    level: float,
) -> CrossValidationSummary:
    ratio = tested_over_trained(result.folds)
    accuracies = np.array([fold.acc for fold in result.folds])
    effective_n = effective_number(photos.groups)
    accuracy = cross_validated_accuracy(accuracies, effective_n, ratio=ratio, level=level)
    auc, area = _auc(result, photos, ratio=ratio, level=level)
    gain, auc_gain = curve.acc_gain, curve.auc_gain
    return CrossValidationSummary(
        backbone=backbone,
        photos=len(photos.labels),
        effective_photos=effective_n,
        cv_acc=float(accuracies.mean()),
        cv_acc_low=accuracy.low,
        cv_acc_high=accuracy.high,
        cv_se=corrected_variance(accuracies, ratio) ** 0.5,
        cv_auc=auc,
        cv_auc_low=area.low if area else None,
        cv_auc_high=area.high if area else None,
        acc_gain=gain.gain if gain else None,
        acc_gain_low=gain.low if gain else None,
        acc_gain_high=gain.high if gain else None,
        auc_gain=auc_gain.gain if auc_gain else None,
        auc_gain_low=auc_gain.low if auc_gain else None,
        auc_gain_high=auc_gain.high if auc_gain else None,
        gain=gain.sentence if gain else "too few groups to estimate the gain from more photos",
        convergence=convergence,
        ungrouped_auc=ungrouped_auc,
        split=split,
        undeclared=undeclared,
    )


def _auc(
    result: CrossValidation, photos: OutOfFold, *, ratio: float, level: float
) -> tuple[float | None, Interval | None]:
    """Mean and interval over the folds that hold out every class; None where fewer than two do."""
    areas = np.array([fold.auc for fold in result.folds if fold.auc is not None])
    if len(areas) < 2:
        return None, None
    interval = cross_validated_auc(
        areas, result.labels, ratio=ratio, groups=photos.groups, level=level
    )
    return float(areas.mean()), interval
