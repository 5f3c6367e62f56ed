"""Features of unlabelled photos: python -m stages.embed MODELS OUT."""

import sys
from pathlib import Path

from potholes.params import Params
from potholes.prediction.embedding import backbones_to_run, embed
from potholes.prediction.tables import write_embedded
from potholes.stage import output_folder, stage


def main(params: Params, models: Path, out: Path) -> None:
    names = backbones_to_run(models, params.backbones, params.predict)
    folder = Path(params.data.unlabelled)
    tables = embed(models / "backbones", names, folder, params.image, params.features)
    with output_folder(out) as target:
        for name, table in tables.items():
            write_embedded(target / name, table)


if __name__ == "__main__":
    with stage() as params:
        main(params, *map(Path, sys.argv[1:]))
