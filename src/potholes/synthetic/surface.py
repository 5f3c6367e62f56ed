"""Sky, scenery, verge, asphalt and lane marks: the road before anything has happened to it."""

import numpy as np
from numpy.typing import NDArray

from potholes.synthetic.noise import Array, Noise, smoothstep
from potholes.synthetic.scene import Scene
from potholes.synthetic.view import FARTHEST, Canvas

Pixels = NDArray[np.intp]  # places in the flat picture

# RGB of the ground, contrast of its texture
VERGES: dict[str, tuple[tuple[float, float, float], float]] = {
    "grass": ((0.27, 0.36, 0.15), 0.18),
    "dirt": ((0.45, 0.37, 0.28), 0.1),
    "dry": ((0.52, 0.46, 0.28), 0.14),
    "pavement": ((0.56, 0.55, 0.53), 0.06),
}
# lines as (share of the half width, half thickness in metres, length and gap in metres or 0)
MARKS: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "none": (),
    "dashed": ((0.0, 0.07, 2.2, 3.1), (0.94, 0.06, 0, 0), (-0.94, 0.06, 0, 0)),
    "solid": ((-0.03, 0.06, 0, 0), (0.03, 0.06, 0, 0)),
    "edges": ((0.93, 0.08, 0, 0), (-0.93, 0.08, 0, 0)),
}
CLEAR = 5.0  # metres up to which there is no haze
# wavelength in metres, contrast
OCTAVES = ((2.6, 0.035), (0.7, 0.03), (0.2, 0.03), (0.06, 0.05), (0.022, 0.11), (0.009, 0.12))


def paint_surface(canvas: Canvas, scene: Scene, rng: np.random.Generator) -> None:
    """Fill the whole canvas with sky, scenery and an undamaged road."""
    _paint_ground(canvas, scene, rng)
    _paint_marks(canvas, scene, rng)
    _paint_haze(canvas, scene)
    if canvas.drop.min() < 0:
        _paint_sky(canvas, scene, rng)


def _texture(canvas: Canvas, noise: Noise, blotch: float, grain: float) -> Array:
    """Relative brightness [H, W]; each octave ends where a pixel spans half its wavelength."""
    view = canvas.view
    total = np.ones_like(canvas.z)
    for wavelength, contrast in OCTAVES:
        contrast *= blotch if wavelength > 0.1 else grain
        limit = float(np.sqrt(0.7 * wavelength * view.focal * view.eye))
        rows = canvas.rows_within(limit)
        x, z = canvas.x[rows], canvas.z[rows]
        fade = smoothstep(z, limit, 0.5 * limit) * np.float32(contrast)
        total[rows] += noise.at(x, z, wavelength) * fade
    return total


def _paint_ground(canvas: Canvas, scene: Scene, rng: np.random.Generator) -> None:
    """Asphalt between the road's edges, the verge outside them."""
    road, noise = scene.road, Noise.draw(rng)
    texture = _texture(canvas, noise, road.blotch, road.grain)
    lane = road.half_width / 2
    tracks = np.cos(canvas.x * np.float32(2 * np.pi / lane)) * np.float32(0.02 * road.blotch)
    light = np.float32(scene.light.level)
    np.multiply((texture + tracks)[..., None], road.tone * light, out=canvas.rgb)
    outside = np.flatnonzero(np.abs(canvas.x) > road.half_width - 0.4)
    _paint_verge(canvas, scene, noise, outside, texture.reshape(-1)[outside])


def _paint_verge(
    canvas: Canvas, scene: Scene, noise: Noise, pixels: Pixels, texture: Array
) -> None:
    """Grass, soil or a pavement with its kerb on the given pixels [N] of the flat picture."""
    road, light = scene.road, np.float32(scene.light.level)
    x, z = canvas.x.reshape(-1)[pixels], canvas.z.reshape(-1)[pixels]
    colour, contrast = VERGES[road.verge]
    tufts = noise.at(x, z, 0.16) + 0.6 * noise.shape(z, x, 1.6)
    rough = 1 + np.float32(0.7 * contrast) * tufts + (texture - 1) * np.float32(1.6)
    ragged = np.float32(0 if road.verge == "pavement" else 0.12)
    out = np.abs(x) - np.float32(road.half_width) + ragged * noise.shape(x, z, 0.4)
    flat = canvas.rgb.reshape(-1, 3)
    ground = rough[:, None] * (np.array(colour, np.float32) * light)
    mixed = flat[pixels]
    mixed += (ground - mixed) * smoothstep(out, -0.02, 0.04)[:, None]
    if road.verge == "pavement":
        mixed *= 1 + 0.22 * smoothstep(np.abs(out - 0.06), 0.1, 0.06)[:, None]
    flat[pixels] = mixed


