"""The operations of a body as an ONNX graph: uint8 pixels in, features and last maps out.

Only `operators.OPERATORS`; 8-bit graphs are written with QuantizeLinear / DequantizeLinear pairs,
which ONNX Runtime turns into integer kernels when it loads them.
"""

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from potholes.compilation.operators import (
    FEATURES,
    FOURTH_CHANNEL,
    IR_VERSION,
    MAP_SIDE,
    MAPS,
    OPERATORS,
    OPSET,
    OPTIONAL,
    PIXELS,
    PRODUCER,
    Operation,
)
from potholes.compilation.quantisation import (
    PIXEL_SCALE,
    SCALE_STEPS,
    ActivationScale,
    activation_scale,
    quantise_bias,
    quantise_weight,
)
from potholes.files.png import SIDE

_TYPES = {"float32": TensorProto.FLOAT, "float16": TensorProto.FLOAT16}


class _Writer:
    """Nodes and constants in the order they are added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        assert attributes.keys() ^ OPERATORS[kind].keys() <= OPTIONAL, (kind, attributes)
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def constant(self, name: str, value: NDArray[Any] | np.generic) -> str:
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def dequantise(self, source: str, scale: ActivationScale, output: str) -> str:
        names = self._scale(output, scale)
        return self.node("DequantizeLinear", [source, *names], output)

    def quantise(self, source: str, scale: ActivationScale, output: str) -> str:
        names = self._scale(output, scale)
        return self.node("QuantizeLinear", [source, *names], output)

    def _scale(self, name: str, scale: ActivationScale) -> list[str]:
        return [
            self.constant(f"{name}.scale", scale.scale),
            self.constant(f"{name}.zero_point", scale.zero_point),
        ]

    def model(self, name: str, source: str, width: int) -> onnx.ModelProto:
        """The finished model; `source` is the tensor of the last maps in float32."""
        self.node("Identity", [source], MAPS)
        self.node("ReduceMean", [source], FEATURES, axes=[2, 3], keepdims=0)
        pixels = helper.make_tensor_value_info(PIXELS, TensorProto.UINT8, ["N", SIDE, SIDE, 3])
        features = helper.make_tensor_value_info(FEATURES, TensorProto.FLOAT, ["N", width])
        maps = helper.make_tensor_value_info(
            MAPS, TensorProto.FLOAT, ["N", width, MAP_SIDE, MAP_SIDE]
        )
        graph = helper.make_graph(self.nodes, name, [pixels], [features, maps], self.constants)
        opset = [helper.make_opsetid("", OPSET)]
        return helper.make_model(
            graph, opset_imports=opset, ir_version=IR_VERSION, producer_name=PRODUCER
        )


def float_graph(name: str, operations: list[Operation], precision: str) -> onnx.ModelProto:
    """The graph in float32 or float16 (its features and maps are float32 all the same)."""
    writer = _Writer()
    dtype = np.dtype(precision)
    writer.node("Cast", [_channels_first(writer)], PIXELS + ".float", to=_TYPES[precision])
    names = {PIXELS: PIXELS + ".float"}
    for step in operations:
        inputs = [names[source] for source in step.inputs]
        result = step.output + ".sum" if step.relu else step.output
        if step.kind == "conv":
            assert step.weight is not None
            assert step.bias is not None
            inputs.append(writer.constant(f"{step.output}.weight", step.weight.astype(dtype)))
            inputs.append(writer.constant(f"{step.output}.bias", step.bias.astype(dtype)))
        _operate(writer, step, inputs, result)
        if step.relu:
            writer.node("Relu", [result], step.output)
        names[step.output] = step.output
    maps = operations[-1].output
    if precision != "float32":
        maps = writer.node("Cast", [maps], maps + ".float32", to=TensorProto.FLOAT)
    return writer.model(name, maps, _width(operations))


def int8_graph(
    name: str, operations: list[Operation], ranges: dict[str, tuple[float, float]]
) -> onnx.ModelProto:
    """The graph in 8-bit integers, `ranges` giving every output's (low, high).

    A ReLU needs no node: its output's zero point is 0, below which quantising cuts.
    """
    writer = _Writer()
    scales = {PIXELS: PIXEL_SCALE}
    integers = {PIXELS: _channels_first(writer)}
    for step in operations:
        steps = 1 if step.kind == "add" else SCALE_STEPS
        scale = activation_scale(*ranges[step.output], steps=steps)
        if step.kind == "maxpool":  # its output is among its inputs: the same scale is exact
            scale = scales[step.inputs[0]]
        inputs = [
            writer.dequantise(integers[source], scales[source], f"{step.output}.in{index}")
            for index, source in enumerate(step.inputs)
        ]
        if step.kind == "conv":
            inputs += _conv_constants(writer, step, scales[step.inputs[0]])
        _operate(writer, step, inputs, step.output)
        scales[step.output] = scale
        integers[step.output] = writer.quantise(step.output, scale, f"{step.output}.int8")
    last = operations[-1].output
    maps = writer.dequantise(integers[last], scales[last], f"{last}.float32")
    return writer.model(name, maps, _width(operations))


def _channels_first(writer: _Writer) -> str:
    """Pixels with the fourth channel of 255s that the first convolution expects: [N, 4, …]."""
    pads = writer.constant("pixels.pads", np.array(FOURTH_CHANNEL, dtype=np.int64))
    full = writer.constant("pixels.full", np.uint8(255))
    four = writer.node("Pad", [PIXELS, pads, full], "pixels.four", mode="constant")
    return writer.node("Transpose", [four], "pixels.first", perm=[0, 3, 1, 2])


def _conv_constants(writer: _Writer, step: Operation, source: ActivationScale) -> list[str]:
    """Weight and bias of a convolution as dequantised integers."""
    assert step.weight is not None
    assert step.bias is not None
    weight, weight_scale = quantise_weight(step.weight)
    bias, bias_scale = quantise_bias(step.bias, source, weight_scale)
    names = []
    for part, value, scale in (("weight", weight, weight_scale), ("bias", bias, bias_scale)):
        output = f"{step.output}.{part}"
        constants = [
            writer.constant(f"{output}.int", value),
            writer.constant(f"{output}.scale", scale),
            writer.constant(f"{output}.zero_point", np.zeros(len(scale), dtype=value.dtype)),
        ]
        names.append(writer.node("DequantizeLinear", constants, output, axis=0))
    return names


def _operate(writer: _Writer, step: Operation, inputs: list[str], output: str) -> None:
    if step.kind == "add":
        writer.node("Add", inputs, output)
        return
    window = {
        "kernel_shape": [step.kernel] * 2,
        "strides": [step.stride] * 2,
        "pads": [step.padding] * 4,
    }
    if step.kind == "maxpool":
        writer.node("MaxPool", inputs, output, **window)
    else:
        dilations = [step.dilation] * 2
        writer.node("Conv", inputs, output, **window, dilations=dilations, group=step.groups)


def _width(operations: list[Operation]) -> int:
    widths = [len(step.bias) for step in operations if step.bias is not None]
    return widths[-1]
