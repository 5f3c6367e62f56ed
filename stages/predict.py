"""Labels of unlabelled photos: python -m stages.predict MODELS SCORES EMBEDDED OUT SHEET."""

import sys
from pathlib import Path

from potholes.images.decoding import decode
from potholes.params import Params
from potholes.plots.sheets import Tile, write_sheet
from potholes.prediction import label, pick
from potholes.stage import output_folder, stage
from potholes.tables.deployed import read_deployed
from potholes.tables.embedded import read_embedded
from potholes.tables.evaluation import read_evaluation
from potholes.tables.head import Head, read_head
from potholes.tables.unlabelled import Predictions, write_unlabelled
from potholes.wording import weights_note


def predict(head: Head, embedded_dir: Path, threshold: float | None) -> Predictions:
    table = read_embedded(embedded_dir)
    paths, errors = [row.path for row in table.rows], [row.error for row in table.rows]
    return label(head.classes, paths, head.probabilities(table.values), errors, threshold)


def tiles(params: Params, table: Predictions) -> list[Tile]:
    folder = Path(params.data.unlabelled)
    chosen = pick(table, params.predict.sheet, seed=params.predict.seed)
    return [
        Tile(
            pixels=decode((folder / table.paths[row]).read_bytes(), params.image).pixels,
            caption=f"{table.labels[row]} {table.probabilities[row].max():.2f}\n{table.paths[row]}",
            flagged=False,
        )
        for row in chosen
    ]


def main(
    params: Params, models: Path, scores: Path, embedded: Path, out: Path, sheet: Path
) -> None:
    deployed, head = read_deployed(models / "selected"), read_head(models / "selected")
    selected = deployed.backbone
    tables = {selected: predict(head, embedded / selected, deployed.threshold)}
    if params.predict.backbones == "all":
        for name in params.backbones:
            point = read_evaluation(scores / f"{name}.json")
            head = read_head(models / "heads" / name).divided(point.temperature)
            tables[name] = predict(head, embedded / name, point.threshold)
    with output_folder(out) as target:
        for name, table in tables.items():
            write_unlabelled(target / name, table)
    shown, title = tables[selected], f"Unlabelled photos, as {selected} sees them"
    write_sheet(sheet, title, tiles(params, shown), subtitle=weights_note(deployed.origin))
    bad = sum(error is not None for error in shown.errors)
    print(f"{len(shown.paths)} photos predicted by {', '.join(tables)}; {bad} could not be read")


if __name__ == "__main__":
    with stage() as params:
        main(params, *map(Path, sys.argv[1:]))
