"""A torchvision ResNet to the bytes of a checked ONNX graph."""

import hashlib
import logging
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from potholes.compilation.body import body_of, ranges_of
from potholes.compilation.engine import load_engine
from potholes.compilation.graph import float_graph, int8_graph
from potholes.compilation.graph_check import check_graph
from potholes.compilation.operators import PIXELS, Operation
from potholes.compilation.tables import CompiledFacts
from potholes.params import BackboneParams
from potholes.weights.family import head_of, is_head, is_shortcut, normalise
from potholes.weights.pink_noise import CALIBRATION_SIDE, SIDE, pink_noise

log = logging.getLogger(__name__)

CHECK_PICTURES = 4
CALIBRATION_SEED, CHECK_SEED = 1, 2  # other pictures judge than those that set the ranges
# Largest |features - torch's| / |torch's| (L2) on the check pictures that is accepted. float32
# measures 1e-6, float16 1e-3, int8 0.10 to 0.17 with ranges that fit.
LARGEST_ERROR = {"float32": 1e-5, "float16": 1e-2, "int8": 0.25}


@dataclass(frozen=True)
class Compiled:
    """The graph's bytes, its facts, and torch's printed architecture."""

    graph: bytes
    facts: CompiledFacts
    architecture: str


def compile_backbone(name: str, model: nn.Module, params: BackboneParams) -> Compiled:
    """Compile the frozen `model` in `params.precision` and compare it with torch.

    Raises ValueError with both numbers if its features are too far from torch's float32.
    """
    operations = body_of(model)
    if params.precision == "int8":
        pictures = pink_noise(
            params.calibration_images, seed=CALIBRATION_SEED, side=CALIBRATION_SIDE
        )
        proto = int8_graph(name, operations, ranges_of(operations, pictures))
    else:
        proto = float_graph(name, operations, params.precision)
    graph = proto.SerializeToString(deterministic=True)
    check_graph(graph, name)  # who is handed the graph will ask the same
    relative, largest = compare_with_torch(graph, model, params.precision)
    facts = CompiledFacts(
        backbone=name,
        precision=params.precision,
        features=head_of(model).in_features,
        layers=sum(_is_layer(step) for step in operations) + 1,
        parameters=sum(p.numel() for key, p in model.named_parameters() if not is_head(key)),
        multiply_accumulates=multiply_accumulates(operations),
        bytes=len(graph),
        sha256=hashlib.sha256(graph).hexdigest(),
        relative_error=_two_digits(relative),
        largest_error=_two_digits(largest),
    )
    return Compiled(graph, facts, printed(model, frozen=facts.parameters))


def compare_with_torch(graph: bytes, model: nn.Module, precision: str) -> tuple[float, float]:
    """Relative L2 and largest difference of the graph's features to those of `model` in float32.

    Raises ValueError with the numbers where the first is above `LARGEST_ERROR`, or not a number.
    """
    pictures = pink_noise(CHECK_PICTURES, seed=CHECK_SEED)
    got = load_engine(graph, device="cpu", precision=precision).features(pictures)
    expected = torch_features(model, pictures)
    difference = np.abs(got - expected)
    relative = float(np.linalg.norm(difference) / np.linalg.norm(expected))
    largest = float(difference.max() / np.abs(expected).max())
    limit = LARGEST_ERROR[precision]
    log.info("%s: features within %.2g of torch (limit %g)", precision, relative, limit)
    if not relative <= limit:
        raise ValueError(
            f"backbone.precision: {precision} features differ by {relative:.3g} from torch's "
            f"(largest {largest:.3g}), expected at most {limit:g}; use float32, or raise "
            f"backbone.calibration_images"
        )
    return relative, largest


def _two_digits(error: float) -> float:
    """An error as it is recorded: what is left out, or below 1e-5, differs between processors."""
    return round(float(f"{error:.1e}"), 5)


def torch_features(model: nn.Module, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What torchvision's own forward gives its head: [N, D] of pixels [N, 224, 224, 3]."""
    captured: list[torch.Tensor] = []
    handle = head_of(model).register_forward_pre_hook(lambda _, inputs: captured.append(inputs[0]))
    try:
        with torch.inference_mode():
            model(normalise(torch.from_numpy(pixels)))
    finally:
        handle.remove()
    return np.asarray(captured[0].numpy())


def multiply_accumulates(operations: list[Operation]) -> int:
    """Multiply-accumulates of one photo's convolutions (the fourth input channel not counted)."""
    sides, total = {PIXELS: SIDE}, 0
    for step in operations:
        side = sides[step.inputs[0]]
        if step.kind != "add":
            reach = step.dilation * (step.kernel - 1)
            side = (side + 2 * step.padding - reach - 1) // step.stride + 1
        if step.weight is not None:
            outputs, inputs, *_ = step.weight.shape
            inputs -= step.inputs[0] == PIXELS
            total += outputs * inputs * step.kernel**2 * side**2
        sides[step.output] = side
    return total


def _is_layer(step: Operation) -> bool:
    """What the number in a ResNet's name counts: convolutions, but for those on shortcuts."""
    return step.kind == "conv" and not is_shortcut(step.output)


def printed(model: nn.Module, *, frozen: int) -> str:
    """What torch prints of `model`, and the number of its frozen parameters."""
    return f"{model}\n\nfrozen parameters (convolutions and BatchNorm): {frozen:,}\n"
