"""Photos of roads that were never built: from a seed and a place in the sequence to JPEG bytes.

The embedded default of the pipeline: enough like road photos, and hard enough, that comparing
backbones on it means something. Which photo is how hard is described in docs/synthetic-roads.md.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from potholes.params import SyntheticParams
from potholes.synthetic.camera import Camera, Pixels, develop, draw_camera, encode, next_frame
from potholes.synthetic.clutter import paint_clutter
from potholes.synthetic.damage import Box, paint_potholes
from potholes.synthetic.plan import Series, Shot, generator, plan_shot
from potholes.synthetic.scene import draw_scene
from potholes.synthetic.surface import paint_surface
from potholes.synthetic.view import Canvas

CLASSES = {"normal": Series.NORMAL, "pothole": Series.POTHOLE}
CAMERA, SCENE, SURFACE, CLUTTER, DAMAGE, FRAME, GRAIN = range(7)  # purposes of random streams
CHUNK = 8  # photos handed to a worker at once


@dataclass(frozen=True)
class Photo:
    """Upright pixels [H, W, 3], the camera, and the boxes that potholes are confined to."""

    pixels: Pixels
    camera: Camera
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Job:
    """One file to write."""

    path: Path
    series: Series
    index: int


def take_camera(seed: int, shot: Shot) -> Camera:
    """The camera of a shot, drawn without its label."""
    camera = draw_camera(generator(seed, shot.series, shot.scene, CAMERA))
    if shot.frame == 0:
        return camera
    return next_frame(camera, generator(seed, shot.series, shot.scene, FRAME, shot.frame))


def render(seed: int, difficulty: float, shot: Shot) -> Photo:
    """One photo, upright, before it is stored."""

    def stream(*purpose: int):  # type: ignore[no-untyped-def]
        return generator(seed, shot.series, shot.scene, *purpose)

    camera = take_camera(seed, shot)
    scene = draw_scene(stream(SCENE), camera.width, camera.height)
    view = scene.view
    if shot.frame:
        right, down = stream(FRAME, shot.frame, 1).normal(0, 0.008, 2)
        view = view.moved(float(right), float(down))
    canvas = Canvas.blank(view)
    paint_surface(canvas, scene, stream(SURFACE))
    paint_clutter(canvas, scene, stream(CLUTTER), frequency=0.4 + 0.8 * difficulty)
    boxes: tuple[Box, ...] = ()
    if shot.pothole:
        boxes = paint_potholes(canvas, scene, stream(DAMAGE), difficulty)
    pixels = develop(canvas.rgb, camera, stream(GRAIN, shot.frame), metered=scene.metered)
    return Photo(pixels, camera, boxes)


def photo_bytes(seed: int, difficulty: float, series: Series, index: int) -> bytes:
    """The JPEG file at place `index` of a series."""
    photo = render(seed, difficulty, plan_shot(seed, series, index))
    return encode(photo.pixels, photo.camera)


def synthesise(
    labelled_dir: Path,
    unlabelled_dir: Path,
    params: SyntheticParams,
    *,
    workers: int | None = None,
) -> None:
    """Write labelled_dir/normal/*.jpg, labelled_dir/pothole/*.jpg and unlabelled_dir/*.jpg.

    The bytes depend on seed, difficulty and the photo's place alone, not on `workers` (default: one
    a core) nor on how many photos are asked for. Photos of an earlier call are removed.
    """
    folders = [*(labelled_dir / name for name in CLASSES), unlabelled_dir]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("road_*.jpg"):
            old.unlink()
    jobs = list(_jobs(labelled_dir, unlabelled_dir, params))
    workers = workers or os.cpu_count() or 1
    tasks = [(params, jobs[start : start + CHUNK]) for start in range(0, len(jobs), CHUNK)]
    with tqdm(total=len(jobs), desc="synthesise", unit="photo") as progress:
        if workers == 1:
            for task in tasks:
                progress.update(_write(task))
            return
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            for written in pool.map(_write, tasks):
                progress.update(written)


def _jobs(labelled: Path, unlabelled: Path, params: SyntheticParams) -> Iterator[Job]:
    """Labelled photos alternate between the classes, so that no name is used twice."""
    for number in range(params.labelled):
        index, which = divmod(number, len(CLASSES))
        name, series = list(CLASSES.items())[which]
        yield Job(labelled / name / f"road_{number:04d}.jpg", series, index)
    for index in range(params.unlabelled):
        yield Job(unlabelled / f"road_{index:04d}.jpg", Series.UNLABELLED, index)


def _write(task: tuple[SyntheticParams, list[Job]]) -> int:
    params, jobs = task
    for job in jobs:
        data = photo_bytes(params.seed, params.difficulty, job.series, job.index)
        job.path.write_bytes(data)
    return len(jobs)
