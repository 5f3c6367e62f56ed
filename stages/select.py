"""Which backbone to deploy: python -m stages.select MODELS CROSSVALIDATED EVALUATED OUT REPORT."""

import sys
from pathlib import Path

from potholes.compilation.tables import read_compiled
from potholes.crossvalidation.tables import (
    OUT_OF_FOLD_FILE,
    SUMMARY_FILE,
    CrossValidationSummary,
    read_out_of_fold,
)
from potholes.evaluation.tables import PREDICTIONS_FILE, SCORES_FILE, Evaluation, read_predictions
from potholes.files.documents import read_document, write_document
from potholes.files.rows import write_rows
from potholes.params import Params
from potholes.selection.choosing import select
from potholes.selection.comparing import Candidate, compare
from potholes.selection.deployment import deploy
from potholes.selection.tables import COMPARISON_FILE, SELECTION_FILE, Comparison
from potholes.selection.verdicts import Plan
from potholes.stage import output_folder, stage
from potholes.weights.tables import read_origin


def main(
    params: Params, models: Path, crossvalidated: Path, evaluated: Path, out: Path, report: Path
) -> None:
    candidates = {
        name: Candidate(
            facts=read_compiled(models / "backbones" / name),
            summary=read_document(crossvalidated / name / SUMMARY_FILE, CrossValidationSummary),
            out_of_fold=read_out_of_fold(crossvalidated / name / OUT_OF_FOLD_FILE),
            evaluation=read_document(evaluated / name / SCORES_FILE, Evaluation),
            predictions=read_predictions(evaluated / name / PREDICTIONS_FILE),
        )
        for name in params.backbones
    }
    origin = read_origin(models / "weights" / params.backbones[0])
    plan = Plan(params.select.difference, 1 - params.split.test)
    compared = compare(candidates, origin, plan, level=params.evaluate.level)
    selection = select(compared, params.select, origin)
    name = selection.backbone
    with output_folder(out) as folder:
        deploy(
            folder,
            models / "backbones" / name,
            models / "heads" / name,
            candidates[name].evaluation,
            params.image,
            origin,
        )
    write_rows(report / COMPARISON_FILE, Comparison, compared.rows)
    write_document(report / SELECTION_FILE, selection)
    print(selection.reason, *(verdict.sentence for verdict in selection.verdicts), sep="\n")


if __name__ == "__main__":
    with stage() as params:
        main(params, *map(Path, sys.argv[1:]))
