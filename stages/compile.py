"""One backbone as an ONNX graph: python -m stages.compile NAME WEIGHTS OUT TIMING."""

import sys
from pathlib import Path

from potholes.compilation.compiler import compile_backbone
from potholes.compilation.tables import ARCHITECTURE_FILE, GRAPH_FILE, write_compiled
from potholes.files.tensors import read_tensors
from potholes.params import BackboneParams
from potholes.stage import output_folder, stage, timed
from potholes.weights.family import load_body
from potholes.weights.tables import WEIGHTS_FILE


def main(params: BackboneParams, name: str, weights_dir: Path, out_dir: Path, timing: Path) -> None:
    with timed(timing, count=1), output_folder(out_dir) as folder:
        state, _ = read_tensors(weights_dir / WEIGHTS_FILE)
        compiled = compile_backbone(name, load_body(name, state), params)
        (folder / GRAPH_FILE).write_bytes(compiled.graph)
        (folder / ARCHITECTURE_FILE).write_text(compiled.architecture, encoding="utf-8")
        write_compiled(folder, compiled.facts)
    facts = compiled.facts
    print(
        f"{name}: {facts.precision}, {facts.bytes / 1e6:.0f} MB, error {facts.relative_error:.2g}"
    )


if __name__ == "__main__":
    with stage() as params:
        name, *paths = sys.argv[1:]
        main(params.backbone, name, *map(Path, paths))
