"""`RULES`: what each of the compiler's operators makes of its inputs; only types and shapes.

A rule raises ValueError with the fault where inputs or attributes are others than the compiler's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from potholes.compilation.operators import FOURTH_CHANNEL

FLOAT, UINT8, INT8, INT32, INT64, FLOAT16 = 1, 2, 3, 6, 7, 10  # ONNX's numbers of types
TYPES: dict[int, Any] = {
    FLOAT: np.float32,
    UINT8: np.uint8,
    INT8: np.int8,
    INT32: np.int32,
    INT64: np.int64,
    FLOAT16: np.float16,
}
FLOATS = (FLOAT, FLOAT16)
N = -1  # the number of photos, in a shape


@dataclass(frozen=True)
class Tensor:
    """What flows between nodes: ONNX's number of its type, its shape, and a constant's value."""

    type: int
    shape: tuple[int, ...]
    value: NDArray[Any] | None = None


Attributes = Mapping[str, Any]
Rule = Callable[[Sequence[Tensor], Attributes], Tensor]


def _add(inputs: Sequence[Tensor], _: Attributes) -> Tensor:
    first, second = map(_maps, inputs)
    _demand((first.type, first.shape) == (second.type, second.shape), "its summands differ")
    return Tensor(first.type, first.shape)


def _cast(inputs: Sequence[Tensor], attributes: Attributes) -> Tensor:
    _demand(attributes["to"] in FLOATS, f"to type {attributes['to']}")
    return Tensor(attributes["to"], _maps(inputs[0]).shape)


def _conv(inputs: Sequence[Tensor], attributes: Attributes) -> Tensor:
    maps, (_, weight, bias) = _maps(inputs[0]), inputs
    _demand(maps.type in FLOATS and {weight.type, bias.type} == {maps.type}, "types differ")
    _demand(len(weight.shape) == 4, f"a weight of {len(weight.shape)} dimensions")
    group, (outputs, channels, *kernel) = attributes["group"], weight.shape
    _demand(tuple(kernel) == attributes["kernel_shape"], f"weight {weight.shape}")
    _demand(group > 0 and outputs % group == 0, f"{group} groups")
    _demand(channels * group == maps.shape[1], f"weight {weight.shape} on maps {maps.shape}")
    _demand(bias.shape == (outputs,), f"a bias {bias.shape} for {outputs} outputs")
    return Tensor(maps.type, (N, outputs, *_sides(maps, attributes, attributes["dilations"])))


def _dequantise(inputs: Sequence[Tensor], attributes: Attributes) -> Tensor:
    source, scale, zero = inputs
    _check_scale(scale, zero, source.type)
    if scale.shape:
        _demand(attributes.get("axis") == 0, "its scales are not those of the first axis")
        _demand(source.shape[:1] == scale.shape, f"{scale.shape} scales for {source.shape}")
    return Tensor(FLOAT, source.shape)


def _identity(inputs: Sequence[Tensor], _: Attributes) -> Tensor:
    return Tensor(inputs[0].type, _maps(inputs[0]).shape)


def _max_pool(inputs: Sequence[Tensor], attributes: Attributes) -> Tensor:
    maps = _maps(inputs[0])
    _demand(maps.type in FLOATS, f"of type {maps.type}")
    return Tensor(maps.type, (*maps.shape[:2], *_sides(maps, attributes, (1, 1))))


def _mean(inputs: Sequence[Tensor], attributes: Attributes) -> Tensor:
    maps = _maps(inputs[0])
    _demand(maps.type in FLOATS, f"of type {maps.type}")
    _demand((attributes["axes"], attributes["keepdims"]) == ((2, 3), 0), "not over both sides")
    return Tensor(maps.type, maps.shape[:2])


def _pad(inputs: Sequence[Tensor], attributes: Attributes) -> Tensor:
    pixels, pads, full = inputs
    _demand(attributes["mode"] == "constant", f"by {attributes['mode']!r}")
    own = None if pads.value is None else pads.value.ravel().tolist()
    _demand(pads.type == INT64 and own == list(FOURTH_CHANNEL), f"by {own}")
    _demand(len(pixels.shape) == 4, f"of shape {pixels.shape}")
    _demand(full.value is not None and not full.shape and full.type == pixels.type, "with what")
    return Tensor(pixels.type, (*pixels.shape[:3], pixels.shape[3] + 1))


def _quantise(inputs: Sequence[Tensor], _: Attributes) -> Tensor:
    source, scale, zero = inputs
    _check_scale(scale, zero, UINT8)
    _demand(source.type == FLOAT and not scale.shape, "not of floats by one scale")
    return Tensor(UINT8, source.shape)


def _relu(inputs: Sequence[Tensor], _: Attributes) -> Tensor:
    _demand(inputs[0].type in FLOATS, f"of type {inputs[0].type}")
    return _identity(inputs, _)


def _transpose(inputs: Sequence[Tensor], attributes: Attributes) -> Tensor:
    _demand(attributes["perm"] == (0, 3, 1, 2), f"to {attributes['perm']}")
    n, height, width, channels = _maps(inputs[0]).shape
    return Tensor(inputs[0].type, (n, channels, height, width))


RULES: dict[str, tuple[Rule, int]] = {  # with the number of inputs
    "Add": (_add, 2),
    "Cast": (_cast, 1),
    "Conv": (_conv, 3),
    "DequantizeLinear": (_dequantise, 3),
    "Identity": (_identity, 1),
    "MaxPool": (_max_pool, 1),
    "Pad": (_pad, 3),
    "QuantizeLinear": (_quantise, 3),
    "ReduceMean": (_mean, 1),
    "Relu": (_relu, 1),
    "Transpose": (_transpose, 1),
}


def _maps(tensor: Tensor) -> Tensor:
    _demand(len(tensor.shape) == 4 and tensor.shape[0] == N, f"of shape {tensor.shape}")
    return tensor


def _sides(maps: Tensor, attributes: Attributes, dilations: Sequence[int]) -> tuple[int, ...]:
    """Height and width after a window has gone over maps, padded alike on both ends."""
    pads = attributes["pads"]
    _demand(pads[:2] == pads[2:], f"pads {pads}")
    made = []
    for side, kernel, stride, pad, dilation in zip(
        maps.shape[2:], attributes["kernel_shape"], attributes["strides"], pads, dilations,
        strict=False,
    ):  # fmt: skip
        reach = dilation * (kernel - 1)
        _demand(min(kernel, stride, dilation) > 0 <= pad <= reach, "an impossible window")
        made.append((side + 2 * pad - reach - 1) // stride + 1)
    return tuple(made)


def _check_scale(scale: Tensor, zero: Tensor, kind: int) -> None:
    """Scale and zero point of integers of the type `kind` are constants that belong together."""
    if scale.value is None or zero.value is None:
        raise ValueError("a scale that is computed")
    _demand(scale.type == FLOAT and bool((scale.value > 0).all()), "a scale that is not above 0")
    _demand(zero.type == kind and zero.shape == scale.shape, "a zero point of another kind")
    _demand(kind in (UINT8, INT8, INT32) and len(scale.shape) < 2, f"integers of type {kind}")


def _demand(fits: bool, fault: str) -> None:
    if not fits:
        raise ValueError(fault)
