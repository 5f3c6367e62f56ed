import inspect

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from potholes.augmentation.operations import AUGMENTATIONS, augment_copy
from potholes.params import AugmentParams, Params

RNG = np.random.default_rng(0)
NOISE = RNG.integers(0, 256, (224, 224, 3), dtype=np.uint8)
RAMP = np.repeat(np.arange(224, dtype=np.uint8)[None, :, None], 224, 0).repeat(3, 2)
OPERATIONS = tuple(AUGMENTATIONS)


def only(params: Params, operation: str, **settings: float) -> AugmentParams:
    """Params of `augment` in which one operation always happens and no other ever."""
    tree = params.augment.model_dump()
    for name in OPERATIONS:
        tree[name]["p"] = 1.0 if name == operation else 0.0
    tree[operation] |= settings
    return AugmentParams.model_validate(tree)


def apply(picture: np.ndarray, name: str, settings: object, seed: int = 0) -> np.ndarray:
    tensor = torch.from_numpy(picture.transpose(2, 0, 1).copy())
    changed = AUGMENTATIONS[name](tensor, settings, np.random.default_rng(seed))
    assert changed.dtype == torch.uint8
    assert changed.shape == (3, 224, 224)
    return changed.numpy().transpose(1, 2, 0)


def test_every_operation_has_its_section_in_params() -> None:
    sections = set(AugmentParams.model_fields) - {"copies", "seed"}
    assert set(AUGMENTATIONS) == sections
    for name, change in AUGMENTATIONS.items():
        annotation = inspect.signature(change).parameters["settings"].annotation
        assert annotation is AugmentParams.model_fields[name].annotation


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_changes_a_picture_and_keeps_its_shape(
    params: Params, operation: str
) -> None:
    copy = augment_copy(NOISE, only(params, operation), "a", 1)
    assert copy.shape == (224, 224, 3)
    assert copy.dtype == np.uint8
    assert not np.array_equal(copy, NOISE)


def test_without_any_operation_a_copy_is_the_picture(params: Params) -> None:
    tree = params.augment.model_dump()
    for name in OPERATIONS:
        tree[name]["p"] = 0.0
    assert np.array_equal(augment_copy(NOISE, AugmentParams.model_validate(tree), "a", 1), NOISE)


@pytest.mark.parametrize(
    ("operation", "neutral"),
    [
        ("rotate", {"degrees": 0.0}),
        ("zoom_in", {"factor": 1.0}),
        ("zoom_out", {"factor": 1.0}),
        ("crop", {"area": 1.0}),
        ("brightness", {"strength": 0.0}),
        ("contrast", {"strength": 0.0}),
        ("saturation", {"strength": 0.0}),
        ("hue", {"strength": 0.0}),
    ],
)
def test_no_strength_is_no_change(params: Params, operation: str, neutral: dict) -> None:
    copy = augment_copy(NOISE, only(params, operation, **neutral), "a", 1)
    assert np.abs(copy.astype(int) - NOISE).max() <= 1


def test_flip_mirrors_left_and_right(params: Params) -> None:
    assert np.array_equal(augment_copy(RAMP, only(params, "flip"), "a", 1), RAMP[:, ::-1])


def test_grayscale_has_three_equal_channels(params: Params) -> None:
    copy = augment_copy(NOISE, only(params, "grayscale"), "a", 1)
    assert np.array_equal(copy[..., 0], copy[..., 1])
    assert np.array_equal(copy[..., 0], copy[..., 2])


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(
    ("operation", "settings"),
    [("rotate", {"degrees": 180.0}), ("zoom_out", {"factor": 4.0}), ("crop", {"area": 0.05})],
)
def test_edges_are_mirrored_never_black(
    params: Params, operation: str, settings: dict, seed: int
) -> None:
    section = getattr(only(params, operation, **settings), operation)
    bright = RAMP // 2 + 100
    assert apply(bright, operation, section, seed).min() >= 99


