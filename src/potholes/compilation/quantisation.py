"""8-bit integers for weights and activations, as ONNX's QuantizeLinear defines them.

Weights are symmetric with one scale an output channel and 7 bits (-64..64): products of an
unsigned 8-bit activation and two such weights fit the 16-bit sums of processors without a native
int8 dot product, so that every processor computes the same bits. Activations are unsigned with
one scale and zero point a tensor; scales have few bits, and those of sums are powers of two. An
addition's factors (scale of a summand / scale of the sum) are then of few bits too, and its float
arithmetic exact: rounded factors meet ties, which kernels with and without fused multiply-adds
round differently. Scheme: Jacob et al. 2018; `reduce_range` of ONNX Runtime.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WEIGHT_LIMIT = 64
ACTIVATION_LIMIT = 255
SCALE_STEPS = 16  # an octave: coarse enough that no processor's last bits show


@dataclass(frozen=True)
class ActivationScale:
    """value = (integer - zero_point) * scale."""

    scale: np.float32
    zero_point: np.uint8


PIXEL_SCALE = ActivationScale(np.float32(1), np.uint8(0))  # pixels are integers already


def activation_scale(low: float, high: float, *, steps: int = SCALE_STEPS) -> ActivationScale:
    """The scale that covers low..high, which include 0 (0 is then exact, as padding needs).

    It is rounded up to one of `steps` numbers an octave. With 1 it is a power of two.
    """
    needed = max(high - low, 1e-6) / ACTIVATION_LIMIT
    _, octave = math.frexp(needed)
    step = math.ldexp(1 / steps, octave - 1)
    count = math.ceil(needed / step)
    if math.ceil(-low / (count * step)) + math.ceil(high / (count * step)) > ACTIVATION_LIMIT:
        count += 1  # 0 lies between two integers of the tighter scale
    if steps == 1:
        count = 1 << (count - 1).bit_length()
    return ActivationScale(np.float32(count * step), np.uint8(math.ceil(-low / (count * step))))


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
