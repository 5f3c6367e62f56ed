"""Doubtful labels, and alarms: python -m stages.audit STANDARDISED WEIGHTS CROSSVALIDATED
EVALUATED SELECTED REPORT."""

import sys
from pathlib import Path

from potholes.audit.alarms import alarms
from potholes.audit.label_audit import doubtful_labels
from potholes.audit.tables import ALARMS_FILE, LABELS_FILE, Alarm, AuditRow
from potholes.crossvalidation.tables import read_cross_validation
from potholes.dataset.tables import read_manifest
from potholes.evaluation.tables import SCORES_FILE, Evaluation
from potholes.files.documents import read_document
from potholes.files.rows import write_rows
from potholes.params import EvaluateParams
from potholes.selection.tables import SELECTION_FILE, Selection
from potholes.stage import stage
from potholes.weights.tables import read_origin


def main(
    params: EvaluateParams,
    standardised: Path,
    weights: Path,
    crossvalidated: Path,
    evaluated: Path,
    selected: Path,
    report: Path,
) -> None:
    name = read_document(selected / SELECTION_FILE, Selection).backbone
    validation = read_cross_validation(crossvalidated / name)
    scores = read_document(evaluated / name / SCORES_FILE, Evaluation)
    rows = doubtful_labels(validation.out_of_fold, scores.temperature)
    origin = read_origin(weights / name)
    found = alarms(read_manifest(standardised), standardised, validation, origin, params)
    write_rows(report / LABELS_FILE, AuditRow, rows)
    write_rows(report / ALARMS_FILE, Alarm, found)
    contradicted = sum(row.contradicted for row in rows)
    print(f"{name} contradicts {contradicted} of {len(rows)} labels ({report / LABELS_FILE})")
    for alarm in found:
        print(f"Alarm, {alarm.what}: {alarm.evidence}; {alarm.advice}")


if __name__ == "__main__":
    with stage() as params:
        main(params.evaluate, *map(Path, sys.argv[1:]))
