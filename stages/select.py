"""Which backbone to deploy: python -m stages.select MODELS REPORTS OUT COMPARISON SELECTION."""

import sys
from pathlib import Path

from potholes.deployment import deploy
from potholes.params import Params
from potholes.selection import select
from potholes.stage import output_folder, stage
from potholes.tables.comparison import Comparison, write_comparison
from potholes.tables.compiled import read_compiled
from potholes.tables.evaluation import read_evaluation
from potholes.tables.origin import read_origin
from potholes.tables.selection import write_selection


def compare(models: Path, reports: Path, name: str) -> Comparison:
    scores = read_evaluation(reports / "evaluation" / f"{name}.json")
    facts = read_compiled(models / "backbones" / name)
    return Comparison(
        backbone=name,
        stability_loss=scores.stability_loss,
        stability_acc=scores.stability_acc,
        best_epoch=scores.best_epoch,
        best_acc=scores.best_acc,
        best_auc=scores.best_auc,
        test_acc=scores.metrics["test_acc"],
        test_auc=scores.metrics["test_auc"],
        layers=facts.layers,
        parameters=facts.parameters,
        multiply_accumulates=facts.multiply_accumulates,
        model_bytes=facts.bytes,
        weights=read_origin(models / "weights" / name).kind,
    )


def main(params: Params, models: Path, reports: Path, out: Path, table: Path, choice: Path) -> None:
    rows = [compare(models, reports, name) for name in params.backbones]
    origin = read_origin(models / "weights" / params.backbones[0])
    selection = select(rows, params.select, origin)
    name = selection.backbone
    with output_folder(out) as folder:
        deploy(
            folder,
            models / "backbones" / name,
            models / "heads" / name,
            image=params.image,
            threshold=params.evaluate.threshold,
            precision=read_compiled(models / "backbones" / name).precision,
            origin=origin.kind,
        )
    write_comparison(table, rows)
    write_selection(choice, selection)
    print(selection.reason)


if __name__ == "__main__":
    with stage() as params:
        main(params, *map(Path, sys.argv[1:]))
