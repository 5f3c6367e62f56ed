import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from potholes.compilation.quantisation import (
    RANGE_STEPS,
    ActivationScale,
    activation_scale,
    quantise_bias,
    quantise_weight,
)


def test_weights_are_seven_bits_with_a_scale_a_channel():
    weight = np.array([[[[1.0, -0.5]]], [[[0.0, 0.02]]]], dtype=np.float32)
    integers, scale = quantise_weight(weight)
    assert integers.tolist() == [[[[64, -32]]], [[[0, 64]]]]
    assert scale == pytest.approx([1 / 64, 0.02 / 64])


def test_no_pair_of_products_overflows_sixteen_bits():
    assert np.iinfo(np.int16).max >= 2 * 255 * 64


def test_a_channel_of_zeros_stays_zero():
    integers, scale = quantise_weight(np.zeros((1, 1, 1, 1), dtype=np.float32))
    assert integers.item() == 0
    assert np.isfinite(scale).all()


@given(st.floats(-50, 0), st.floats(0, 50))
def test_zero_is_exact_and_the_range_is_covered(low, high):
    scale = activation_scale(low, high)
    step = float(scale.scale)
    assert (0 - int(scale.zero_point)) * step <= low + step / 2
    assert (255 - int(scale.zero_point)) * step >= high - step / 2
    assert 255 * step <= max(high - low, 1e-6) * (1 + 2 / RANGE_STEPS) * (1 + 1e-6)


@pytest.mark.parametrize(
    ("low", "high", "covered"),
    [
        (0.0, 3.0, 3.0),  # 2..4 goes in steps of 1/8
        (0.0, 3.01, 3.125),
        (-0.3, 2.9, 0.375 + 3.0),
        (-2.0, 0.0, 2.0),
    ],
)
def test_a_range_grows_to_a_sixteenth_of_its_octave(low, high, covered):
    assert activation_scale(low, high).scale == np.float32(covered / 255)


@given(st.floats(-50, 0), st.floats(0, 50))
def test_last_bits_of_a_range_do_not_show(low, high):
    # borders themselves are exact numbers of few bits, which measured values never are
    low, high = (value * 1.0123456789 for value in (low, high))
    near = activation_scale(low * (1 + 1e-15), high * (1 - 1e-15))
    assert near == activation_scale(low, high)


def test_an_output_that_is_always_zero_has_a_scale():
    scale = activation_scale(0.0, 0.0)
    assert scale.zero_point == 0
    assert 0 < scale.scale < 1e-6


def test_after_a_relu_the_zero_point_is_zero():
    assert activation_scale(0.0, 3.0).zero_point == 0


def test_a_bias_is_in_units_of_the_products():
    activation = ActivationScale(np.float32(1), np.uint8(0))
    integers, scale = quantise_bias(
        np.array([0.5, -1.0]), activation, np.array([0.25, 0.5], dtype=np.float32)
    )
    assert integers.tolist() == [2, -2]
    assert scale == pytest.approx([0.25, 0.5])
