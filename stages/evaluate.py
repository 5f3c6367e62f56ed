"""Test scores of one backbone: python -m stages.evaluate FEATURES HEAD HISTORY EVALUATION ROC
PREDICTIONS."""

import sys
from pathlib import Path

from potholes.decision import decide
from potholes.metrics import METRICS, Scored, averaging, confusion, roc
from potholes.params import EvaluateParams
from potholes.stability import stability
from potholes.stage import stage
from potholes.tables.evaluation import Evaluation, write_evaluation
from potholes.tables.features import read_features
from potholes.tables.head import read_head
from potholes.tables.history import read_history
from potholes.tables.predictions import TestPredictions, write_predictions
from potholes.tables.roc import write_roc


def main(
    params: EvaluateParams, features_dir: Path, head_dir: Path, history_csv: Path, out: list[Path]
) -> None:
    features, head, history = (
        read_features(features_dir),
        read_head(head_dir),
        read_history(history_csv),
    )
    test = features.mask("test", copies=False)
    probabilities = head.probabilities(features.values[test])
    scored = Scored(features.labels()[test], decide(probabilities, params.threshold), probabilities)
    gaps, best = stability(history), history[head.best_epoch - 1]
    evaluation = Evaluation(
        backbone=head.backbone,
        classes=head.classes,
        best_epoch=head.best_epoch,
        best_acc=best.val_acc,
        best_auc=best.val_auc,
        stability_loss=gaps.loss,
        stability_acc=gaps.acc,
        test_photos=int(test.sum()),
        metrics={f"test_{name}": metric(scored) for name, metric in METRICS.items()},
        confusion=confusion(scored),
        averaging=averaging(head.classes),
    )
    names = [row.sample_id for row, chosen in zip(features.rows, test, strict=True) if chosen]
    truth, labels = ([head.classes[i] for i in side] for side in (scored.truth, scored.predicted))
    evaluation_json, roc_csv, predictions_csv = out
    write_evaluation(evaluation_json, evaluation)
    write_roc(roc_csv, roc(scored, head.classes))
    write_predictions(
        predictions_csv, TestPredictions(head.classes, names, truth, labels, probabilities)
    )


if __name__ == "__main__":
    with stage() as params:
        features_dir, head_dir, history_csv, *out = map(Path, sys.argv[1:])
        main(params.evaluate, features_dir, head_dir, history_csv, out)
