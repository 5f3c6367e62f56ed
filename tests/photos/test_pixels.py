import numpy as np
import pytest
from PIL import Image

from potholes.photos.decoding import decode
from potholes.photos.pixels import flatten, rescale, square
from potholes.photos.sniffing import BadImage
from tests.photo_files import encoded, image_params, scene

GREY = [124, 116, 104]


def ramp(top: float, dtype: type) -> np.ndarray:
    return np.linspace(0, top, 64 * 48).reshape(48, 64).astype(dtype)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([[0, 257, 65535]], np.uint16), [0, 1, 255]),
        (np.array([[0, 100, 255]], np.uint16), [0, 100, 255]),
        (np.array([[0, 2048, 4095]], np.uint16), [0, 128, 255]),
        (np.array([[0, 0.5, 1]], np.float32), [0, 128, 255]),
        (np.array([[0, 64, 200]], np.float32), [0, 64, 200]),
        (np.array([[-1, 0, 1]], np.float32), [0, 128, 255]),
        (np.array([[0, 50_000, 100_000]], np.int32), [0, 128, 255]),
        (np.array([[7, 7, 7]], np.float32), [7, 7, 7]),
        (np.array([[-3, -3, -3]], np.float32), [0, 0, 0]),
    ],
)
def test_deep_greyscale_is_rescaled_to_the_range_it_was_taken_in(
    values: np.ndarray, expected: list[int]
) -> None:
    assert rescale(values).tolist() == [expected]


def test_values_that_are_not_finite_are_refused() -> None:
    with pytest.raises(BadImage, match="not finite"):
        rescale(np.array([[0, np.nan]], np.float32))


@pytest.mark.parametrize(
    ("format", "values"),
    [
        ("PNG", ramp(65535, np.uint16)),
        ("TIFF", ramp(65535, np.uint16)),
        ("TIFF", ramp(1, np.float32)),
        ("TIFF", ramp(70_000, np.int32)),
    ],
)
def test_deep_files_keep_their_gradient(format: str, values: np.ndarray) -> None:
    photo = decode(encoded(Image.fromarray(values), format), image_params(fit="stretch"))
    assert len(np.unique(photo.pixels)) > 200
    assert photo.pixels[0].mean() < 20 < 235 < photo.pixels[-1].mean()


@pytest.mark.parametrize("mode", ["RGBA", "LA", "RGBa"])
def test_hidden_colours_under_alpha_are_replaced_by_the_background(mode: str) -> None:
    bright = Image.new("RGBA", (64, 48), (250, 10, 250, 0))
    assert np.unique(
        np.asarray(flatten(bright.convert(mode), GREY)).reshape(-1, 3), axis=0
    ).tolist() == [GREY]


def test_half_transparent_is_half_background() -> None:
    image = Image.new("RGBA", (2, 2), (255, 255, 255, 128))
    assert np.abs(np.asarray(flatten(image, [0, 0, 0]))[0, 0] - 128.0).max() <= 1


def test_a_transparent_palette_entry_is_background() -> None:
    image = Image.new("P", (64, 48), 0)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.paste(1, (0, 0, 64, 24))
    data = encoded(image, "PNG", transparency=0)
    pixels = decode(data, image_params(fit="stretch")).pixels
    assert pixels[0, 0].tolist() == [0, 0, 255]
    assert pixels[-1, -1].tolist() == GREY


def test_cmyk_is_converted() -> None:
    cmyk = encoded(scene(1).convert("CMYK"), "TIFF")
    plain = decode(encoded(scene(1), "PNG"), image_params())
    assert np.abs(decode(cmyk, image_params()).pixels.astype(int) - plain.pixels).mean() < 3


def test_a_colour_space_without_plain_conversion_is_refused() -> None:
    with pytest.raises(BadImage, match="LAB"):
        flatten(Image.new("LAB", (2, 2)), GREY)


def halves() -> Image.Image:
    """200 x 100: a red quarter, a white half, a blue quarter."""
    image = Image.new("RGB", (200, 100), "white")
    image.paste("red", (0, 0, 50, 100))
    image.paste("blue", (150, 0, 200, 100))
    return image


def test_crop_keeps_the_central_square() -> None:
    pixels = np.asarray(square(halves(), image_params(fit="crop")))
    assert pixels[:, 2:-2].min() == 255  # at the very edge, the filter sees what is beyond it


def test_stretch_keeps_everything() -> None:
    pixels = np.asarray(square(halves(), image_params(fit="stretch")))
    assert pixels[:, 20].tolist() == [[255, 0, 0]] * 224
    assert pixels[:, -20].tolist() == [[0, 0, 255]] * 224


def test_pad_keeps_the_aspect_between_bars_of_the_background() -> None:
    pixels = np.asarray(square(halves(), image_params(fit="pad")))
    assert pixels[:56].reshape(-1, 3).tolist() == [GREY] * (56 * 224)
    assert pixels[-56:].reshape(-1, 3).tolist() == [GREY] * (56 * 224)
    assert pixels[112, 10].tolist() == [255, 0, 0]


def test_making_smaller_averages_instead_of_skipping_pixels() -> None:
    stripes = np.zeros((900, 900, 3), np.uint8)
    stripes[:, ::2] = 255
    pixels = np.asarray(square(Image.fromarray(stripes), image_params(fit="stretch")))
    assert np.abs(pixels[:, 4:-4].astype(int) - 127).max() < 12
