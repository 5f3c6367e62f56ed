"""8-bit integers for weights and activations, as ONNX's QuantizeLinear defines them.

Weights are symmetric with one scale an output channel and 7 bits (-64..64): products of an
unsigned 8-bit activation and two such weights fit the 16-bit sums of processors without a native
int8 dot product, so that every processor computes the same bits. Activations are unsigned with
one scale and zero point a tensor. Scheme: Jacob et al. 2018; `reduce_range` of ONNX Runtime.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WEIGHT_LIMIT = 64
ACTIVATION_LIMIT = 255
RANGE_STEPS = 16  # an octave: coarse enough that no processor's last bits show


@dataclass(frozen=True)
class ActivationScale:
    """value = (integer - zero_point) * scale."""

    scale: np.float32
    zero_point: np.uint8


PIXEL_SCALE = ActivationScale(np.float32(1), np.uint8(0))  # pixels are integers already


def activation_scale(low: float, high: float) -> ActivationScale:
    """The scale that covers low..high, which include 0 (0 is then exact, as padding needs).

    Both are first moved away from 0, to a multiple of 1/16 of the octave of high - low.
    """
    _, octave = math.frexp(max(high - low, 1e-6))
    step = math.ldexp(1 / RANGE_STEPS, octave - 1)
    below = math.ceil(-low / step)  # steps
    above = max(math.ceil(high / step), 1 - below)
    scale = np.float32((below + above) * step / ACTIVATION_LIMIT)
    zero_point = np.uint8(round(below * ACTIVATION_LIMIT / (below + above)))
    return ActivationScale(scale, zero_point)


def quantise_weight(
    weight: NDArray[np.float32],
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Weights [out, …] as integers in -64..64 and their scales [out]."""
    largest = np.abs(weight).reshape(len(weight), -1).max(axis=1)
    scale = (np.maximum(largest, 1e-12) / WEIGHT_LIMIT).astype(np.float32)
    # multiplied by the inverse in place: weights are most of a compile's bytes
    integers = weight * (1 / scale).reshape(-1, *[1] * (weight.ndim - 1))
    np.rint(integers, out=integers)
    return integers.astype(np.int8), scale


def quantise_bias(
    bias: NDArray[np.float32], activation: ActivationScale, weight_scale: NDArray[np.float32]
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """A bias [out] in the units of the products it is added to, and these units [out]."""
    scale = activation.scale * weight_scale
    limits = np.iinfo(np.int32)
    integers = np.clip(np.rint(bias.astype(np.float64) / scale), limits.min, limits.max)
    return integers.astype(np.int32), scale
