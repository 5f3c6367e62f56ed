"""The smallest model folder: a graph of one convolution to 8 maps of 7 x 7, and a head."""

from pathlib import Path

import numpy as np
import onnx

from potholes.compilation.graph import float_graph, int8_graph
from potholes.compilation.operators import PIXELS, Operation
from potholes.compilation.tables import GRAPH_FILE
from potholes.familiarity.reference import make_reference, write_reference
from potholes.files.checksum import file_sha256
from potholes.head.tables import Head, write_head
from potholes.params import ImageParams
from potholes.selection.model_folder import FILES
from potholes.selection.tables import FORMAT_VERSION, Deployed, write_deployed
from tests.labelled_features import labelled_features

WIDTH = 8


def tiny_graph(precision: str = "int8") -> onnx.ModelProto:
    """Windows of 32 x 32 pixels, side by side, by weights drawn with the seed 0."""
    weight = np.random.default_rng(0).normal(0, 1e-4, (WIDTH, 4, 32, 32)).astype(np.float32)
    bias = np.linspace(0, 1, WIDTH, dtype=np.float32)
    conv = Operation("conv", "conv", (PIXELS,), True, weight, bias, stride=32, kernel=32)
    if precision == "int8":
        return int8_graph("tiny", [conv], {"conv": (0.0, 8.0)})
    return float_graph("tiny", [conv], precision)


def tiny_head(
    classes: tuple[str, ...] = ("normal", "pothole"),
    width: int = WIDTH,
    backbone: str = "resnet18",
    fill: float | None = None,
) -> Head:
    """Weights drawn with the seed 1, or all `fill`."""
    weight = np.random.default_rng(1).normal(size=(len(classes), width)).astype(np.float32)
    if fill is not None:
        weight[:] = fill
    return Head(backbone, list(classes), weight, weight[:, 0].copy(), 3)


def write_tiny_model(
    folder: Path,
    image: ImageParams,
    *,
    classes: tuple[str, ...] = ("normal", "pothole"),
    precision: str = "int8",
) -> Path:
    """A whole folder, as `deployment.deploy` would leave it."""
    folder.mkdir(parents=True, exist_ok=True)
    graph = tiny_graph(precision).SerializeToString(deterministic=True)
    (folder / GRAPH_FILE).write_bytes(graph)
    write_head(folder, tiny_head(classes))
    write_reference(folder, make_reference(labelled_features(width=WIDTH), seed=0))
    deployed = Deployed(
        format_version=FORMAT_VERSION,
        backbone="resnet18",
        precision=precision,
        classes=list(classes),
        temperature=1.5,
        threshold=0.5 if len(classes) == 2 else None,
        preprocessing=image.model_dump(),
        origin="random",
        sha256={name: file_sha256(folder / name) for name in FILES},
    )
    write_deployed(folder, deployed)
    return folder
