"""Doubtful labels, errors by group, alarms: python -m stages.audit STANDARDISED WEIGHTS
CROSSVALIDATED EVALUATED SELECTED REPORT."""

import sys
from pathlib import Path

from potholes.audit.alarms import alarms
from potholes.audit.errors_by_group import errors_by_group
from potholes.audit.label_audit import doubtful_labels
from potholes.audit.tables import GROUPS_FILE, LABELS_FILE, write_audit
from potholes.audit.undeclared_groups import suggested_groups
from potholes.crossvalidation.tables import read_cross_validation
from potholes.dataset.tables import read_manifest
from potholes.evaluation.tables import read_evaluation
from potholes.files.documents import read_document
from potholes.files.rows import read_rows
from potholes.params import EvaluateParams, TrainParams
from potholes.selection.tables import COMPARISON_FILE, SELECTION_FILE, Comparison, Selection
from potholes.stage import stage
from potholes.weights.tables import read_origin


def main(
    params: EvaluateParams,
    train: TrainParams,
    standardised: Path,
    weights: Path,
    crossvalidated: Path,
    evaluated: Path,
    selected: Path,
    report: Path,
) -> None:
    name = read_document(selected / SELECTION_FILE, Selection).backbone
    samples = read_manifest(standardised)
    validation = read_cross_validation(crossvalidated / name)
    tested = read_evaluation(evaluated / name)
    rows = doubtful_labels(validation.out_of_fold, tested.evaluation.temperature)
    origin = read_origin(weights / name)
    compared = read_rows(selected / COMPARISON_FILE, Comparison)
    found = alarms(samples, standardised, validation, compared, origin, params, train)
    groups = errors_by_group(
        samples, validation.out_of_fold, tested.predictions, level=params.level
    )
    suggestion = suggested_groups(validation.look_alikes, samples, found)
    write_audit(report, rows, found, groups.rows, suggestion)
    contradicted = sum(row.contradicted for row in rows)
    print(f"{name} contradicts {contradicted} of {len(rows)} labels ({report / LABELS_FILE})")
    if groups.worst:
        print(f"{groups.worst} ({report / GROUPS_FILE})")
    for alarm in found:
        print(f"Alarm, {alarm.what}: {alarm.evidence}; {alarm.advice}")


if __name__ == "__main__":
    with stage() as params:
        main(params.evaluate, params.train, *map(Path, sys.argv[1:]))