@pytest.mark.parametrize("seed", range(10))
def test_zooming_in_shows_the_middle_of_the_ramp_wider(params: Params, seed: int) -> None:
    inner = apply(RAMP, "zoom_in", only(params, "zoom_in", factor=2.0).zoom_in, seed)[112, :, 0]
    width = int(inner[-1]) - int(inner[0])
    assert 110 <= width <= 224
    assert abs((int(inner[-1]) + int(inner[0])) / 2 - 111.5) <= 1.5


@pytest.mark.parametrize("seed", range(10))
def test_zooming_out_repeats_the_edges_in_a_mirror(params: Params, seed: int) -> None:
    section = only(params, "zoom_out", factor=3.0).zoom_out
    row = apply(RAMP, "zoom_out", section, seed)[112, :, 0].astype(int)
    assert np.abs(row + row[::-1] - 223).max() <= 2  # still symmetric about the middle
    assert np.ptp(row) >= 215  # the whole ramp is in sight


@pytest.mark.parametrize("seed", range(20))
def test_a_crop_keeps_its_share_of_the_area(params: Params, seed: int) -> None:
    row = apply(RAMP, "crop", only(params, "crop", area=0.5).crop, seed)[112, :, 0].astype(int)
    assert row[-1] - row[0] >= 224 * 0.5**0.5 - 2


def test_brightness_is_a_factor_within_its_range(params: Params) -> None:
    grey = np.full((224, 224, 3), 100, np.uint8)
    means = [
        augment_copy(grey, only(params, "brightness", strength=0.2), "a", copy).mean()
        for copy in range(1, 60)
    ]
    assert 80 <= min(means) < 90
    assert 110 < max(means) <= 120


def test_a_copy_depends_on_seed_photo_and_number_alone(params: Params) -> None:
    first = augment_copy(NOISE, params.augment, "normal/a.jpg", 2)
    augment_copy(NOISE, params.augment, "normal/b.jpg", 1)
    np.random.default_rng(5)
    torch.manual_seed(7)
    assert np.array_equal(augment_copy(NOISE, params.augment, "normal/a.jpg", 2), first)
    other_seed = params.augment.model_copy(update={"seed": 1})
    others = [
        augment_copy(NOISE, other_seed, "normal/a.jpg", 2),
        augment_copy(NOISE, params.augment, "normal/b.jpg", 2),
        augment_copy(NOISE, params.augment, "normal/a.jpg", 3),
    ]
    assert all(not np.array_equal(first, other) for other in others)


def test_copies_asked_for_do_not_change_the_ones_there_were(params: Params) -> None:
    more = params.augment.model_copy(update={"copies": 9})
    assert np.array_equal(
        augment_copy(NOISE, more, "a", 1), augment_copy(NOISE, params.augment, "a", 1)
    )


@settings(max_examples=10, deadline=None)
@given(copy=st.integers(1, 100), p=st.floats(0, 1), strength=st.floats(0, 1))
def test_changing_one_operation_leaves_what_the_others_draw(
    params: Params, copy: int, p: float, strength: float
) -> None:
    base = only(params, "flip").model_dump() | {"flip": {"p": 0.5}}
    changed = base | {
        "brightness": {"p": p, "strength": 0.0},
        "contrast": {"p": 0.0, "strength": strength},
    }
    pictures = [
        augment_copy(RAMP, AugmentParams.model_validate(tree), "a", copy)
        for tree in (base, changed)
    ]
    assert np.array_equal(*pictures)


def test_probabilities_are_kept(params: Params) -> None:
    half = only(params, "flip", p=0.3)
    flipped = sum(
        not np.array_equal(augment_copy(RAMP, half, f"photo {n}", 1), RAMP) for n in range(400)
    )
    assert 90 <= flipped <= 150


def test_the_picture_given_is_not_written_to(params: Params) -> None:
    before = NOISE.copy()
    augment_copy(NOISE, params.augment, "a", 1)
    assert np.array_equal(NOISE, before)
