"""Doubtful labels, and alarms: python -m stages.audit STANDARDISED MODELS REPORTS LABELS ALARMS."""

import sys
from pathlib import Path

from potholes.audit import alarms, doubtful_labels
from potholes.params import EvaluateParams
from potholes.stage import stage
from potholes.tables.alarms import write_alarms
from potholes.tables.evaluation import read_evaluation
from potholes.tables.fold_scores import read_fold_scores
from potholes.tables.label_audit import write_label_audit
from potholes.tables.manifest import read_manifest
from potholes.tables.origin import read_origin
from potholes.tables.out_of_fold import read_out_of_fold
from potholes.tables.selection import read_selection
from potholes.tables.validation import read_validation


def main(
    params: EvaluateParams,
    standardised: Path,
    models: Path,
    reports: Path,
    labels: Path,
    table: Path,
) -> None:
    name, validation = read_selection(reports / "selection.json").backbone, reports / "validation"
    photos = read_out_of_fold(validation / "out_of_fold" / f"{name}.csv")
    temperature = read_evaluation(reports / "evaluation" / f"{name}.json").temperature
    rows = doubtful_labels(photos, temperature)
    found = alarms(
        read_manifest(standardised),
        standardised,
        photos,
        read_fold_scores(validation / "folds" / f"{name}.csv"),
        read_validation(validation / "summary" / f"{name}.json"),
        read_origin(models / "weights" / name),
        params,
    )
    write_label_audit(labels, rows)
    write_alarms(table, found)
    contradicted = sum(row.contradicted for row in rows)
    print(f"{contradicted} of {len(rows)} labels contradicted by {name} ({labels})")
    for alarm in found:
        print(f"ALARM {alarm.what}: {alarm.evidence}; {alarm.advice}")


if __name__ == "__main__":
    with stage() as params:
        main(params.evaluate, *map(Path, sys.argv[1:]))
