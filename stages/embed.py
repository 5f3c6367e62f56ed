"""Features of unlabelled photos: python -m stages.embed MODELS OUT."""

import sys
from pathlib import Path

import numpy as np

from potholes.checksum import file_sha256
from potholes.dataset.unlabelled import find_photos, name_of
from potholes.embedding import embedded_batches
from potholes.engine import Engine, load_engine
from potholes.params import Params
from potholes.stage import output_folder, stage
from potholes.tables.compiled import GRAPH_FILE, read_compiled
from potholes.tables.embedded import Embedded, EmbeddedRow, write_embedded


def chosen(params: Params, models: Path) -> list[str]:
    if params.predict.backbones == "all":
        return params.backbones
    deployed = file_sha256(models / "selected" / GRAPH_FILE)  # its bytes name it: no head changes
    return [
        name
        for name in params.backbones
        if read_compiled(models / "backbones" / name).sha256 == deployed
    ][:1]


def load(params: Params, backbone: Path) -> Engine:
    return load_engine(
        backbone / GRAPH_FILE,
        device=params.features.device,
        precision=read_compiled(backbone).precision,
        threads=params.features.threads,
    )


def main(params: Params, models: Path, out: Path) -> None:
    folder, names = Path(params.data.unlabelled), chosen(params, models)
    photos = find_photos(folder)
    engines = [load(params, models / "backbones" / name) for name in names]
    errors: list[str | None] = []
    parts = [[np.empty((0, engine.width), dtype=np.float32)] for engine in engines]
    size = params.features.batch_size_on(engines[0].device if engines else "cpu")
    for batch in embedded_batches(engines, photos, params.image, batch_size=size, name=folder.name):
        errors += batch.errors
        for part, features in zip(parts, batch.features, strict=True):
            part.append(features)
    paths = [name_of(photo.relative_to(folder)) for photo in photos]
    rows = [EmbeddedRow(path, error) for path, error in zip(paths, errors, strict=True)]
    with output_folder(out) as target:
        for name, part in zip(names, parts, strict=True):
            write_embedded(target / name, Embedded(rows, np.concatenate(part)))


if __name__ == "__main__":
    with stage() as params:
        main(params, *map(Path, sys.argv[1:]))
