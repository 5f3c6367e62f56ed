"""Thin and small things, drawn as polygons by Pillow: cracks, seams, leaves, stones."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from potholes.synthetic.noise import Array
from potholes.synthetic.view import Canvas, Places, Window

FINE = 2  # drawn this many times larger, then averaged, for soft edges


def wander(
    rng: np.random.Generator,
    start: tuple[float, float] | Places,
    heading: float,
    *,
    length: float,
    bend: float,
) -> Places:
    """A random walk on the ground [N, 2] of `length` metres that turns by `bend` radians a step."""
    steps = max(3, int(length / 0.1))
    headings = heading + np.cumsum(rng.normal(0, bend, steps)) * 0.6 + rng.normal(0, bend, steps)
    moves = np.stack([np.cos(headings), np.sin(headings)], axis=1) * (length / steps)
    origin = np.asarray(start, np.float64).reshape(1, 2)
    return np.concatenate([origin, origin + np.cumsum(moves, axis=0)])


def _bounds(columns: Places, rows: Places, margin: float, canvas: Canvas) -> Window | None:
    left = int(np.clip(columns.min() - margin, 0, canvas.view.width))
    right = int(np.clip(columns.max() + margin + 1, 0, canvas.view.width))
    top = int(np.clip(rows.min() - margin, 0, canvas.view.height))
    bottom = int(np.clip(rows.max() + margin + 1, 0, canvas.view.height))
    if right - left < 2 or bottom - top < 2:
        return None
    return slice(top, bottom), slice(left, right)


def _share(image: Image.Image) -> Array:
    small = image.reduce(FINE)
    return np.asarray(small, np.float32) * np.float32(1 / 255)


def paint_line(canvas: Canvas, path: Places, *, thick: float, strength: float) -> None:
    """Darken the ground along a path [N, 2]; `thick` in metres, `strength` 0..1."""
    view = canvas.view
    path = path[path[:, 1] > view.nearest * 0.6]
    if len(path) < 2:
        return
    columns, rows = view.project(path[:, 0], path[:, 1])
    window = _bounds(columns, rows, 3, canvas)
    if window is None:
        return
    top, left = window[0].start, window[1].start
    size = ((window[1].stop - left) * FINE, (window[0].stop - top) * FINE)
    image = Image.new("L", size)
    draw = ImageDraw.Draw(image)
    widths = thick * view.focal / path[:, 1] * FINE
    points = list(zip((columns - left) * FINE, (rows - top) * FINE, strict=True))
    for first, second, width in zip(points, points[1:], widths[1:], strict=False):
        # thinner than a pixel: fainter instead
        fill = int(255 * min(1.0, width))
        draw.line([first, second], fill=fill, width=max(1, round(width)))
    canvas.shade(window, 1 - np.float32(strength) * _share(image))


def paint_dots(
    canvas: Canvas, places: Places, radii: NDArray[np.float64], colours: NDArray[np.float64]
) -> None:
    """Flat ovals on the ground: places [N, 2] and radii [N] in metres, colours [N, 3] in 0..1."""
    view = canvas.view
    seen = places[:, 1] > view.nearest * 0.8
    places, radii, colours = places[seen], radii[seen], colours[seen]
    if len(places) == 0:
        return
    columns, rows = view.project(places[:, 0], places[:, 1])
    wide = radii * view.focal / places[:, 1]
    flat = wide * np.clip(view.eye / places[:, 1], 0.35, 0.9)
    window = _bounds(columns, rows, float(wide.max()) + 1, canvas)
    if window is None:
        return
    top, left = window[0].start, window[1].start
    size = ((window[1].stop - left) * FINE, (window[0].stop - top) * FINE)
    paint, mask = Image.new("RGB", size), Image.new("L", size)
    draw, cover = ImageDraw.Draw(paint), ImageDraw.Draw(mask)
    bytes_ = np.clip(colours * 255, 0, 255).astype(int)
    for column, row, a, b, colour in zip(columns, rows, wide, flat, bytes_, strict=True):
        x, y = (column - left) * FINE, (row - top) * FINE
        oval = (x - a * FINE, y - b * FINE, x + a * FINE, y + b * FINE)
        draw.ellipse(oval, fill=(int(colour[0]), int(colour[1]), int(colour[2])))
        cover.ellipse(oval, fill=255)
    share = _share(mask)
    # the reduced colours are already weighted by their cover
    part = canvas.rgb[window]
    part *= 1 - share[..., None]
    part += np.asarray(paint.reduce(FINE), np.float32) * np.float32(1 / 255)
