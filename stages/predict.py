"""Photos nobody has labelled: python -m stages.predict MODELS OUT SHEET."""

import sys
from pathlib import Path

from potholes.classifier import Classifier
from potholes.images.decoding import decode
from potholes.params import Params
from potholes.plots.sheets import Tile, write_sheet
from potholes.prediction import pick, predict_folder
from potholes.stage import output_folder, stage
from potholes.tables.deployed import read_deployed
from potholes.tables.unlabelled import Predictions, write_unlabelled
from potholes.wording import weights_note


def classifiers(params: Params, models: Path, selected: str) -> dict[str, Classifier]:
    if params.predict.backbones == "selected":
        return {selected: Classifier.load(models / "selected", device=params.features.device)}
    return {
        name: Classifier.of_parts(
            models / "backbones" / name,
            models / "heads" / name,
            image=params.image,
            threshold=params.evaluate.threshold,
        )
        for name in params.backbones
    }


def tiles(params: Params, folder: Path, table: Predictions) -> list[Tile]:
    chosen = pick(table, params.predict.sheet, seed=params.predict.seed)
    return [
        Tile(
            pixels=decode((folder / table.paths[row]).read_bytes(), params.image).pixels,
            caption=f"{table.labels[row]} {table.probabilities[row].max():.2f}\n{table.paths[row]}",
            flagged=False,
        )
        for row in chosen
    ]


def main(params: Params, models: Path, out: Path, sheet: Path) -> None:
    folder, deployed = Path(params.data.unlabelled), read_deployed(models / "selected")
    tables = predict_folder(folder, classifiers(params, models, deployed.backbone))
    with output_folder(out) as target:
        for name, table in tables.items():
            write_unlabelled(target / name, table)
    shown = tables[deployed.backbone]
    title = f"Unlabelled photos, as {deployed.backbone} sees them"
    write_sheet(sheet, title, tiles(params, folder, shown), subtitle=weights_note(deployed.origin))
    print(f"{len(shown.paths)} photos of {folder} predicted by {', '.join(tables)}")


if __name__ == "__main__":
    with stage() as params:
        main(params, *map(Path, sys.argv[1:]))
