from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from potholes.augmentation.copies import write_copies
from potholes.dataset.tables import Sample, read_manifest
from potholes.files.png import read_png, write_png
from potholes.params import AugmentParams, Params


def sample(name: str, label: str, split: str) -> Sample:
    return Sample(
        sample_id=name,
        origin_id=name,
        group_id="group",
        path=f"images/{name.replace('/', '-')}.png",
        label=label,
        split=split,
        source=f"photos/{name}",
        width=640,
        height=480,
        bytes=1000,
        format="JPEG",
        quality=88,
        sha256="ab",
    )


@pytest.fixture
def samples(tmp_path: Path) -> list[Sample]:
    """Two training photos, one for validation, one for test, with pictures of noise."""
    made = [
        sample("normal/a.jpg", "normal", "train"),
        sample("normal/b.jpg", "normal", "val"),
        sample("pothole/a.jpg", "pothole", "train"),
        sample("pothole/b.jpg", "pothole", "test"),
    ]
    (tmp_path / "images").mkdir()
    for seed, photo in enumerate(made):
        noise = np.random.default_rng(seed).integers(0, 256, (224, 224, 3), dtype=np.uint8)
        write_png(tmp_path / photo.path, noise)
    return made


def with_copies(params: Params, copies: int) -> AugmentParams:
    return params.augment.model_copy(update={"copies": copies})


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_training_photos_alone_get_copies_with_their_origins_facts(
    samples: list[Sample], params: Params, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    copies = write_copies(samples, tmp_path, with_copies(params, 2), out, workers=1)
    assert read_manifest(out) == sorted(copies, key=lambda copy: copy.sample_id)
    assert [copy.sample_id for copy in copies] == [
        "normal/a.jpg#1",
        "normal/a.jpg#2",
        "pothole/a.jpg#1",
        "pothole/a.jpg#2",
    ]
    assert {copy.split for copy in copies} == {"train"}
    origin = samples[0]
    assert copies[0] == replace(
        origin, sample_id="normal/a.jpg#1", path="images/normal-a.jpg-1.png"
    )
    pictures = [read_png(out / copy.path) for copy in copies]
    assert len({picture.tobytes() for picture in pictures}) == 4
    assert len(list((out / "images").iterdir())) == 4


def test_bytes_do_not_depend_on_workers_or_order(
    samples: list[Sample], params: Params, tmp_path: Path
) -> None:
    write_copies(samples, tmp_path, with_copies(params, 3), tmp_path / "one", workers=1)
    write_copies(samples[::-1], tmp_path, with_copies(params, 3), tmp_path / "two", workers=2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_no_copies_are_an_empty_manifest(
    samples: list[Sample], params: Params, tmp_path: Path
) -> None:
    assert write_copies(samples, tmp_path, with_copies(params, 0), tmp_path / "out") == []
    assert read_manifest(tmp_path / "out") == []
    assert list((tmp_path / "out/images").iterdir()) == []
