"""Test scores of one backbone: python -m stages.evaluate FEATURES HEAD TRAINED CROSSVALIDATED
REPORT."""

import sys
from pathlib import Path

from potholes.crossvalidation.tables import OUT_OF_FOLD_FILE, read_out_of_fold
from potholes.evaluation.operating_point import operating_point
from potholes.evaluation.scoring import evaluate
from potholes.evaluation.seeds import other_seeds
from potholes.evaluation.tables import write_evaluation
from potholes.features.tables import read_features
from potholes.files.rows import read_rows
from potholes.head.tables import HISTORY_FILE, Epoch, read_head
from potholes.params import EvaluateParams, TrainParams
from potholes.stage import stage


def main(
    params: EvaluateParams,
    train: TrainParams,
    features_dir: Path,
    head_dir: Path,
    trained: Path,
    crossvalidated: Path,
    report: Path,
) -> None:
    point = operating_point(read_out_of_fold(crossvalidated / OUT_OF_FOLD_FILE), params)
    history = read_rows(trained / HISTORY_FILE, Epoch)
    features, head = read_features(features_dir), read_head(head_dir)
    luck = other_seeds(features, train, point)
    tables = evaluate(features, head, history, point, params, luck)
    write_evaluation(report, tables)
    scores = tables.evaluation
    accuracy, at_half = (scores.metrics[name] for name in ("test_acc", "test_acc_at_half"))
    beside = "" if scores.threshold in (None, 0.5) else f" ({at_half:.3f} at 0.5)"
    print(
        f"{scores.backbone}: test accuracy {accuracy:.3f}{beside}, "
        f"AUC {scores.metrics['test_auc']:.3f} on {scores.test_photos} photos"
    )


if __name__ == "__main__":
    with stage() as params:
        main(params.evaluate, params.train, *map(Path, sys.argv[1:]))
