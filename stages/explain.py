"""What the answers on test photos rest on: python -m stages.explain STANDARDISED MODEL EVALUATED
OUT."""

import sys
from pathlib import Path

from potholes.compilation.engine import load_engine
from potholes.compilation.tables import GRAPH_FILE
from potholes.evaluation.tables import PREDICTIONS_FILE, read_predictions
from potholes.explanation.explaining import explain, look, pictures_of
from potholes.explanation.informative import most_informative
from potholes.explanation.tables import write_explained
from potholes.features.extraction import batch_size_on
from potholes.head.tables import read_head
from potholes.params import Params
from potholes.selection.tables import read_deployed
from potholes.stage import output_folder, stage


def main(params: Params, standardised: Path, model: Path, evaluated: Path, out: Path) -> None:
    deployed, features = read_deployed(model), params.features
    engine = load_engine(
        model / GRAPH_FILE,
        device=features.device,
        precision=deployed.precision,
        threads=features.threads,
    )
    table = read_predictions(evaluated / deployed.backbone / PREDICTIONS_FILE)
    shown = most_informative(
        table,
        deployed.threshold,
        count=params.report.max_photos,
        sample=params.predict.sheet,
        seed=params.predict.seed,
    )
    pictures = pictures_of(standardised, table, shown)
    size = batch_size_on(engine.device, features)
    with output_folder(out) as folder:
        seen = look(engine, read_head(model), pictures, batch_size=size)
        explained = explain(folder, seen, table, shown, pictures)
        write_explained(folder, explained)
    mistakes = sum(photo.mistake for photo in shown)
    print(f"{len(shown)} of {len(table.labels)} test photos ({mistakes} mistakes) in {out}")


if __name__ == "__main__":
    with stage() as params:
        main(params, *map(Path, sys.argv[1:]))
