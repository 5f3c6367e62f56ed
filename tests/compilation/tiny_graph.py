"""The smallest graph that the compiler writes: one convolution to 8 maps of 7 x 7."""

import numpy as np
import onnx

from potholes.compilation.graph import float_graph, int8_graph
from potholes.compilation.operators import PIXELS, Operation

WIDTH = 8


def tiny_graph(precision: str = "int8") -> onnx.ModelProto:
    """Windows of 32 x 32 pixels, side by side, by weights drawn with the seed 0."""
    weight = np.random.default_rng(0).normal(0, 1e-4, (WIDTH, 4, 32, 32)).astype(np.float32)
    bias = np.linspace(0, 1, WIDTH, dtype=np.float32)
    conv = Operation("conv", "conv", (PIXELS,), True, weight, bias, stride=32, kernel=32)
    if precision == "int8":
        return int8_graph("tiny", [conv], {"conv": (0.0, 8.0)})
    return float_graph("tiny", [conv], precision)
