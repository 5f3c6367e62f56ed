"""A ResNet's body as a short list of operations: BatchNorm folded, ReLU merged, pixels in.

torch.fx follows the forward pass; what remains of a ResNet is convolutions, additions and one
max-pooling. The same list is run by torch (to calibrate) and written as ONNX.
"""

import operator
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, fx, nn
from torch.nn import functional

from potholes.compilation.operators import PIXELS, Operation
from potholes.weights.family import MEAN, STD


def body_of(model: nn.Module) -> list[Operation]:
    """The operations from pixels to the last maps [N, D, 7, 7], which the last one outputs.

    The first convolution takes pixels with a fourth channel of 255s (see `_take_pixels`).
    Raises ValueError naming a module that a ResNet is not expected to have.
    """
    traced = fx.symbolic_trace(model)
    modules = dict(traced.named_modules())
    operations: list[Operation] = []
    names: dict[fx.Node, str] = {}
    for node in traced.graph.nodes:
        if node.op == "placeholder":
            names[node] = PIXELS
        elif node.target in (operator.iadd, operator.add, torch.add):
            names[node] = node.name
            inputs = tuple(names[value] for value in node.args)
            operations.append(Operation("add", node.name, inputs))
        elif node.op == "call_module":
            module = modules[node.target]
            if isinstance(module, nn.AdaptiveAvgPool2d):
                return [_take_pixels(operations[0]), *operations[1:]]
            names[node] = _append(operations, node.name, module, names[node.args[0]])
    raise ValueError(f"{type(model).__name__} has no average pooling; expected a ResNet")


def _append(operations: list[Operation], name: str, module: nn.Module, source: str) -> str:
    """Append or merge what `module` does to `source`; return the name of the result."""
    last = operations[-1] if operations else None
    if isinstance(module, nn.Conv2d):
        operations.append(
            Operation(
                "conv",
                name,
                (source,),
                weight=module.weight.detach().numpy(),
                bias=np.zeros(module.out_channels, dtype=np.float32),
                stride=module.stride[0],
                padding=int(module.padding[0]),
                dilation=module.dilation[0],
                groups=module.groups,
                kernel=module.kernel_size[0],
            )
        )
        return name
    if isinstance(module, nn.MaxPool2d):
        sizes = {"kernel": module.kernel_size, "stride": module.stride, "padding": module.padding}
        operations.append(Operation("maxpool", name, (source,), **sizes))  # type: ignore[arg-type]
        return name
    if last is not None and last.output == source:
        if isinstance(module, nn.BatchNorm2d):
            operations[-1] = _fold(last, module)
            return source
        if isinstance(module, nn.ReLU):
            operations[-1] = replace(last, relu=True)
            return source
    raise ValueError(f"{name}: {type(module).__name__} is not a layer that a ResNet has there")


def _fold(conv: Operation, norm: nn.BatchNorm2d) -> Operation:
    """The convolution that does what `conv` and then `norm` with its statistics do."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    assert conv.weight is not None
    variance, mean = norm.running_var.double(), norm.running_mean.double()
    gain = (norm.weight.double() / torch.sqrt(variance + norm.eps)).numpy()
    weight = conv.weight * gain[:, None, None, None]
    bias = norm.bias.detach().double().numpy() - mean.numpy() * gain
    return replace(conv, weight=weight.astype(np.float32), bias=bias.astype(np.float32))


def _take_pixels(conv: Operation) -> Operation:
    """The first convolution on pixels 0..255 and a fourth channel of 255s, zero outside.

    Normalising is (p / 255 - mean) / std. The factor goes into the weights; the shift cannot go
    into the bias, since the border is padded with zeros *after* normalising. As the weight of a
    channel that is 255 inside the picture and 0 in the padding it is exact, and costs nothing.
    """
    assert conv.weight is not None
    mean, std = np.array(MEAN)[None, :, None, None], np.array(STD)[None, :, None, None]
    scaled = conv.weight / std
    shift = -(scaled * mean).sum(axis=1, keepdims=True)
    weight = np.concatenate([scaled, shift], axis=1) / 255
    return replace(conv, weight=weight.astype(np.float32))


def with_fourth_channel(pixels: NDArray[np.uint8]) -> Tensor:
    """Pixels [N, H, W, 3] to float64 [N, 4, H, W], the fourth channel 255."""
    padded = np.pad(pixels, [(0, 0), (0, 0), (0, 0), (0, 1)], constant_values=255)
    return torch.from_numpy(padded).permute(0, 3, 1, 2).double()


def run_operation(operation: Operation, inputs: list[Tensor]) -> Tensor:
    """What torch computes for one operation in float64."""
    if operation.kind == "conv":
        result = functional.conv2d(
            inputs[0],
            torch.from_numpy(operation.weight).double(),
            torch.from_numpy(operation.bias).double(),
            operation.stride,
            operation.padding,
            operation.dilation,
            operation.groups,
        )
    elif operation.kind == "maxpool":
        result = functional.max_pool2d(
            inputs[0], operation.kernel, operation.stride, operation.padding
        )
    else:
        result = inputs[0] + inputs[1]
    return result.relu_() if operation.relu else result


def ranges_of(operations: list[Operation], pixels: NDArray[np.uint8]) -> dict[str, Any]:
    """Smallest and largest value (zero included) of every operation's output over `pixels`.

    Returns name -> (low, high), which differ between processors in the last bits of a float64.
    Pictures [N, H, W, 3] may be smaller than those that the graph takes; a tensor is dropped
    after its last use.
    """
    last_use = {name: index for index, step in enumerate(operations) for name in step.inputs}
    tensors = {PIXELS: with_fourth_channel(pixels)}
    ranges: dict[str, tuple[float, float]] = {}
    with torch.inference_mode():
        for index, step in enumerate(operations):
            result = run_operation(step, [tensors[name] for name in step.inputs])
            low, high = torch.aminmax(result)
            ranges[step.output] = (min(0.0, float(low)), max(0.0, float(high)))
            for name in step.inputs:
                if last_use[name] == index:
                    tensors.pop(name, None)
            tensors[step.output] = result
    return ranges
