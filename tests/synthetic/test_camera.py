"""What a photo is taken and stored with says nothing about its label."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import ks_2samp

from potholes.synthetic.camera import TURNED_SHARE, Camera, develop
from potholes.synthetic.plan import Series, plan_shot
from potholes.synthetic.roads import take_camera

COUNT = 600
FIELDS: dict[str, Callable[[Camera], float]] = {
    "pixels": lambda camera: camera.width * camera.height,
    "aspect": lambda camera: camera.width / camera.height,
    "quality": lambda camera: camera.quality,
    "exposure": lambda camera: camera.exposure,
    "contrast": lambda camera: camera.contrast,
    "noise": lambda camera: camera.noise,
    "blur": lambda camera: camera.blur,
    "vignette": lambda camera: camera.vignette,
    "warmth": lambda camera: camera.warmth,
}


def cameras(series: Series) -> list[Camera]:
    return [take_camera(0, plan_shot(0, series, index)) for index in range(COUNT)]


@pytest.fixture(scope="module")
def both() -> tuple[list[Camera], list[Camera]]:
    return cameras(Series.NORMAL), cameras(Series.POTHOLE)


@pytest.mark.parametrize("field", FIELDS)
def test_both_classes_have_the_same_distribution(
    both: tuple[list[Camera], list[Camera]], field: str
) -> None:
    normal, pothole = ([FIELDS[field](camera) for camera in part] for part in both)
    assert ks_2samp(normal, pothole).pvalue > 0.001  # nine comparisons


def test_the_same_share_is_stored_turned(both: tuple[list[Camera], list[Camera]]) -> None:
    for part in both:
        turned = sum(camera.orientation != 1 for camera in part) / COUNT
        assert abs(turned - TURNED_SHARE) < 0.03  # three standard errors


def test_sizes_and_qualities_are_those_promised(both: tuple[list[Camera], list[Camera]]) -> None:
    every = both[0] + both[1]
    assert {max(camera.width, camera.height) for camera in every} <= set(range(320, 641))
    assert {camera.quality for camera in every} == set(range(60, 96))
    shapes = {np.sign(camera.width - camera.height) for camera in every}
    assert shapes == {-1, 0, 1}  # portrait, square, landscape


def test_exposure_follows_the_road_and_not_the_picture() -> None:
    camera = cameras(Series.NORMAL)[0]
    grey = np.full((64, 64, 3), 0.3, np.float32)
    dark, light = (
        develop(grey, camera, np.random.default_rng(0), metered=metered).mean()
        for metered in (0.6, 0.3)
    )
    assert light > 1.3 * dark
