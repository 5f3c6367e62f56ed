"""Labels of unlabelled photos: python -m stages.predict MODELS EVALUATED EMBEDDED OUT."""

import sys
from pathlib import Path

from potholes.familiarity.tables import write_familiarity
from potholes.params import Params
from potholes.prediction.labelling import judge_embedded, predict_embedded
from potholes.prediction.tables import write_unlabelled
from potholes.selection.tables import read_deployed
from potholes.stage import output_folder, stage


def main(params: Params, models: Path, evaluated: Path, embedded: Path, out: Path) -> None:
    deployed = read_deployed(models / "selected")
    others = params.backbones if params.predict.backbones == "all" else []
    tables = predict_embedded(models, evaluated, embedded, deployed, others)
    selected, own = models / "selected", embedded / deployed.backbone
    judged = judge_embedded(selected, own, seed=params.predict.seed)
    with output_folder(out) as target:
        for name, table in tables.items():
            write_unlabelled(target / name, table)
        write_familiarity(target / deployed.backbone, judged)
    shown = tables[deployed.backbone]
    bad = sum(error is not None for error in shown.errors)
    print(f"{len(shown.paths)} photos for {', '.join(tables)}; {bad} of them could not be read")
    print(judged.sentence)


if __name__ == "__main__":
    with stage() as params:
        main(params, *map(Path, sys.argv[1:]))
