"""What a compiled graph is made of. The compiler writes nothing else, and nothing else is loaded.

Free of torch and onnx: who predicts reads it, too.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PIXELS, FEATURES, MAPS = "pixels", "features", "maps"  # a graph's input and outputs
MAP_SIDE = 7  # of the last maps
OPSET = 17  # what ONNX Runtime 1.13 and later read
IR_VERSION = 8
PRODUCER = "potholes"

_WINDOW: dict[str, type | int] = {"kernel_shape": 2, "strides": 2, "pads": 4}
# and their attributes: an int, a text, or so many ints; only OPTIONAL ones may be missing
OPERATORS: dict[str, dict[str, type | int]] = {
    "Add": {},
    "Cast": {"to": int},
    "Conv": {**_WINDOW, "dilations": 2, "group": int},
    "DequantizeLinear": {"axis": int},
    "Identity": {},
    "MaxPool": _WINDOW,
    "Pad": {"mode": str},
    "QuantizeLinear": {},
    "ReduceMean": {"axes": 2, "keepdims": int},
    "Relu": {},
    "Transpose": {"perm": 4},
}
OPTIONAL = {"axis"}
# what the first node, Pad, adds to pixels [N, 224, 224, 3]: the fourth channel of 255s
FOURTH_CHANNEL = (0, 0, 0, 0, 0, 0, 0, 1)


@dataclass(frozen=True)
class Operation:
    """One step: `output` is made from `inputs` by a convolution, addition or max-pooling."""

    kind: str  # conv, add or maxpool
    output: str
    inputs: tuple[str, ...]
    relu: bool = False
    weight: NDArray[np.float32] | None = None  # [out, in / groups, height, width]
    bias: NDArray[np.float32] | None = None  # [out]
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    groups: int = 1
    kernel: int = 1
