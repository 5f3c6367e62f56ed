"""What a sound road also shows and a classifier mistakes for damage.

Drawn with the same chances whether or not the road has a pothole, so none of it gives the label
away. Every painter changes the canvas in place.
"""

from collections.abc import Callable

import numpy as np

from potholes.synthetic.noise import Noise, smoothstep
from potholes.synthetic.scene import Scene, place
from potholes.synthetic.strokes import paint_dots, paint_line, wander
from potholes.synthetic.view import Canvas

Painter = Callable[[Canvas, Scene, np.random.Generator], None]


def paint_clutter(
    canvas: Canvas, scene: Scene, rng: np.random.Generator, *, frequency: float
) -> None:
    """Each thing of CLUTTER with its own chance times `frequency`."""
    streams = rng.spawn(len(CLUTTER))
    for (chance, painter), stream in zip(CLUTTER.values(), streams, strict=True):
        if stream.random() < chance * frequency:
            painter(canvas, scene, stream)


def paint_patch(canvas: Canvas, scene: Scene, rng: np.random.Generator) -> None:
    """A repair: a rectangle of other asphalt, sealed with tar along its edge."""
    x, z = place(rng, scene, far=14)
    half = rng.uniform(0.25, 1.1, 2)
    angle, tone = rng.normal(0, 0.1), rng.choice([0.68, 0.78, 0.88, 1.15]) * rng.uniform(0.95, 1.05)
    sealed, noise = rng.random() < 0.6, Noise.draw(rng)
    window = canvas.window(x, z, float(half.max()) * 1.6)
    if window is None:
        return
    gx, gz = canvas.x[window], canvas.z[window]
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    u = np.abs((gx - x) * cos + (gz - z) * sin) - np.float32(half[0])
    v = np.abs((gz - z) * cos - (gx - x) * sin) - np.float32(half[1])
    outside = np.maximum(u, v) + 0.02 * noise.shape(gx, gz, 0.15)
    inside = smoothstep(outside, 0.015, -0.015)
    grain = 1 + 0.07 * noise.at(gx, gz, 0.018)
    canvas.shade(window, 1 + (np.float32(tone) * grain - 1) * inside)
    if sealed:
        canvas.shade(window, 1 - 0.5 * smoothstep(np.abs(outside), 0.05, 0.02))


def paint_manhole(canvas: Canvas, scene: Scene, rng: np.random.Generator) -> None:
    """A cast-iron cover with a grid of studs in a ring, or a square drain with slots."""
    x, z = place(rng, scene, far=9)
    radius, square, tone = rng.uniform(0.28, 0.42), rng.random() < 0.3, rng.uniform(0.22, 0.4)
    noise = Noise.draw(rng)
    window = canvas.window(x, z, radius * 1.5)
    if window is None:
        return
    gx, gz = canvas.x[window] - np.float32(x), canvas.z[window] - np.float32(z)
    distance = np.maximum(np.abs(gx), np.abs(gz)) if square else np.hypot(gx, gz)
    studs = np.sin(gx * np.float32(75)) * (1 if square else np.sin(gz * np.float32(75)))
    metal = tone * (1 + 0.25 * (studs > 0.2) + 0.08 * noise.at(gx, gz, 0.03))
    ring = smoothstep(np.abs(distance - 0.86 * radius), 0.03, 0.015)
    metal *= 1 - 0.55 * ring
    colour = metal[..., None] * np.array([1.0, 0.95, 0.88], np.float32)
    canvas.blend(window, colour, smoothstep(distance, radius + 0.01, radius - 0.01))
    canvas.shade(window, 1 - 0.45 * smoothstep(np.abs(distance - radius), 0.04, 0.01))


def paint_wet(canvas: Canvas, scene: Scene, rng: np.random.Generator) -> None:
    """A wet spot: dark, without texture in its middle, where it mirrors some sky."""
    x, z = place(rng, scene, far=14)
    radius, noise = rng.uniform(0.4, 1.3), Noise.draw(rng)
    mirror = rng.uniform(0.0, 0.4)
    window = canvas.window(x, z, radius * 1.9)
    if window is None:
        return
    gx, gz = canvas.x[window], canvas.z[window]
    distance = np.hypot(gx - x, (gz - z) * np.float32(0.8)) * np.float32(1 / radius)
    distance += 0.22 * noise.shape(gx, gz, radius * 0.6) + 0.07 * noise.shape(gx, gz, radius * 0.15)
    canvas.shade(window, 1 - 0.42 * smoothstep(distance, 1.1, 0.85))
    canvas.blend(window, scene.light.haze, np.float32(mirror) * smoothstep(distance, 0.8, 0.5))


