"""What stands still while a burst is taken: view, light and road of one place."""

from dataclasses import dataclass

import numpy as np

from potholes.synthetic.noise import Array
from potholes.synthetic.view import View


@dataclass(frozen=True)
class Light:
    """Sun and sky. Colours RGB 0..1."""

    azimuth: (
        float  # radians, direction on the ground that the sun stands in; 0 = right, pi/2 = ahead
    )
    slope: float  # tangent of the sun's elevation
    sun: float  # 0 overcast .. 1 clear
    zenith: Array
    haze: Array  # colour of the sky at the horizon

    @property
    def level(self) -> float:
        """What a surface's own colour is multiplied by where nothing shades it."""
        return 0.8 + 0.3 * self.sun


@dataclass(frozen=True)
class Road:
    """Lengths in metres; shares 0..1."""

    half_width: float
    tone: Array  # RGB of the asphalt
    grain: float  # contrast of the stones
    blotch: float  # contrast of stains and wheel tracks
    verge: str  # a key of surface.VERGES
    marks: str  # a key of surface.MARKS
    wear: float  # share of the paint that is gone
    yellow: bool


@dataclass(frozen=True)
class Scene:
    """One place, seen by the first frame of its burst."""

    view: View
    light: Light
    road: Road

    @property
    def metered(self) -> float:
        """Brightness of the bare road: what the camera's exposure is set by, damaged or not."""
        return float(self.road.tone.mean()) * self.light.level


def draw_view(rng: np.random.Generator, width: int, height: int, half_width: float) -> View:
    """A pedestrian's, a driver's or a surveyor's look at the road."""
    look = rng.choice(["down", "ahead", "far"], p=[0.55, 0.38, 0.07])
    horizon = {"down": (-1.1, -0.12), "ahead": (0.08, 0.4), "far": (0.35, 0.55)}[str(look)]
    return View(
        width=width,
        height=height,
        focal=rng.uniform(0.9, 1.1) * max(width, height),
        eye=rng.uniform(1.2, 1.9),
        aside=rng.uniform(-0.75, 0.75) * half_width,
        horizon=rng.uniform(*horizon) * height,
        centre=rng.uniform(0.15, 0.85) * width,
        roll=rng.normal(0, 0.02),
        bend=rng.normal(0, 0.0015),
    )


def draw_light(rng: np.random.Generator) -> Light:
    """From grey noon to low sun."""
    sun = float(rng.beta(0.8, 0.8))
    grey = np.array([0.78, 0.8, 0.82]) * rng.uniform(0.9, 1.1)
    blue = np.array([0.36, 0.55, 0.82]) * rng.uniform(0.9, 1.1)
    warm = np.array([0.95, 0.86, 0.72]) if rng.random() < 0.25 else np.array([0.85, 0.89, 0.93])
    return Light(
        azimuth=rng.uniform(0, 2 * np.pi),
        slope=rng.uniform(0.35, 1.4),
        sun=sun,
        zenith=(grey + (blue - grey) * sun).astype(np.float32),
        haze=(grey + (warm - grey) * sun).astype(np.float32),
    )


def draw_road(rng: np.random.Generator) -> Road:
    """From a fresh motorway to a worn lane."""
    tint = np.array([1.0, 1.0, 1.0]) + rng.normal(0, 1, 3) * [0.012, 0.005, 0.018]
    return Road(
        half_width=rng.uniform(2.4, 4.6),
        tone=(rng.uniform(0.3, 0.56) * tint).astype(np.float32),
        grain=rng.uniform(0.3, 0.6),
        blotch=rng.uniform(0.3, 0.7),
        verge=str(rng.choice(["grass", "dirt", "dry", "pavement"], p=[0.4, 0.2, 0.2, 0.2])),
        marks=str(rng.choice(["none", "dashed", "solid", "edges"], p=[0.25, 0.3, 0.2, 0.25])),
        wear=rng.beta(1.5, 2.5),
        yellow=bool(rng.random() < 0.25),
    )


def draw_scene(rng: np.random.Generator, width: int, height: int) -> Scene:
    """A place for a picture of width x height pixels."""
    road = draw_road(rng)
    return Scene(draw_view(rng, width, height, road.half_width), draw_light(rng), road)


def place(
    rng: np.random.Generator, scene: Scene, *, far: float, margin: float = 0.1
) -> tuple[float, float]:
    """A place (x, z) on the road that the camera sees, nearer than `far` metres where it can be.

    `margin` is the share of the picture's width kept free at both sides.
    """
    view = scene.view
    near = view.nearest * 1.1
    far = max(near * 1.05, min(far, view.farthest * 0.95))
    z = float(np.exp(rng.uniform(np.log(near), np.log(far))))
    edge = scene.road.half_width * 0.92
    left = np.clip(view.across(margin * view.width, z), -edge, edge)
    right = np.clip(view.across((1 - margin) * view.width, z), -edge, edge)
    return float(rng.uniform(left, right)), z
