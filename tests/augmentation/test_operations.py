import inspect

import numpy as np
import pytest
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
    changed = AUGMENTATIONS[name](picture, settings, np.random.default_rng(seed))
    assert changed.dtype == np.uint8
    assert changed.shape == picture.shape
    return changed


class Drawn:
    """A generator that draws a number the test has chosen, if it lies in what is asked for."""

    def __init__(self, number: float) -> None:
        self.number = number

    def uniform(self, low: float, high: float) -> float:
        assert low <= self.number <= high
        return self.number


def pixel(red: int, green: int, blue: int) -> np.ndarray:
    """A picture of one colour."""
    return np.full((224, 224, 3), (red, green, blue), dtype=np.uint8)


def change_pixel(
    params: Params, name: str, colour: tuple[int, int, int], drawn: float
) -> tuple[int, ...]:
    """The colour that one operation makes of a picture of one colour."""
    settings = getattr(params.augment, name).model_copy(update={"strength": 1.0})
    changed = AUGMENTATIONS[name](pixel(*colour), settings, Drawn(drawn))
    assert len(np.unique(changed.reshape(-1, 3), axis=0)) == 1
    return tuple(changed[0, 0].tolist())


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
    copy = augment_copy(NOISE, only(params, operation), "a", 2)
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


@pytest.mark.parametrize(
    ("name", "colour", "drawn", "expected"),
    [
        ("brightness", (100, 40, 200), 1.5, (150, 60, 255)),
        ("brightness", (100, 40, 201), 0.5, (50, 20, 100)),  # halves to the even number
        ("contrast", (200, 200, 200), 0.3, (200, 200, 200)),  # it is its own mean
        ("contrast", (255, 0, 0), 2.0, (255, 0, 0)),  # 2 * 255 - 76 and 2 * 0 - 76, cut
        ("contrast", (255, 0, 0), 0.5, (166, 38, 38)),  # halfway to the mean grey, 76
        ("saturation", (255, 0, 0), 0.5, (166, 38, 38)),  # halfway to its grey, 76
        ("saturation", (10, 10, 10), 1.7, (10, 10, 10)),
        ("hue", (255, 0, 0), 1 / 3, (0, 255, 0)),
        ("hue", (255, 0, 0), -1 / 3, (0, 0, 255)),
        ("hue", (255, 0, 0), 1 / 12, (255, 128, 0)),  # half of the way to yellow
        ("hue", (200, 100, 100), 0.5, (100, 200, 200)),  # the complement, as far from grey
        ("hue", (20, 60, 140), 0.0, (20, 60, 140)),
        ("hue", (77, 77, 77), 0.4, (77, 77, 77)),
    ],
)
def test_colours_change_as_computed_by_hand(
    params: Params,
    name: str,
    colour: tuple[int, int, int],
    drawn: float,
    expected: tuple[int, int, int],
) -> None:
    assert change_pixel(params, name, colour, drawn) == expected


def test_contrast_keeps_the_mean_grey_of_the_whole_picture(params: Params) -> None:
    settings = params.augment.contrast.model_copy(update={"strength": 1.0})
    halves = np.where(np.arange(224)[None, :, None] < 112, 50, 150).astype(np.uint8)
    picture = np.broadcast_to(halves, (224, 224, 3)).copy()
    changed = AUGMENTATIONS["contrast"](picture, settings, Drawn(1.5))
    assert changed[0, 0].tolist() == [25] * 3  # 100 - 1.5 * 50
    assert changed[0, 223].tolist() == [175] * 3


def test_grayscale_weighs_the_channels_as_television_does(params: Params) -> None:
    section = params.augment.grayscale
    for colour, grey in (((255, 0, 0), 76), ((0, 255, 0), 150), ((0, 0, 255), 29)):
        assert apply(pixel(*colour), "grayscale", section)[0, 0].tolist() == [grey] * 3


@pytest.mark.parametrize(("angle", "quarters"), [(90.0, 1), (180.0, 2), (-90.0, -1)])
def test_a_quarter_turn_moves_every_pixel_to_its_place(
    params: Params, angle: float, quarters: int
) -> None:
    settings = params.augment.rotate.model_copy(update={"degrees": 180.0})
    turned = AUGMENTATIONS["rotate"](NOISE, settings, Drawn(angle))
    assert np.array_equal(turned, np.rot90(NOISE, quarters))


def test_a_small_turn_shows_the_mirror_image_in_the_corner(params: Params) -> None:
    settings = params.augment.rotate.model_copy(update={"degrees": 180.0})
    turned = AUGMENTATIONS["rotate"](RAMP, settings, Drawn(-45.0))
    # 111.5 * sqrt(2) = 157.7 left of the middle, which is 46.2 beyond the first column
    assert abs(int(turned[0, 0, 0]) - 46) <= 1


def test_zooming_in_twice_is_the_middle_half(params: Params) -> None:
    settings = params.augment.zoom_in.model_copy(update={"factor": 2.0})
    zoomed = AUGMENTATIONS["zoom_in"](RAMP, settings, Drawn(2.0))
    middle = zoomed[0, 2:-2, 0].astype(float)
    assert np.abs(middle - (56 + (np.arange(2, 222) + 0.5) / 2 - 0.5)).max() <= 0.5


def test_a_copy_depends_on_seed_photo_and_number_alone(params: Params) -> None:
    first = augment_copy(NOISE, params.augment, "normal/a.jpg", 2)
    augment_copy(NOISE, params.augment, "normal/b.jpg", 1)
    np.random.default_rng(5)
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
