"""How sure one depth's scores are: python -m stages.crossvalidate FEATURES SUMMARY FOLDS
OUT_OF_FOLD LEARNING_CURVE."""

import sys
from pathlib import Path

from potholes.params import Params
from potholes.stage import stage
from potholes.tables.features import read_features
from potholes.tables.fold_scores import write_fold_scores
from potholes.tables.learning_curve import write_learning_curve
from potholes.tables.out_of_fold import write_out_of_fold
from potholes.tables.validation import write_validation
from potholes.validation import validate


def main(
    params: Params, features_dir: Path, summary: Path, folds: Path, photos: Path, curve: Path
) -> None:
    found = validate(
        read_features(features_dir),
        params.train,
        params.crossvalidate,
        level=params.evaluate.level,
    )
    write_validation(summary, found.summary)
    write_fold_scores(folds, found.folds)
    write_out_of_fold(photos, found.out_of_fold)
    write_learning_curve(curve, found.curve)
    scores = found.summary
    print(
        f"{scores.backbone}: cross-validated accuracy {scores.cv_acc:.3f} "
        f"({scores.cv_acc_low:.3f} to {scores.cv_acc_high:.3f}); {scores.gain}"
    )


if __name__ == "__main__":
    with stage() as params:
        main(params, *map(Path, sys.argv[1:]))
