"""Potholes: holes with depth, lit by the scene's sun, seen in parallax, dry or with water."""

import numpy as np

from potholes.synthetic.noise import Array, Noise, smoothstep
from potholes.synthetic.relief import Pothole, Relief, carve
from potholes.synthetic.scene import Scene, place
from potholes.synthetic.strokes import paint_dots, paint_line, wander
from potholes.synthetic.view import Canvas, Window

REACH = 2.2  # radii within which a pothole changes the road: hole, crumbs, cracks
WINDOW = 1.9  # radii within which hole and crumbs are
Box = tuple[int, int, int, int]


def paint_potholes(
    canvas: Canvas, scene: Scene, rng: np.random.Generator, difficulty: float
) -> tuple[Box, ...]:
    """One to four potholes; returns the pixel boxes outside which nothing has changed."""
    count = 1 + int(rng.binomial(3, 0.85 - 0.4 * difficulty))
    boxes = []
    for stream in rng.spawn(count):
        hole = draw_pothole(stream, scene, difficulty)
        paint_pothole(canvas, scene, hole, stream)
        boxes.append(canvas.view.box(hole.x, hole.z, hole.radius * hole.stretch * REACH))
    return tuple(boxes)


def draw_pothole(rng: np.random.Generator, scene: Scene, difficulty: float) -> Pothole:
    """One pothole; the harder, the smaller in the picture, the shallower and the farther away."""
    view, hard = scene.view, difficulty
    low, high = 0.3 - 0.1 * hard, 0.5 - 0.16 * hard
    seen = float(np.exp(rng.uniform(np.log(low), np.log(high)))) * view.side
    # as far as a hole of 1 m radius would still be seen that large
    far = min(view.focal / seen, 3 + 8 * hard)
    x, z = place(rng, scene, far=far, margin=0.2)
    radius = float(np.clip(seen * z / view.focal, 0.12, 1.1))
    brown = (np.array([1.0, 0.9, 0.76]) - 1) * rng.uniform(0.2, 1)
    return Pothole(
        x=x,
        z=z,
        radius=radius,
        stretch=rng.uniform(0.75, 1.6),
        depth=radius * rng.uniform(0.3, 0.55) * (1.4 - 0.5 * hard),
        lobes=(rng.normal(0, 0.14, (2, 5)) / np.arange(1, 6) ** 0.7).astype(np.float32),
        ragged=rng.uniform(0.03, 0.09),
        water=rng.uniform(0.35, 0.8) if rng.random() < 0.22 else 0.0,
        soil=(scene.road.tone * rng.uniform(0.6, 1.0) * (1 + brown)).astype(np.float32),
        noise=Noise.draw(rng),
    )


def paint_pothole(canvas: Canvas, scene: Scene, hole: Pothole, rng: np.random.Generator) -> None:
    """Cracks around it, the hole itself, stones in and beside it."""
    _paint_cracks(canvas, hole, rng)
    window = canvas.window(hole.x, hole.z, hole.radius * max(1, hole.stretch) * WINDOW)
    if window is not None:
        relief = carve(hole, scene.light)
        _paint_hole(canvas, scene, relief, window)
        if hole.water:
            _paint_water(canvas, scene, relief, window)
    _paint_stones(canvas, scene, hole, rng)


def _below(canvas: Canvas, window: Window, depth: Array | float) -> tuple[Array, Array]:
    """Where the rays of a window are at a depth under the road.

    A ray that meets the road at x, z goes on below it: at depth d it is at (1 + d / eye) times the
    distance.
    """
    aside = np.float32(canvas.view.aside)
    further = 1 + np.asarray(depth, np.float32) * np.float32(1 / canvas.view.eye)
    return aside + (canvas.x[window] - aside) * further, canvas.z[window] * further


