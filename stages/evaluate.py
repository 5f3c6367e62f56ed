"""Test scores of one backbone: python -m stages.evaluate FEATURES HEAD HISTORY OUT_OF_FOLD
EVALUATION ROC PREDICTIONS RELIABILITY."""

import sys
from pathlib import Path

import numpy as np

from potholes.judging import evaluation, score_test_photos
from potholes.metrics import roc
from potholes.operating_point import operating_point
from potholes.params import EvaluateParams
from potholes.stage import stage
from potholes.tables.evaluation import write_evaluation
from potholes.tables.features import read_features
from potholes.tables.head import read_head
from potholes.tables.history import read_history
from potholes.tables.out_of_fold import read_out_of_fold
from potholes.tables.predictions import TestPredictions, write_predictions
from potholes.tables.reliability import write_reliability
from potholes.tables.roc import write_roc


def main(params: EvaluateParams, sources: list[Path], out: list[Path]) -> None:
    features_dir, head_dir, history_csv, out_of_fold_csv = sources
    features, head = read_features(features_dir), read_head(head_dir)
    history, classes = read_history(history_csv), head.classes
    point = operating_point(read_out_of_fold(out_of_fold_csv), params)
    test = np.flatnonzero(features.mask("test", copies=False))
    rows = [features.rows[place] for place in test]
    _, groups = np.unique([row.group_id for row in rows], return_inverse=True)
    logits = head.logits(features.values[test])
    scores = score_test_photos(logits, features.labels()[test], groups, point, params)
    scored = scores.scored
    names, shared = [row.sample_id for row in rows], [row.group_id for row in rows]
    truth, labels = ([classes[i] for i in side] for side in (scored.truth, scored.predicted))
    table = TestPredictions(classes, names, shared, truth, labels, scored.probabilities)
    evaluation_json, roc_csv, predictions_csv, reliability_csv = out
    write_evaluation(evaluation_json, evaluation(head, history, scores, point))
    write_roc(roc_csv, roc(scored, classes))
    write_predictions(predictions_csv, table)
    write_reliability(reliability_csv, scores.before, scores.after)


if __name__ == "__main__":
    with stage() as params:
        paths = [Path(text) for text in sys.argv[1:]]
        main(params.evaluate, paths[:4], paths[4:])
