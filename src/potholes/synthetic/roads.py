"""Photos of roads that were never built: from a seed and a place in the sequence to JPEG files.

The embedded default of the pipeline: enough like road photos, and hard enough, that comparing
backbones on it means something. What is in them and how hard they are: docs/synthetic-roads.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from potholes.parallel import map_in_processes
from potholes.params import SyntheticParams
from potholes.synthetic.camera import Camera, Pixels, develop, draw_camera, encode, next_frame
from potholes.synthetic.clutter import paint_clutter
from potholes.synthetic.damage import Box, paint_potholes
from potholes.synthetic.plan import Purpose, Series, Shot, plan_shot
from potholes.synthetic.scene import draw_scene
from potholes.synthetic.surface import paint_surface
from potholes.synthetic.view import Canvas
from potholes.synthetic.world import HOME, World

CLASSES = {"normal": Series.NORMAL, "pothole": Series.POTHOLE}
JITTER = 0.008  # how far the view turns between frames of a burst, share of the picture's size


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


def synthesise(
    labelled_dir: Path,
    unlabelled_dir: Path,
    params: SyntheticParams,
    *,
    world: World = HOME,
    workers: int | None = None,
) -> None:
    """Write labelled_dir/normal/*.jpg, labelled_dir/pothole/*.jpg and unlabelled_dir/*.jpg.

    The bytes depend on seed, difficulty, world and the photo's place alone, not on `workers`
    (default: one a core) nor on how many photos are asked for. The folders may exist; nothing in
    them is removed.
    """
    for folder in (*(labelled_dir / name for name in CLASSES), unlabelled_dir):
        folder.mkdir(parents=True, exist_ok=True)
    jobs = list(_jobs(labelled_dir, unlabelled_dir, params))
    map_in_processes(partial(_write, params, world), jobs, label="synthesise", workers=workers)


def photo_bytes(
    seed: int, difficulty: float, series: Series, index: int, world: World = HOME
) -> bytes:
    """The JPEG file at place `index` of a series."""
    photo = render(seed, difficulty, plan_shot(seed, series, index), world)
    return encode(photo.pixels, photo.camera)


def render(seed: int, difficulty: float, shot: Shot, world: World = HOME) -> Photo:
    """One photo, upright, before it is stored."""
    camera = world.camera(take_camera(seed, shot))
    drawn = draw_scene(shot.stream(seed, Purpose.SCENE), camera.width, camera.height)
    scene = world.scene(drawn)
    view = scene.view
    if shot.frame:
        right, down = shot.frame_stream(seed, Purpose.TURN).normal(0, JITTER, 2)
        view = view.moved(float(right), float(down))
    canvas = Canvas.blank(view)
    paint_surface(canvas, scene, shot.stream(seed, Purpose.SURFACE))
    frequency = 0.32 + 0.6 * difficulty
    paint_clutter(canvas, scene, shot.stream(seed, Purpose.CLUTTER), frequency=frequency)
    boxes: tuple[Box, ...] = ()
    if shot.pothole:
        boxes = paint_potholes(canvas, scene, shot.stream(seed, Purpose.DAMAGE), difficulty)
    grain = shot.frame_stream(seed, Purpose.GRAIN)
    return Photo(develop(canvas.rgb, camera, grain, metered=scene.metered), camera, boxes)


def take_camera(seed: int, shot: Shot) -> Camera:
    """The camera of a shot, drawn without its label."""
    camera = draw_camera(shot.stream(seed, Purpose.CAMERA))
    if shot.frame == 0:
        return camera
    return next_frame(camera, shot.frame_stream(seed, Purpose.CAMERA))


def _jobs(labelled: Path, unlabelled: Path, params: SyntheticParams) -> Iterator[Job]:
    """Labelled photos alternate between the classes, so that no file name is used twice."""
    for number in range(params.labelled):
        index, which = divmod(number, len(CLASSES))
        name, series = list(CLASSES.items())[which]
        yield Job(labelled / name / f"road_{number:04d}.jpg", series, index)
    for index in range(params.unlabelled):
        yield Job(unlabelled / f"road_{index:04d}.jpg", Series.UNLABELLED, index)


def _write(params: SyntheticParams, world: World, job: Job) -> None:
    data = photo_bytes(params.seed, params.difficulty, job.series, job.index, world)
    job.path.write_bytes(data)
