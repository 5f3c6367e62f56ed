"""A backbone's own weights and a model folder's head as torchvision's state dict."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from potholes.compilation.graph_check import map_graph_file
from potholes.compilation.onnx_reader import Constant, read_graph
from potholes.files.tensors import read_tensors, write_tensors
from potholes.params import HEAD
from potholes.selection.model_folder import Model
from potholes.weights.tables import WEIGHTS_FILE, read_origin

_EPSILON = 1e-5  # torchvision's BatchNorm adds it to a variance
# how far a compiled weight may be from the folded one, in parts of its channel's largest: half a
# step of 64, a step of half precision, or rounding
_NEAR = {"int8": 0.51 / 64, "float16": 1e-3, "float32": 1e-5}

Arrays = dict[str, NDArray[Any]]


def write_state_dict(path: Path, model: Model, weights: Path) -> None:
    """Write to `path` the weights in the folder `weights` and the head of `model` (safetensors).

    `torchvision.models.get_model(backbone, num_classes=C)` loads it strictly. The head is the
    deployed one, which is divided by the temperature. Raises ValueError where `weights` are not
    those that the model's graph was compiled from.
    """
    origin, file = read_origin(weights), weights / WEIGHTS_FILE
    if origin.kind != model.deployed.origin:
        raise ValueError(
            f"{weights}: weights of origin {origin.kind}, but the model's are "
            f"{model.deployed.origin}; name the folder that it was compiled from"
        )
    state, _ = read_tensors(file)
    odd = _another(state, model)
    if odd:
        raise ValueError(
            f"{file}: {odd} is not what the model was compiled from; expected the weights of "
            f"{model.deployed.backbone} of the same run, models/weights/{model.deployed.backbone}"
        )
    head = {f"{HEAD}.weight": model.head.weight, f"{HEAD}.bias": model.head.bias}
    about = {key: getattr(model.deployed, key) for key in ("backbone", "classes", "temperature")}
    write_tensors(path, {**state, **head}, about)


def _another(state: Arrays, model: Model) -> str | None:
    """The first convolution of `state` that the graph does not have, folded; None where all agree.

    The very first is left out: the graph's also normalises.
    """
    graph = read_graph(map_graph_file(model.graph))
    constants = {own.name: own for own in graph.constants}
    kernels = [name for name, value in state.items() if value.ndim == 4 and name != "conv1.weight"]
    for name in kernels:
        compiled = _compiled(constants, name.removesuffix(".weight").replace(".", "_"))
        folded = _folded(state, name)
        if compiled is None or folded is None or compiled.shape != folded.shape:
            return name
        largest = np.abs(folded).max(axis=(1, 2, 3), keepdims=True)
        near = _NEAR[model.deployed.precision] * largest + 1e-6
        if not (np.abs(compiled - folded) <= near).all():
            return name
    made = sum(node.operator == "Conv" for node in graph.nodes)
    return None if made == len(kernels) + 1 else f"the number of convolutions ({len(kernels) + 1})"


def _folded(state: Arrays, name: str) -> NDArray[np.float64] | None:
    """A convolution's weight times its BatchNorm's gain."""
    layer = name.removesuffix(".weight")
    norm = layer.replace("conv", "bn") if "conv" in layer else f"{layer[:-1]}1"  # downsample.0, .1
    gain, variance = (state.get(f"{norm}.{part}") for part in ("weight", "running_var"))
    if gain is None or variance is None or not len(gain) == len(variance) == len(state[name]):
        return None
    factor = gain.astype(np.float64) / np.sqrt(variance.astype(np.float64) + _EPSILON)
    return np.asarray(state[name] * factor[:, None, None, None])


def _compiled(constants: dict[str, Constant], name: str) -> NDArray[np.float64] | None:
    """A convolution's weight in the graph, dequantised."""
    if f"{name}.weight" in constants:
        own = constants[f"{name}.weight"]
        kind = np.float16 if len(own.data) == 2 * int(np.prod(own.shape)) else np.float32
        return np.frombuffer(own.data, kind).reshape(own.shape).astype(np.float64)
    if f"{name}.weight.int" not in constants:
        return None
    own, scale = constants[f"{name}.weight.int"], constants[f"{name}.weight.scale"]
    whole = np.frombuffer(own.data, np.int8).reshape(own.shape)
    return whole * np.frombuffer(scale.data, np.float32).astype(np.float64)[:, None, None, None]
