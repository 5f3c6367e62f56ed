"""A model folder as one ONNX graph, from pixels to probabilities, that needs no other file.

The graph computes what `Classifier` does: the head in float64, and logits rounded to the grid of
`probabilities`. Without both, a probability would differ by up to 4e-6.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from potholes.compilation.operators import FEATURES, MAPS
from potholes.files.documents import to_json
from potholes.files.png import SIDE
from potholes.probabilities import GRID
from potholes.selection.model_folder import Model

PROBABILITIES = "probabilities"
METADATA = "potholes"  # the key of the metadata that says how to make pixels, and what comes out


def write_whole_graph(path: Path, model: Model) -> None:
    """Write `whole_graph` to `path`."""
    data = whole_graph(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def whole_graph(model: Model) -> bytes:
    """The ONNX file of `model`, the same bytes each time.

    Input `pixels` uint8 [N, 224, 224, 3], output `probabilities` float32 [N, C]. Its metadata has
    one entry, `potholes`, a JSON object: classes, threshold, fit, background, size, and what the
    model is.
    """
    proto = onnx.load_from_string(model.graph.read_bytes())
    graph = proto.graph
    kept = [node for node in graph.node if MAPS not in node.output]
    del graph.node[:], graph.output[:]
    graph.node.extend([*kept, *_head_nodes()])
    weight, bias = (part.astype(np.float64) for part in (model.head.weight, model.head.bias))
    constants: dict[str, NDArray[Any]] = {
        "head.weight": weight.T.copy(),
        "head.bias": bias,
        "head.grid": np.array(GRID, dtype=np.float64),
    }
    graph.initializer.extend(
        numpy_helper.from_array(value, name) for name, value in constants.items()
    )
    shape = ["N", len(model.deployed.classes)]
    graph.output.append(helper.make_tensor_value_info(PROBABILITIES, TensorProto.FLOAT, shape))
    proto.metadata_props.add(key=METADATA, value=to_json(description(model)))
    return bytes(proto.SerializeToString(deterministic=True))


def description(model: Model) -> dict[str, Any]:
    """What a program must know to use the graph, and what a person may want to know of it."""
    own = model.deployed
    return {
        "backbone": own.backbone,
        "background": list(model.image.background),
        "classes": own.classes,
        "fit": model.image.fit,
        "origin": own.origin,
        "precision": own.precision,
        "size": [SIDE, SIDE],
        "temperature": own.temperature,
        "threshold": own.threshold,
    }


def _head_nodes() -> list[onnx.NodeProto]:
    """Features to probabilities: softmax(round((features @ weight + bias) * grid) / grid)."""
    steps: list[tuple[str, list[str], str, dict[str, Any]]] = [
        ("Cast", [FEATURES], "head.features", {"to": TensorProto.DOUBLE}),
        ("MatMul", ["head.features", "head.weight"], "head.product", {}),
        ("Add", ["head.product", "head.bias"], "head.logits", {}),
        ("Mul", ["head.logits", "head.grid"], "head.steps", {}),
        ("Round", ["head.steps"], "head.whole", {}),
        ("Div", ["head.whole", "head.grid"], "head.rounded", {}),
        ("Softmax", ["head.rounded"], "head.softmax", {"axis": 1}),
        ("Cast", ["head.softmax"], PROBABILITIES, {"to": TensorProto.FLOAT}),
    ]
    return [
        helper.make_node(kind, inputs, [output], name=output, **attributes)
        for kind, inputs, output, attributes in steps
    ]