def _paint_hole(canvas: Canvas, scene: Scene, relief: Relief, window: Window) -> None:
    """Wall and floor of the hole, and the crumbled edge around it."""
    hole = relief.hole
    depth = relief.nearest(relief.depth, canvas.x[window], canvas.z[window])
    for _ in range(2):
        deeper = relief.nearest(relief.depth, *_below(canvas, window, depth))
        depth = 0.5 * (depth + deeper)
    x, z = _below(canvas, window, depth)
    rim, lit = relief.smooth(relief.rim, x, z), relief.smooth(relief.lit, x, z)
    stones = hole.noise.at(x, z, 0.12 * hole.radius)
    sand = hole.noise.at(x, z, max(0.035, 0.05 * hole.radius))
    loose = smoothstep(rim + 0.25 * hole.noise.shape(x, z, 0.4 * hole.radius), 1.5, 1.0)
    canvas.shade(window, 1 + loose * np.clip(0.25 * stones + 0.2 * sand - 0.12, -0.6, 0.6))
    gravel = np.maximum(1 + 0.24 * stones + 0.2 * sand, 0.1) * np.float32(scene.light.level)
    wet = np.float32(0.75 if hole.water else 1)
    floor = (gravel * lit * wet)[..., None] * hole.soil
    canvas.blend(window, floor, smoothstep(rim, 1.02, 0.94))


def _paint_water(canvas: Canvas, scene: Scene, relief: Relief, window: Window) -> None:
    """A still surface that mirrors the sky, muddy where it is looked down on steeply."""
    hole, light = relief.hole, scene.light
    level = hole.depth * (1 - hole.water)
    x, z = _below(canvas, window, level)
    depth = relief.smooth(relief.depth, x, z)
    share = smoothstep(depth, level, level + 0.1 * hole.depth)
    glance = np.clip(0.25 + z * np.float32(0.12 / canvas.view.eye), 0.3, 0.85)[..., None]
    sky = light.zenith + (light.haze - light.zenith) * np.clip(z * 0.12, 0, 1)[..., None]
    mud = hole.soil * np.float32(0.75)
    ripple = 1 + 0.05 * hole.noise.shape(x, z, 0.25) + 0.03 * hole.noise.shape(x, z, 0.08)
    behind = z + np.float32(0.25 * hole.radius)
    far_wall = smoothstep(relief.smooth(relief.depth, x, behind), level, 0.9 * level)
    ripple *= 1 - np.float32(0.28) * far_wall  # its mirror image
    canvas.blend(window, (mud + (sky - mud) * glance) * ripple[..., None], share * 0.94)


def _paint_cracks(canvas: Canvas, hole: Pothole, rng: np.random.Generator) -> None:
    """Short cracks that leave the rim."""
    for _ in range(rng.integers(2, 7)):
        angle = rng.uniform(0, 2 * np.pi)
        start = (
            hole.x + 0.8 * hole.radius * np.cos(angle),
            hole.z + 0.8 * hole.radius * hole.stretch * np.sin(angle),
        )
        path = wander(rng, start, angle, length=hole.radius * rng.uniform(0.5, 1.1), bend=0.4)
        paint_line(canvas, path, thick=0.03 * hole.radius, strength=0.6)


def _paint_stones(canvas: Canvas, scene: Scene, hole: Pothole, rng: np.random.Generator) -> None:
    """Broken-out stones in and around the hole, each with a darker twin as its shadow."""
    count = int(rng.integers(6, 45))
    angle, distance = rng.uniform(0, 2 * np.pi, count), rng.uniform(0.2, 1.6, count)
    reach = hole.radius * distance
    places = np.stack(
        [hole.x + reach * np.cos(angle), hole.z + reach * hole.stretch * np.sin(angle)], axis=1
    )
    radii = hole.radius * rng.uniform(0.015, 0.05, count)
    tone = scene.road.tone * rng.uniform(0.75, 1.35, (count, 1))
    if hole.water:
        dry = distance > 1
        places, radii, tone = places[dry], radii[dry], tone[dry]
    light = scene.light
    away = -np.array([np.cos(light.azimuth), np.sin(light.azimuth)])
    shadows = places + away * radii[:, None] * 0.7
    colours = np.concatenate([tone * 0.35, tone * light.level])
    paint_dots(canvas, np.concatenate([shadows, places]), np.tile(radii, 2), colours)
