"""Pretrained weights of every backbone: python -m stages.weights OUT."""

import sys
from pathlib import Path

from potholes.files.tensors import write_tensors
from potholes.params import WeightsParams
from potholes.stage import output_folder, stage
from potholes.weights.family import body_state
from potholes.weights.sources import weighted_backbones
from potholes.weights.tables import WEIGHTS_FILE, write_origin


def main(params: WeightsParams, backbones: list[str], out_dir: Path) -> None:
    with output_folder(out_dir) as folder:
        for name, weighted in weighted_backbones(backbones, params):
            write_tensors(folder / name / WEIGHTS_FILE, body_state(weighted.model), {})
            write_origin(folder / name, weighted.origin)
            print(f"{name}: {weighted.origin.detail}")


if __name__ == "__main__":
    with stage() as params:
        main(params.weights, params.backbones, Path(sys.argv[1]))