def paint_stain(canvas: Canvas, scene: Scene, rng: np.random.Generator) -> None:
    """Drops of oil, soft at the edge."""
    noise = Noise.draw(rng)
    for _ in range(rng.integers(1, 5)):
        x, z = place(rng, scene, far=9)
        radius, strength = rng.uniform(0.1, 0.45), rng.uniform(0.25, 0.6)
        window = canvas.window(x, z, radius * 1.8)
        if window is None:
            continue
        gx, gz = canvas.x[window], canvas.z[window]
        distance = np.hypot(gx - x, (gz - z) * np.float32(0.7)) * np.float32(1 / radius)
        distance += 0.15 * noise.shape(gx, gz, radius * 0.5)
        canvas.shade(window, 1 - np.float32(strength) * smoothstep(distance, 1.2, 0.3))


def paint_leaves(canvas: Canvas, scene: Scene, rng: np.random.Generator) -> None:
    """Fallen leaves in a loose heap."""
    x, z = place(rng, scene, far=9)
    count = int(rng.integers(15, 90))
    spread = rng.uniform(0.3, 1.5)
    palette = np.array(
        [[0.6, 0.42, 0.14], [0.45, 0.27, 0.12], [0.66, 0.56, 0.2], [0.3, 0.24, 0.14]]
    )
    places = np.stack([x + rng.normal(0, spread, count), z + rng.normal(0, spread, count)], axis=1)
    colours = palette[rng.integers(0, 4, count)] * rng.uniform(0.7, 1.2, (count, 1))
    paint_dots(canvas, places, rng.uniform(0.012, 0.04, count), colours)


def paint_cracks(canvas: Canvas, scene: Scene, rng: np.random.Generator) -> None:
    """Cracks that wander and branch."""
    for _ in range(rng.integers(1, 4)):
        x, z = place(rng, scene, far=9)
        heading = rng.uniform(0, 2 * np.pi)
        path = wander(rng, (x, z), heading, length=rng.uniform(0.8, 3.5), bend=0.5)
        paint_line(canvas, path, thick=rng.uniform(0.008, 0.022), strength=0.62)
        for start in path[4::7]:
            branch = wander(rng, start, heading + rng.choice([-1, 1]), length=0.7, bend=0.5)
            paint_line(canvas, branch, thick=0.009, strength=0.5)


def paint_seam(canvas: Canvas, scene: Scene, rng: np.random.Generator) -> None:
    """Bands of tar poured over old cracks."""
    for _ in range(rng.integers(1, 4)):
        x, z = place(rng, scene, far=10)
        heading = rng.choice([0.0, np.pi / 2]) + rng.normal(0, 0.2)
        path = wander(rng, (x, z), heading, length=rng.uniform(2, 6), bend=0.16)
        paint_line(canvas, path, thick=rng.uniform(0.035, 0.08), strength=0.6)


def paint_tree_shadow(canvas: Canvas, scene: Scene, rng: np.random.Generator) -> None:
    """The dappled shade of a crown over part of the road."""
    x, z = place(rng, scene, far=12)
    radius, noise = rng.uniform(0.8, 3.5), Noise.draw(rng)
    strength = np.float32(0.18 + 0.3 * scene.light.sun)
    rows = canvas.rows_within(z + 2.5 * radius + 0.1)
    window = (rows, slice(0, canvas.view.width))
    gx, gz = canvas.x[window], canvas.z[window]
    distance = np.hypot(gx - x, gz - z) * np.float32(1 / radius)
    leaves = 0.5 * noise.shape(gx, gz, radius * 0.5) + 0.35 * noise.shape(gz, gx, 0.2)
    inside = smoothstep(distance + 0.55 * leaves, 1.25, 0.8)
    canvas.shade(window, 1 - strength * inside)


def paint_pole_shadow(canvas: Canvas, scene: Scene, rng: np.random.Generator) -> None:
    """Straight shadows of poles, wires or a railing."""
    x, z = place(rng, scene, far=10)
    angle = scene.light.azimuth
    strength = np.float32(0.16 + 0.3 * scene.light.sun)
    window = (canvas.rows_within(60), slice(0, canvas.view.width))
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    across = (canvas.x[window] - x) * sin - (canvas.z[window] - z) * cos
    for _ in range(rng.integers(1, 4)):
        half = rng.uniform(0.05, 0.22)
        distance = np.abs(across - np.float32(rng.normal(0, 1.2)))
        canvas.shade(window, 1 - strength * smoothstep(distance, half + 0.04, half - 0.02))


CLUTTER: dict[str, tuple[float, Painter]] = {
    "patch": (0.4, paint_patch),
    "seam": (0.25, paint_seam),
    "cracks": (0.4, paint_cracks),
    "stain": (0.3, paint_stain),
    "manhole": (0.25, paint_manhole),
    "wet": (0.3, paint_wet),
    "leaves": (0.25, paint_leaves),
    "tree shadow": (0.3, paint_tree_shadow),
    "pole shadow": (0.2, paint_pole_shadow),
}
