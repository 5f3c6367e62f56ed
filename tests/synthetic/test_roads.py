"""The files: how many, where, and that their bytes depend on seed and place alone."""

from io import BytesIO
from pathlib import Path

import imagehash
import numpy as np
import pytest
from PIL import Image, ImageOps

from potholes.params import SyntheticParams
from potholes.synthetic.camera import ORIENTATION, TURNS
from potholes.synthetic.plan import BLOCK, Series, Shot, plan_shot
from potholes.synthetic.roads import photo_bytes, render, synthesise, take_camera

PARAMS = SyntheticParams(labelled=20, unlabelled=5, difficulty=0.5, seed=0)


def read_all(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("roads")
    synthesise(folder / "labelled", folder / "unlabelled", PARAMS, workers=1)
    return read_all(folder)


def burst(series: Series) -> list[Shot]:
    shots = [plan_shot(0, series, index) for index in range(BLOCK)]
    scene = next(shot.scene for shot in shots if shot.frame)
    return [shot for shot in shots if shot.scene == scene]


def hash_of(shot: Shot) -> imagehash.ImageHash:
    return imagehash.phash(Image.fromarray(render(0, 0.5, shot).pixels))


def test_classes_are_halves_and_unlabelled_photos_lie_flat(written: dict[str, bytes]) -> None:
    folders = [name.rpartition("/")[0] for name in written]
    assert folders.count("labelled/normal") == 10
    assert folders.count("labelled/pothole") == 10
    assert folders.count("unlabelled") == 5
    assert len(written) == 25


def test_no_file_name_is_used_in_both_classes(written: dict[str, bytes]) -> None:
    names = [name.rpartition("/")[2] for name in written if name.startswith("labelled/")]
    assert len(set(names)) == 20


def test_bytes_are_the_same_with_two_workers(written: dict[str, bytes], tmp_path: Path) -> None:
    synthesise(tmp_path / "labelled", tmp_path / "unlabelled", PARAMS, workers=2)
    assert read_all(tmp_path) == written


def test_a_photo_does_not_depend_on_how_many_there_are(written: dict[str, bytes]) -> None:
    assert written["labelled/normal/road_0006.jpg"] == photo_bytes(0, 0.5, Series.NORMAL, 3)
    assert written["labelled/pothole/road_0007.jpg"] == photo_bytes(0, 0.5, Series.POTHOLE, 3)
    assert written["unlabelled/road_0004.jpg"] == photo_bytes(0, 0.5, Series.UNLABELLED, 4)


def test_no_two_photos_are_equal(written: dict[str, bytes]) -> None:
    assert len(set(written.values())) == len(written)


def test_another_seed_gives_other_photos(written: dict[str, bytes]) -> None:
    assert photo_bytes(1, 0.5, Series.NORMAL, 0) not in written.values()


@pytest.mark.parametrize("orientation", list(TURNS))
def test_a_turned_photo_is_upright_once_its_exif_is_applied(orientation: int) -> None:
    index = next(
        place
        for place in range(1000)
        if take_camera(0, plan_shot(0, Series.NORMAL, place)).orientation == orientation
    )
    rendered = render(0, 0.5, plan_shot(0, Series.NORMAL, index)).pixels.astype(np.float32)
    with Image.open(BytesIO(photo_bytes(0, 0.5, Series.NORMAL, index))) as stored:
        assert stored.getexif()[ORIENTATION] == orientation
        upright = np.asarray(ImageOps.exif_transpose(stored), np.float32)
    half_turn = rendered[::-1, ::-1]
    assert np.abs(upright - rendered).mean() < 0.5 * np.abs(upright - half_turn).mean()


@pytest.mark.parametrize("series", list(Series))
def test_frames_of_a_burst_look_alike_but_are_not_equal(series: Series) -> None:
    first, *later = burst(series)
    assert {shot.pothole for shot in later} == {first.pothole}
    assert all(hash_of(first) - hash_of(shot) <= 12 for shot in later)
    pixels = [render(0, 0.5, shot).pixels for shot in (first, later[0])]
    assert not np.array_equal(pixels[0], pixels[1])


def test_different_scenes_do_not_look_alike() -> None:
    shots = {plan_shot(0, series, index) for series in Series for index in range(5)}
    hashes = [hash_of(shot) for shot in shots if shot.frame == 0]
    distances = [one - other for place, one in enumerate(hashes) for other in hashes[:place]]
    assert min(distances) > 12
