"""Which backbone to deploy: python -m stages.select MODELS FEATURES CROSSVALIDATED EVALUATED
OUT REPORT METRICS."""

import sys
from pathlib import Path

from potholes.features.tables import read_features
from potholes.params import Params
from potholes.selection.choosing import select
from potholes.selection.comparing import compare, read_candidate
from potholes.selection.deployment import deploy
from potholes.selection.tables import write_metrics, write_selection
from potholes.selection.verdicts import Plan
from potholes.stage import output_folder, stage
from potholes.weights.tables import read_origin


def main(
    params: Params,
    models: Path,
    features: Path,
    crossvalidated: Path,
    evaluated: Path,
    out: Path,
    report: Path,
    metrics: Path,
) -> None:
    candidates = {
        name: read_candidate(models / "backbones" / name, crossvalidated / name, evaluated / name)
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
            read_features(features / name),
            candidates[name].evaluation,
            params.image,
            origin,
            seed=params.split.seed,
        )
    write_selection(report, compared.rows, selection)
    write_metrics(metrics, compared.rows, name)
    print(selection.reason, *(verdict.sentence for verdict in selection.verdicts), sep="\n")


if __name__ == "__main__":
    with stage() as params:
        main(params, *map(Path, sys.argv[1:]))
