"""Which backbone to deploy: python -m stages.select MODELS REPORTS OUT COMPARISON SELECTION."""

import sys
from pathlib import Path

from potholes.comparing import auc_differences, comparison_row, pair_verdicts
from potholes.deployment import deploy
from potholes.params import Params
from potholes.selection import select
from potholes.stage import output_folder, stage
from potholes.tables.comparison import write_comparison
from potholes.tables.compiled import read_compiled
from potholes.tables.evaluation import read_evaluation
from potholes.tables.fold_scores import read_fold_scores
from potholes.tables.origin import read_origin
from potholes.tables.predictions import read_predictions
from potholes.tables.selection import write_selection
from potholes.tables.validation import read_validation


def main(params: Params, models: Path, reports: Path, out: Path, table: Path, choice: Path) -> None:
    names, level, validation = params.backbones, params.evaluate.level, reports / "validation"
    origin = read_origin(models / "weights" / names[0])
    facts = {name: read_compiled(models / "backbones" / name) for name in names}
    scores = {name: read_evaluation(reports / "evaluation" / f"{name}.json") for name in names}
    cross = {name: read_validation(validation / "summary" / f"{name}.json") for name in names}
    rows = [comparison_row(scores[name], cross[name], facts[name], origin) for name in names]
    folds = {name: read_fold_scores(validation / "folds" / f"{name}.csv") for name in names}
    tests = {name: read_predictions(reports / "predictions" / f"{name}.csv") for name in names}
    verdicts = pair_verdicts(folds, cross[names[0]], level=level)
    differences = auc_differences(tests, level=level)
    selection = select(rows, verdicts, differences, params.select, origin)
    name = selection.backbone
    with output_folder(out) as folder:
        deploy(
            folder,
            models / "backbones" / name,
            models / "heads" / name,
            image=params.image,
            threshold=scores[name].threshold,
            temperature=scores[name].temperature,
            precision=facts[name].precision,
            origin=origin.kind,
        )
    write_comparison(table, rows)
    write_selection(choice, selection)
    print(selection.reason, *(verdict.sentence for verdict in verdicts), sep="\n")


if __name__ == "__main__":
    with stage() as params:
        main(params, *map(Path, sys.argv[1:]))
