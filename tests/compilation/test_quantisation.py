import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from potholes.compilation.quantisation import (
    SCALE_STEPS,
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


RANGES = (st.floats(-50, 0), st.floats(0, 50))


@given(*RANGES, st.sampled_from([1, SCALE_STEPS]))
def test_zero_is_exact_and_the_range_is_covered(low, high, steps):
    scale = activation_scale(low, high, steps=steps)
    step = float(scale.scale)
    assert (0 - int(scale.zero_point)) * step <= low
    assert (255 - int(scale.zero_point)) * step >= high
    # rounded up by one step, and one more where 0 lies between two integers; by 2 for sums
    assert step <= max(high - low, 1e-6) / 255 * (4 if steps == 1 else 1 + 2 / SCALE_STEPS) * 1.0001


@pytest.mark.parametrize(
    ("low", "high", "steps", "expected", "zero_point"),
    [
        (0.0, 255.0, 16, 1.0, 0),
        (0.0, 256.0, 16, 17 / 16, 0),
        (-64.0, 191.0, 16, 1.0, 64),
        (-63.5, 191.5, 16, 17 / 16, 60),  # of integers a distance of 1 apart it would need 256
        (0.0, 256.0, 1, 2.0, 0),
        (-50.0, 100.0, 1, 1.0, 50),
    ],
)
def test_scales_have_few_bits(low, high, steps, expected, zero_point):
    scale = activation_scale(low, high, steps=steps)
    assert (float(scale.scale), int(scale.zero_point)) == (expected, zero_point)


@given(st.integers(0, 255), st.integers(0, 255), *RANGES, *RANGES, *RANGES)
def test_a_sum_is_exact_in_float32(one, two, low1, high1, low2, high2, low, high):
    summands = activation_scale(low1, high1), activation_scale(low2, high2)
    total = activation_scale(low, high, steps=1).scale
    factors = [summand.scale / total for summand in summands]
    for number, factor, summand in zip((one, two), factors, summands, strict=True):
        assert float(factor) == float(summand.scale) / float(total)
        assert float(np.float32(number) * factor) == number * float(factor)


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
