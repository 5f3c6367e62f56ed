"""From a table of predictions to a page, with a real backbone."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from potholes.cli import main
from potholes.head.tables import Head, write_head
from potholes.params import Params
from potholes.prediction.classifier import Classifier
from potholes.prediction.tables import write_unlabelled
from potholes.review.reviewing import review
from potholes.selection.deployment import deploy
from potholes.weights.pink_noise import pink_noise
from potholes.weights.tables import Origin
from tests.factories import evaluation
from tests.labelled_features import labelled_features


@pytest.fixture(scope="module")
def model(compiled_resnet18: Path, params: Params, tmp_path_factory) -> Path:
    weight = np.random.default_rng(0).standard_normal((2, 512)).astype(np.float32) / 20
    head = tmp_path_factory.mktemp("head")
    write_head(head, Head("resnet18", ["normal", "pothole"], weight, np.zeros(2, np.float32), 3))
    folder: Path = tmp_path_factory.mktemp("selected")
    origin, scores = Origin("random", "a stand-in", ""), evaluation("resnet18")
    features = labelled_features(width=512)
    deploy(folder, compiled_resnet18, head, features, scores, params.image, origin, seed=0)
    return folder


@pytest.fixture(scope="module")
def drive(tmp_path_factory) -> Path:
    """Eight photos, and two that nearly equal the first."""
    folder: Path = tmp_path_factory.mktemp("drive")
    pictures = list(pink_noise(8, seed=8))
    for index, pixels in enumerate([*pictures, pictures[0], pictures[0]]):
        name = f"sub/{index}.png" if index < 8 else f"twin-{index}.png"
        (folder / name).parent.mkdir(exist_ok=True)
        brighter = np.clip(pixels.astype(int) + (index >= 8) * 2, 0, 255).astype(np.uint8)
        Image.fromarray(brighter).save(folder / name)
    return folder


@pytest.fixture(scope="module")
def predicted(model: Path, drive: Path, tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("predicted")
    paths = sorted(path.relative_to(drive) for path in drive.rglob("*.png"))
    table = Classifier.load(model).predict([drive / path for path in paths])
    table.paths[:] = [path.as_posix() for path in paths]
    write_unlabelled(folder, table)
    return folder


def shown(page: Path) -> dict:
    found = re.search(r'id="data">(.*?)</script>', page.read_text(encoding="utf-8"), re.S)
    assert found
    data: dict = json.loads(found[1])
    return data


def test_the_page_has_the_photos_once_each_and_the_same_bytes_again(
    model: Path, drive: Path, predicted: Path, tmp_path: Path
) -> None:
    pages = [tmp_path / "1.html", tmp_path / "2.html"]
    done = [review(predicted, drive, model, 20, page) for page in pages]
    assert (done[0].photos, done[0].candidates) == (8, 10)  # near-duplicates once
    assert pages[0].read_bytes() == pages[1].read_bytes()
    photos = shown(pages[0])["photos"]
    assert (
        len(
            {
                photo["path"].replace("twin-8", "sub/0").replace("twin-9", "sub/0")
                for photo in photos
            }
        )
        == 8
    )
    uncertain = [1 - abs(2 * photo["probability"] - 1) for photo in photos]
    assert uncertain == sorted(uncertain, reverse=True)


def test_fewer_photos_than_there_are(
    model: Path, drive: Path, predicted: Path, tmp_path: Path
) -> None:
    assert review(predicted, drive, model, 3, tmp_path / "p.html").photos == 3
    assert len(shown(tmp_path / "p.html")["photos"]) == 3


def test_a_changed_photo_or_another_model_is_noticed(
    model: Path, drive: Path, predicted: Path, tmp_path: Path
) -> None:
    changed = tmp_path / "drive"
    shutil.copytree(drive, changed)
    shutil.copyfile(drive / "sub/1.png", changed / "sub/2.png")
    with pytest.raises(ValueError, match="1 of 10 photos are not what the table says, first sub/2"):
        review(predicted, changed, model, 3, tmp_path / "p.html")


def test_another_folder_is_noticed(model: Path, predicted: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"10 photos of the table are not there, first sub/0\.png"):
        review(predicted, tmp_path, model, 3, tmp_path / "p.html")
    assert not (tmp_path / "p.html").exists()


def test_the_command_names_the_page_and_a_mistake_in_one_line(
    model: Path, drive: Path, predicted: Path, tmp_path: Path, capsys
) -> None:
    page = tmp_path / "my page.html"
    arguments = ["review", str(predicted), "--source", str(drive), "--model", str(model)]
    main([*arguments, "--photos", "2", "--page", str(page)])
    printed = capsys.readouterr().out
    assert "2 of 10 photos to label" in printed
    assert str(page) in printed
    with pytest.raises(SystemExit) as stop:
        main([*arguments, "--photos", "0"])
    assert stop.value.code != 0
    assert capsys.readouterr().err == "error: --photos: got 0; expected at least 1\n"
