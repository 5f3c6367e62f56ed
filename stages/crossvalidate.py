"""How sure one backbone's scores are: python -m stages.crossvalidate FEATURES REPORT."""

import sys
from pathlib import Path

from potholes.crossvalidation.summary import cross_validation_tables
from potholes.crossvalidation.tables import write_cross_validation
from potholes.features.tables import read_features
from potholes.params import Params
from potholes.stage import stage


def main(params: Params, features_dir: Path, report: Path) -> None:
    found = cross_validation_tables(
        read_features(features_dir),
        params.train,
        params.crossvalidate,
        level=params.evaluate.level,
    )
    write_cross_validation(report, found)
    scores = found.summary
    print(
        f"{scores.backbone}: cross-validated accuracy {scores.cv_acc:.3f} "
        f"({scores.cv_acc_low:.3f} to {scores.cv_acc_high:.3f}); {scores.gain}"
    )


if __name__ == "__main__":
    with stage() as params:
        main(params, *map(Path, sys.argv[1:]))
