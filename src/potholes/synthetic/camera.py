"""The camera's part: size, exposure, lens, noise, JPEG quality and EXIF orientation.

Nothing here is told the label, so none of it can give the label away.
"""

from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from potholes.synthetic.noise import GRAINS, Array, sensor

Pixels = NDArray[np.uint8]
LONG_SIDES = (320, 352, 400, 448, 512, 640)
LONG_SIDES_P = (0.36, 0.26, 0.2, 0.1, 0.06, 0.02)
ASPECTS = (4 / 3, 3 / 2, 16 / 9, 1.0, 3 / 4, 2 / 3)
ASPECTS_P = (0.32, 0.2, 0.15, 0.13, 0.13, 0.07)
STOPS = 1024  # steps of the tone curve between black and 1
ORIENTATION = 0x0112  # EXIF tag
TURNED_SHARE = 0.08
# EXIF value: how the upright picture is turned before it is stored
TURNS = {
    3: Image.Transpose.ROTATE_180,
    6: Image.Transpose.ROTATE_90,
    8: Image.Transpose.ROTATE_270,
}


@dataclass(frozen=True)
class Camera:
    """What one photo is taken and stored with."""

    width: int  # pixels, upright
    height: int
    exposure: float  # factor
    contrast: float  # exponent
    warmth: float  # red up, blue down by this share
    blur: float  # pixels
    vignette: float  # light lost in the corners, share
    noise: float  # standard deviation, 0..1
    quality: int  # JPEG
    orientation: int  # EXIF; 1 = upright


def draw_camera(rng: np.random.Generator) -> Camera:
    """A camera for a scene."""
    long_side = int(rng.choice(LONG_SIDES, p=LONG_SIDES_P))
    aspect = float(rng.choice(ASPECTS, p=ASPECTS_P))
    short_side = round(long_side * min(aspect, 1 / aspect))
    wide = aspect >= 1
    turned = rng.random() < TURNED_SHARE
    return Camera(
        width=long_side if wide else short_side,
        height=short_side if wide else long_side,
        exposure=float(np.exp(rng.normal(0, 0.1))),
        contrast=rng.uniform(0.92, 1.1),
        warmth=rng.normal(0, 0.02),
        blur=rng.uniform(0.0, 0.8),
        vignette=rng.uniform(0.0, 0.28),
        noise=float(np.exp(rng.uniform(np.log(0.005), np.log(0.014)))),
        quality=int(rng.integers(60, 96)),
        orientation=int(rng.choice(list(TURNS))) if turned else 1,
    )


def next_frame(camera: Camera, rng: np.random.Generator) -> Camera:
    """The same camera a moment later: exposure and file size differ a little."""
    return replace(
        camera,
        exposure=camera.exposure * float(np.exp(rng.normal(0, 0.03))),
        quality=int(rng.integers(60, 96)),
    )


def develop(rgb: Array, camera: Camera, rng: np.random.Generator, *, metered: float) -> Pixels:
    """Painted light [H, W, 3] to the pixels [H, W, 3] that the camera sees.

    Exposure goes part of the way from `metered`, the road's brightness, to a middle grey.
    """
    height, width, _ = rgb.shape
    warm = np.array([1 + camera.warmth, 1, 1 - camera.warmth], np.float32)
    column = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    row = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    lens = 1 - np.float32(camera.vignette / 2) * (column * column + row * row)
    exposure = camera.exposure * (0.44 / metered) ** 0.9
    light = rgb * (lens[..., None] * (warm * np.float32(exposure * STOPS)))
    np.clip(light, 0, 4 * STOPS - 1, out=light)
    image = Image.fromarray(_tone_curve(camera.contrast).take(light.astype(np.int32)))
    if camera.blur > 0.2:
        image = image.filter(ImageFilter.BoxBlur(camera.blur))
    start = int(rng.integers(0, GRAINS - rgb.size))
    grain = sensor()[start : start + rgb.size].reshape(rgb.shape)
    noisy = grain * np.float32(camera.noise * 255)
    noisy += np.asarray(image)
    np.clip(noisy, 0, 255, out=noisy)
    return noisy.astype(np.uint8)


def _tone_curve(contrast: float) -> Pixels:
    """Light in steps of 1 / STOPS, up to 4, to pixel values; highlights roll off from 0.8."""
    light = (np.arange(4 * STOPS) / STOPS) ** contrast
    light = np.where(light > 0.8, 1 - 0.2 * np.exp((0.8 - light) * 5), light)
    return (light * 255 + 0.5).astype(np.uint8)


def encode(pixels: Pixels, camera: Camera) -> bytes:
    """JPEG bytes; a turned camera stores turned pixels and says so in EXIF."""
    image, exif = Image.fromarray(pixels), Image.Exif()
    if camera.orientation != 1:
        image = image.transpose(TURNS[camera.orientation])
        exif[ORIENTATION] = camera.orientation
    out = BytesIO()
    image.save(out, "JPEG", quality=camera.quality, exif=exif)
    return out.getvalue()
