import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from potholes.bulk.predicting import Job, Outcome, Request
from potholes.bulk.predictor import Options
from potholes.bulk.tables import WORK_FOLDER, read_parts, read_summary
from potholes.weights.pink_noise import pink_noise
from tests.tiny_model import write_tiny_model

PHOTOS = 11
SMALL = Options(batch_size=2, part_size=4)


@pytest.fixture(scope="module")
def photos(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("photos")
    for index, pixels in enumerate(pink_noise(PHOTOS, seed=8)):
        path = folder / f"drive {index % 2}" / f"={index}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(pixels).save(path)
    (folder / "drive 1" / "cut.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / "readme.txt").write_text("no photo")
    return folder


@pytest.fixture
def predict(photos, resnet18_model, tmp_path) -> Callable[..., Outcome]:
    def run(out: str = "out", options: Options = SMALL, source: Path = photos, **rest) -> Outcome:
        request = Request(
            [str(source)], resnet18_model, tmp_path / out, options, quiet=True, **rest
        )
        return Job(request).do()

    return run


def contents(folder: Path) -> dict[str, str]:
    """Checksums of all files by their names, the empty lock left out."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "lock"
    }


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """Writing more than `size` bytes to a file fails, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("ending", [".parquet", ".safetensors", ".json"])
def test_a_full_disk_is_named_and_the_run_goes_on_later(predict, tmp_path, ending):
    predict("whole")
    sizes = [path.stat().st_size for path in (tmp_path / "whole").rglob(f"*{ending}")]
    cure = f"{ending}: cannot be written .*make room, then go on with --resume"
    with pytest.raises(OSError, match=cure), no_file_above(min(sizes) - 1):
        predict()
    predict(resume=True)
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_parts_and_summary_tell_of_all_photos(predict, tmp_path):
    outcome = predict()
    (first, *_), summary = list(read_parts(tmp_path / "out")), read_summary(tmp_path / "out")
    paths = [path for part in read_parts(tmp_path / "out") for path in part.paths]
    assert len(paths) == PHOTOS + 1
    assert paths == sorted(paths)
    assert first.sizes[0] == (224, 224)
    assert (summary.parts, summary.photos, summary.unreadable) == (3, PHOTOS + 1, 1)
    assert sum(summary.labels.values()) == PHOTOS
    assert summary.unreadable_first[0].path == "drive 1/cut.jpg"
    assert (outcome.predicted, outcome.ignored) == (PHOTOS + 1, 1)
    columns = pq.read_schema(tmp_path / "out/part-00000.parquet").names
    assert columns[:4] == ["path", "label", "probability_normal", "probability_pothole"]
    assert columns[4:] == ["margin", "unlike", "width", "height", "error"]


def test_photos_unlike_the_training_ones_are_said_to_be(predict, tmp_path):
    """The model's training photos are numbers that no network gave."""
    source = tmp_path / "photos"
    source.mkdir()
    for index, pixels in enumerate(pink_noise(24, seed=3)):
        Image.fromarray(pixels).save(source / f"{index:02d}.png")
    summary = predict(source=source).summary
    assert (summary.familiar, summary.judged) == (False, 24)
    assert summary.domain_auc > 0.99
    assert next(read_parts(tmp_path / "out")).unlike.min() > 0.1
    again = predict("again", replace(SMALL, part_size=1024), source=source).summary
    assert replace(again, parts=summary.parts) == summary


def test_clear_strangers_are_counted_and_named(photos, resnet18_model, tmp_path):
    job = Job(Request([str(photos)], resnet18_model, tmp_path / "out", SMALL, quiet=True))
    classifier = job.predictor.classifier
    assert classifier.reference is not None
    nothing_is_far = replace(classifier.reference, held_out=np.array([0.5]))
    job.predictor.classifier = replace(classifier, reference=nothing_is_far)
    summary = job.do().summary
    assert summary.strangers == PHOTOS
    assert summary.strangers_first[0] == "drive 0/=0.png"


def test_workers_change_no_byte_of_a_float_model(photos, tmp_path, params):
    model = write_tiny_model(tmp_path / "model", params.image, precision="float32")
    for workers in (1, 3):
        asked = Request([str(photos)], model, tmp_path / str(workers), SMALL, quiet=True)
        Job(replace(asked, workers=workers)).do()
    assert contents(tmp_path / "1") == contents(tmp_path / "3")


def test_workers_and_batches_change_no_byte(predict, tmp_path):
    predict("one", workers=1)
    predict("three", replace(SMALL, batch_size=3), workers=3)
    assert contents(tmp_path / "one") == contents(tmp_path / "three")


def test_no_file_holds_an_absolute_path(predict, tmp_path, photos):
    predict(csv=True)
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file():
            assert str(photos).encode() not in path.read_bytes()


@pytest.mark.parametrize("stop", [1, 2, 5, 8])
def test_after_a_kill_the_bytes_are_those_of_an_undisturbed_run(
    predict, tmp_path, photos, resnet18_model, stop
):
    """Killed before the `stop`th file of the output takes its place: run.json, part, features …"""
    predict("whole")
    program = f"""
import os, signal, sys
from pathlib import Path
from potholes.bulk.predicting import Job, Request
from potholes.bulk.predictor import Options
done, replace = [], Path.replace
def killed(self, target):
    done.append(target)
    if len(done) == {stop}:
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(self, target)
Path.replace = killed
source, model, out = sys.argv[1:]
Job(Request([source], Path(model), Path(out), Options(batch_size=2, part_size=4))).do()
"""
    command = [sys.executable, "-c", program, photos, resnet18_model, tmp_path / "killed"]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert not (tmp_path / "killed/summary.json").exists()
    outcome = predict("killed", resume=True)
    assert outcome.predicted == PHOTOS + 1 - 4 * (stop - 2 >= 3) - 4 * (stop - 2 >= 6)
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")


def test_resume_is_fine_at_first_and_when_all_is_done(predict, tmp_path):
    predict(resume=True)
    before = contents(tmp_path / "out")
    assert predict(resume=True).predicted == 0
    assert contents(tmp_path / "out") == before


def test_a_changed_photo_is_predicted_again_and_a_lost_one_leaves_no_part(
    predict, tmp_path, photos
):
    source = tmp_path / "photos"
    source.mkdir()
    names = sorted((photos / "drive 0").iterdir())[:5]
    for index, path in enumerate(names):
        (source / f"{index}.png").write_bytes(path.read_bytes())
    predict(source=source)
    Image.new("RGB", (64, 32)).save(source / "0.png")
    assert predict(source=source, resume=True).predicted == 4
    assert next(read_parts(tmp_path / "out")).sizes[0] == (64, 32)
    (source / "4.png").unlink()
    predict(source=source, resume=True)
    assert sorted(path.name for path in (tmp_path / "out").glob("*.parquet")) == [
        "part-00000.parquet"
    ]
    assert read_summary(tmp_path / "out").photos == 4


def test_a_part_whose_bytes_have_changed_is_made_again(predict, tmp_path):
    predict()
    before, part = contents(tmp_path / "out"), tmp_path / "out/part-00001.parquet"
    part.write_bytes(part.read_bytes()[:-1])
    assert predict(resume=True).predicted == 4
    assert contents(tmp_path / "out") == before


def test_another_model_or_option_is_refused(predict, tmp_path, resnet18_model):
    predict()
    with pytest.raises(ValueError, match="begun with another --threshold; use the same"):
        predict(options=replace(SMALL, threshold=0.7), resume=True)
    key = tmp_path / "out" / WORK_FOLDER / "run.json"
    told = json.loads(key.read_text())
    key.write_text(json.dumps({**told, "model": "0" * 64}))
    with pytest.raises(ValueError, match="begun with another model"):
        predict(resume=True)


def test_an_output_with_something_in_it_is_refused(predict, tmp_path):
    (tmp_path / "out").mkdir()
    predict()
    with pytest.raises(ValueError, match="not a new or empty folder; add --resume"):
        predict()
    (tmp_path / "other").mkdir()
    (tmp_path / "other/mine.txt").write_text("")
    for resume in (False, True):
        with pytest.raises(ValueError, match="name another one"):
            predict("other", resume=resume)


def test_a_second_process_is_refused_and_a_dead_one_does_not_count(predict, tmp_path):
    predict()
    program = (
        "import fcntl, sys\nfile = open(sys.argv[1])\n"
        "fcntl.flock(file, fcntl.LOCK_EX)\nprint('locked', flush=True)\nsys.stdin.read()"
    )
    lock = str(tmp_path / "out" / WORK_FOLDER / "lock")
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", program, lock], stdin=pipe, stdout=pipe) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(ValueError, match="another process is writing"):
            predict(resume=True)
        os.kill(other.pid, signal.SIGKILL)
    predict(resume=True)


def test_nothing_to_predict_is_an_error(predict, tmp_path):
    source = tmp_path / "photos"
    source.mkdir()
    with pytest.raises(ValueError, match="no photos; hidden and linked"):
        predict(source=source)
    (source / "a.cr2").write_bytes(b"")
    with pytest.raises(ValueError, match="no photos; 1 files are none by their names"):
        predict("b", source=source)
    (source / "a.jpg").write_bytes(b"")
    with pytest.raises(ValueError, match="none of 1 photos can be read; a"):
        predict("c", source=source)


def test_one_csv_class_folders_and_a_contact_sheet(predict, tmp_path, photos):
    predict(csv=True, copy_to=tmp_path / "sorted", sample=3)
    lines = (tmp_path / "out/predictions.csv").read_text().splitlines()
    assert len(lines) == PHOTOS + 2
    assert lines[0].startswith("path,label,probability_normal")
    called = {
        (label, path)
        for part in read_parts(tmp_path / "out")
        for label, path in zip(part.labels, part.paths, strict=True)
        if label
    }
    copied = [path for path in (tmp_path / "sorted").rglob("*") if path.is_file()]
    assert {tuple(str(path.relative_to(tmp_path / "sorted")).split("/", 1)) for path in copied} == (
        called
    )
    for label, path in called:
        assert (tmp_path / "sorted" / label / path).read_bytes() == (photos / path).read_bytes()
    with Image.open(tmp_path / "out/sample.png") as sheet:
        assert sheet.size[0] > 224 * 3


def test_an_output_inside_the_source_is_not_predicted(predict, tmp_path, photos):
    source = tmp_path / "photos"
    source.mkdir()
    first = next((photos / "drive 0").iterdir())
    (source / "a.png").write_bytes(first.read_bytes())
    predict("photos/out", source=source, sample=1)
    assert predict("photos/out", source=source, resume=True).summary.photos == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (Options(threshold=1.5), "--threshold: got 1.5; expected 0 to 1"),
        (Options(top_k=3), "--top-k: got 3; the model has 2 classes"),
        (Options(batch_size=0), "--batch-size: got 0"),
    ],
)
def test_options_that_do_not_fit_are_refused_before_anything_is_written(
    predict, tmp_path, options, message
):
    with pytest.raises(ValueError, match=message):
        predict(options=options)
    assert not (tmp_path / "out").exists()


def test_the_best_classes_and_checksums_on_demand(predict, tmp_path, photos):
    predict(options=replace(SMALL, top_k=1, photo_sha256=True), csv=True, sample=1)
    row = pq.read_table(tmp_path / "out/part-00000.parquet").to_pylist()[0]
    assert row["top1_label"] == row["label"]
    assert row["sha256"] == hashlib.sha256((photos / row["path"]).read_bytes()).hexdigest()


def test_opening_names_backbone_precision_weights_and_threshold(resnet18_model, photos, tmp_path):
    job = Job(Request([str(photos)], resnet18_model, tmp_path / "out", Options(threshold=0.25)))
    assert job.opening() == (
        "resnet18, int8, weights: random STAND-IN, not ImageNet; "
        "pothole from a probability of 0.25 on"
    )
