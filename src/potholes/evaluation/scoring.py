"""The reported scores of one backbone: of test photos, each with its interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from potholes.evaluation.calibration import calibration, reliability_bins
from potholes.evaluation.class_scores import class_scores, with_limits
from potholes.evaluation.metrics import METRICS, Scored, averaging, confusion
from potholes.evaluation.operating_point import OperatingPoint
from potholes.evaluation.roc import roc
from potholes.evaluation.stability import stability
from potholes.evaluation.tables import (
    Evaluation,
    EvaluationTables,
    ReliabilityBin,
    TestPredictions,
)
from potholes.features.tables import Features
from potholes.head.tables import Epoch, Head
from potholes.parallel import one_thread
from potholes.params import EvaluateParams
from potholes.probabilities import decide
from potholes.probabilities import probabilities as of_logits


@dataclass(frozen=True)
class TestScores:
    """Scores by name, what they were computed from, and reliability without and with T."""

    __test__ = False  # not a test class, whatever pytest makes of its name

    metrics: dict[str, float]
    scored: Scored
    before: list[ReliabilityBin]
    after: list[ReliabilityBin]


@one_thread
def score_test_photos(
    logits: NDArray[np.float64],
    truth: NDArray[np.int64],
    groups: NDArray[np.int64],
    point: OperatingPoint,
    params: EvaluateParams,
) -> TestScores:
    """Of logits [N, C] of test photos with truth [N] and groups [N], at `point`.

    METRICS as `test_<name>`, all but the loss with `_low` and `_high`; `test_acc_at_half`, with the
    threshold 0.5; `test_ece` and `test_brier` with limits, and as `…_before` without the
    temperature. Raises ValueError where a class has no test photo.
    """
    raw, probabilities = of_logits(logits), of_logits(logits, point.temperature)
    scored = Scored(truth, decide(probabilities, point.threshold), probabilities)
    own = with_limits(scored, groups, level=params.level)
    metrics = {f"test_{name}": value for name, value in own.items()}
    at_half = Scored(truth, decide(probabilities, 0.5), probabilities)
    metrics["test_acc_at_half"] = METRICS["acc"](at_half)
    for end, said in (("_before", raw), ("", probabilities)):
        found = calibration(said, truth, groups=groups, seed=params.seed, level=params.level)
        for name, value in vars(found).items():
            measure, *side = name.split("_")
            metrics["_".join([f"test_{measure}{end}", *side])] = value
    return TestScores(
        metrics,
        scored,
        before=reliability_bins(raw, truth, groups=groups, level=params.level),
        after=reliability_bins(probabilities, truth, groups=groups, level=params.level),
    )


def evaluation(
    head: Head, history: Sequence[Epoch], scores: TestScores, point: OperatingPoint
) -> Evaluation:
    """The reported numbers of one backbone: test scores, its best epoch and its stability gaps."""
    gaps, best = stability(history), history[head.best_epoch - 1]
    return Evaluation(
        backbone=head.backbone,
        classes=head.classes,
        best_epoch=head.best_epoch,
        best_acc=best.val_acc,
        best_auc=best.val_auc,
        stability_loss=gaps.loss,
        stability_acc=gaps.acc,
        test_photos=len(scores.scored.truth),
        temperature=point.temperature,
        threshold=point.threshold,
        bayes_threshold=point.bayes_threshold,
        cv_cost=point.cost,
        cv_cost_se=point.cost_error,
        metrics=scores.metrics,
        confusion=confusion(scores.scored),
        averaging=averaging(head.classes),
    )


def evaluate(
    features: Features,
    head: Head,
    history: Sequence[Epoch],
    point: OperatingPoint,
    params: EvaluateParams,
    luck: Mapping[str, float],
) -> EvaluationTables:
    """Scores of the test photos of `features` by `head`, with its history on train and val.

    `luck` is what `seeds.other_seeds` says of heads with other seeds. Raises ValueError where a
    class has no test photo.
    """
    test = np.flatnonzero(features.mask("test", copies=False))
    rows = [features.rows[index] for index in test]
    _, groups = np.unique([row.group_id for row in rows], return_inverse=True)
    logits, truth = head.logits(features.values[test]), features.labels()[test]
    scores = score_test_photos(logits, truth, groups, point, params)
    scores.metrics.update(luck)
    scored, classes = scores.scored, head.classes
    return EvaluationTables(
        evaluation=evaluation(head, history, scores, point),
        by_class=class_scores(scored, classes, groups, level=params.level),
        roc=roc(scored, classes, groups, level=params.level),
        predictions=TestPredictions(
            classes=classes,
            sample_ids=[row.sample_id for row in rows],
            group_ids=[row.group_id for row in rows],
            truth=[classes[index] for index in scored.truth],
            labels=[classes[index] for index in scored.predicted],
            probabilities=scored.probabilities,
        ),
        as_trained=scores.before,
        calibrated=scores.after,
    )
