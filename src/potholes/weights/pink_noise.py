"""Generated pictures with the 1/f spectrum of natural photos: no data needed to calibrate."""

import numpy as np
from numpy.typing import NDArray

SIDE = 224
CALIBRATION_SIDE = 64  # as good as 224 where a network is calibrated, in a twelfth of the time


def pink_noise(count: int, *, seed: int, side: int = SIDE) -> NDArray[np.uint8]:
    """Seeded pictures [count, side, side, 3] uint8 whose amplitude falls as 1 / frequency.

    Picture i depends on (seed, i, side) only. The 1/f amplitude of natural scenes: Field (1987).
    """
    pictures = np.empty((count, side, side, 3), dtype=np.uint8)
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None, :])
    frequency[0, 0] = np.inf  # the mean is set below
    for index in range(count):
        rng = np.random.default_rng([seed, index])
        pictures[index] = _one(rng, 1 / frequency)
    return pictures


def _one(rng: np.random.Generator, amplitude: NDArray[np.float64]) -> NDArray[np.uint8]:
    side = len(amplitude)
    white = rng.standard_normal((4, side, side))
    pink = np.fft.irfft2(np.fft.rfft2(white) * amplitude, s=(side, side))
    pink /= pink.std(axis=(1, 2), keepdims=True)
    # natural colours go together: one luminance plus a little of each channel's own
    channels = 0.9 * pink[0] + 0.45 * pink[1:]
    contrast, brightness = rng.uniform(30, 75), rng.uniform(80, 160)
    pixels = np.clip(np.rint(channels * contrast + brightness), 0, 255)
    return np.asarray(pixels.astype(np.uint8).transpose(1, 2, 0))