def _paint_marks(canvas: Canvas, scene: Scene, rng: np.random.Generator) -> None:
    """Lines of paint with the wear of wheels on them."""
    road, noise, phase = scene.road, Noise.draw(rng), rng.uniform(0, 6)
    colour = np.array([0.86, 0.66, 0.2] if road.yellow else [0.88, 0.88, 0.86], np.float32)
    colour *= np.float32(scene.light.level)
    soft = canvas.z * np.float32(1 / canvas.view.focal) + np.float32(0.006)
    pixels = canvas.rgb.reshape(-1, 3)
    for share, thick, length, gap in MARKS[road.marks]:
        distance = np.abs(canvas.x - np.float32(share * road.half_width))
        painted = np.flatnonzero(distance < thick + soft)  # few: the rest of the work is on them
        x, z = canvas.x.reshape(-1)[painted], canvas.z.reshape(-1)[painted]
        paint = (thick - distance.reshape(-1)[painted]) / soft.reshape(-1)[painted]
        paint = np.clip(paint + np.float32(0.5), 0, 1)
        if length:
            paint *= np.mod(z + np.float32(phase), np.float32(length + gap)) < length
        chips = noise.at(x, z, 0.05) + 0.8 * noise.shape(x, z, 0.4)
        paint *= smoothstep(chips, 2.6 * road.wear - 1.9, 2.6 * road.wear - 0.9) * 0.9
        pixels[painted] += (colour - pixels[painted]) * paint[:, None]


def _paint_haze(canvas: Canvas, scene: Scene) -> None:
    """Distance fades into the colour of the horizon."""
    near = canvas.rows_within(CLEAR).start
    window = (slice(0, near), slice(0, canvas.view.width))
    share = smoothstep(canvas.z[window], CLEAR, FARTHEST) * np.float32(0.5)
    canvas.blend(window, scene.light.haze, share)


def _paint_sky(canvas: Canvas, scene: Scene, rng: np.random.Generator) -> None:
    """A graded sky with clouds, and trees or houses along the horizon."""
    view, light, noise = canvas.view, scene.light, Noise.draw(rng)
    tilt = int(abs(view.roll) * view.width) + 2
    rows = slice(0, int(np.clip(view.horizon + tilt, 1, view.height)))
    window = (rows, slice(0, view.width))
    drop = canvas.drop[rows]
    unit = np.float32(1 / view.focal)
    up = -drop * unit  # tangent of the elevation
    angle = (np.arange(view.width, dtype=np.float32) - np.float32(view.centre)) * unit
    angle = np.broadcast_to(angle, up.shape)
    sky = light.haze + (light.zenith - light.haze) * np.clip(up * 2.5, 0, 1)[..., None]
    clouds = noise.shape(angle, up * 3, 0.5) + 0.5 * noise.shape(up * 3, angle, 0.17)
    sky += (0.07 * clouds)[..., None] * np.float32(1)
    above = (drop < 0).astype(np.float32)
    canvas.blend(window, sky, above)
    _paint_skyline(canvas, window, (angle, up), scene, rng)


def _paint_skyline(
    canvas: Canvas,
    window: tuple[slice, slice],
    place: tuple[Array, Array],
    scene: Scene,
    rng: np.random.Generator,
) -> None:
    """Trees that grow towards the sides of the picture, or blocks of houses."""
    angle, up = place
    noise, houses = Noise.draw(rng), rng.random() < 0.25
    tall, opening = rng.uniform(0.03, 0.16), rng.uniform(0.0, 0.25)
    line, zero = angle[:1], np.zeros_like(angle[:1])
    if houses:
        line = np.floor(line * np.float32(9)) * np.float32(1 / 9)
    height = tall * (0.8 + 0.35 * noise.shape(line, zero, 0.12)) + opening * np.abs(line)
    leaves = 0.0 if houses else 0.012
    edge = up - height + np.float32(leaves) * noise.shape(angle, up, 0.02)
    share = smoothstep(edge, 0.004, -0.004) * (up > 0)
    green = rng.uniform([0.1, 0.14, 0.06], [0.24, 0.3, 0.16])
    grey = rng.uniform(0.3, 0.65) * rng.uniform(0.9, 1.05, 3)
    colour = (grey if houses else green).astype(np.float32)
    rough = 1 + 0.15 * noise.at(angle, up, 0.012) + 0.15 * noise.shape(angle, up, 0.06)
    if houses:
        panes = (np.mod(angle * 60, 2) < 0.9) & (np.mod(up * 70, 2) < 1.1)
        rough = np.where(panes, np.float32(0.75), np.float32(1)) * (1 + 0.1 * (rough - 1))
    canvas.blend(window, colour * rough[..., None].astype(np.float32), share)
