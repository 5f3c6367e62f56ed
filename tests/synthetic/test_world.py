"""Another world changes what is drawn, and the default one nothing."""

from dataclasses import asdict

import numpy as np

from potholes.synthetic.plan import Purpose, Series, plan_shot
from potholes.synthetic.roads import photo_bytes, render, take_camera
from potholes.synthetic.scene import draw_scene
from potholes.synthetic.world import ABROAD, HOME, World


def test_the_default_world_changes_nothing() -> None:
    shot = plan_shot(0, Series.POTHOLE, 3)
    camera = take_camera(0, shot)
    scene = draw_scene(shot.stream(0, Purpose.SCENE), camera.width, camera.height)
    assert HOME.camera(camera) == camera
    same = HOME.scene(scene)
    assert same.view == scene.view
    assert str(asdict(same.light)) == str(asdict(scene.light))
    assert same.road.tone.dtype == scene.road.tone.dtype
    assert str(asdict(same.road)) == str(asdict(scene.road))


def test_a_factor_and_an_addition_do_what_they_say() -> None:
    shot = plan_shot(0, Series.NORMAL, 0)
    camera = take_camera(0, shot)
    scene = draw_scene(shot.stream(0, Purpose.SCENE), camera.width, camera.height)
    world = World(noise=2.0, quality=10, eye=1.5, tone=0.5, tint=(1.0, 2.0, 1.0))
    assert world.camera(camera).noise == 2 * camera.noise
    assert world.camera(camera).quality == camera.quality - 10
    assert world.scene(scene).view.eye == 1.5 * scene.view.eye
    assert np.allclose(world.scene(scene).road.tone, scene.road.tone * [0.5, 1.0, 0.5])


def test_abroad_is_darker_and_browner_and_as_reproducible() -> None:
    """Asphalt fills most of a photo; red over blue is what the tint and the warmth raise."""
    shots = [plan_shot(0, Series.NORMAL, index) for index in range(4)]
    warmth = [
        np.mean([render(0, 0.6, shot, world).pixels.mean((0, 1)) for shot in shots], axis=0)
        for world in (HOME, ABROAD)
    ]
    assert warmth[1][0] / warmth[1][2] > warmth[0][0] / warmth[0][2] + 0.2
    one, two = (photo_bytes(0, 0.6, Series.NORMAL, 1, ABROAD) for _ in range(2))
    assert one == two != photo_bytes(0, 0.6, Series.NORMAL, 1)
