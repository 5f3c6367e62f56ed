"""Features of every picture: python -m stages.features NAME STANDARDISED AUGMENTED BACKBONE OUT
TIMING."""

import sys
from pathlib import Path

from potholes.compilation.engine import load_backbone
from potholes.dataset.tables import class_names, read_manifest
from potholes.features.extraction import batch_size_on, extract
from potholes.features.tables import FeatureRow, Features, write_features
from potholes.files.png import read_png
from potholes.params import FeaturesParams
from potholes.stage import output_folder, stage, timed


def main(
    params: FeaturesParams, name: str, folders: list[Path], backbone: Path, out: Path, timing: Path
) -> None:
    pictures = [(folder / s.path, s) for folder in folders for s in read_manifest(folder)]
    paths, samples = [path for path, _ in pictures], [sample for _, sample in pictures]
    with timed(timing, count=len(paths)):
        engine = load_backbone(backbone, params)
        size = batch_size_on(engine.device, params)
        values = extract(engine, paths, read_png, batch_size=size, name=name)
    rows = [FeatureRow(s.sample_id, s.origin_id, s.group_id, s.label, s.split) for s in samples]
    with output_folder(out) as folder:
        write_features(folder, Features(name, engine.device, class_names(samples), values, rows))


if __name__ == "__main__":
    with stage() as params:
        name, standardised, augmented, backbone, out, timing = sys.argv[1:]
        main(
            params.features,
            name,
            [Path(standardised), Path(augmented)],
            Path(backbone),
            Path(out),
            Path(timing),
        )
