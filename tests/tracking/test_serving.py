"""One answer, whoever asks: the classifier, the model that MLflow loads, and its server."""

import base64
import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from socket import socket
from typing import Any

import mlflow.pyfunc
import pandas as pd
import pytest
from mlflow.exceptions import MlflowException

from potholes.cli import main
from potholes.prediction.classifier import Classifier
from potholes.synthetic.plan import Series
from potholes.synthetic.roads import photo_bytes
from potholes.tracking.servable import write_servable
from potholes.tracking.serving import server
from tests.factories import REPOSITORY, write_project
from tests.servers import free_port
from tests.tracking.conftest import log

PHOTOS = 50
BAD = ["???", "", None, "aGVsbG8="]

CHAMPION = "models:/potholes@champion"


@pytest.fixture(scope="module")
def selected(resnet18_model: Path) -> Path:
    """models/selected with a real backbone."""
    return resnet18_model


@pytest.fixture(scope="module")
def files() -> list[bytes]:
    """Generated photos as their cameras stored them."""
    return [photo_bytes(5, 0.6, Series.UNLABELLED, index) for index in range(PHOTOS)]


@pytest.fixture(scope="module")
def known(selected: Path, files: list[bytes]) -> list[list[Any]]:
    """What the classifier says: label, two probabilities, error."""
    table = Classifier.load(selected).predict(files, name=None)
    return [
        [label, *probabilities, error]
        for label, probabilities, error in zip(
            table.labels, table.probabilities.tolist(), table.errors, strict=True
        )
    ]


@pytest.fixture(scope="module")
def model(selected: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("servable") / "model"
    write_servable(folder, selected, "m-1", "r-1")
    return folder


def in_base64(files: list[bytes]) -> list[Any]:
    return [base64.b64encode(data).decode() for data in files]


def test_the_loaded_model_answers_as_the_classifier(
    model: Path, files: list[bytes], known: list[list[Any]]
) -> None:
    loaded = mlflow.pyfunc.load_model(str(model))
    for images in (files, in_base64(files)):
        answer = loaded.predict(pd.DataFrame({"image": images}))
        assert list(answer.columns) == [
            "label",
            "probability_normal",
            "probability_pothole",
            "error",
        ]
        assert answer.values.tolist() == known
    assert {row[0] for row in known} == {"normal", "pothole"}


def test_a_bad_picture_is_a_row_with_an_error(model: Path, files: list[bytes]) -> None:
    loaded = mlflow.pyfunc.load_model(str(model))
    answer = loaded.predict(pd.DataFrame({"image": [*BAD, *in_base64(files[:1])]}))
    assert answer["label"].notna().tolist() == [False, False, False, False, True]
    assert answer["probability_normal"].isna().tolist() == [True, True, True, True, False]
    errors = answer["error"].tolist()
    assert errors[0].startswith("not base64")
    assert errors[1] == "empty file"
    assert "expected base64 of a picture's file, or its bytes" in errors[2]
    assert errors[3].startswith("not a photo")
    assert errors[4] is None


def test_wrapped_base64_is_read_too(model: Path, files: list[bytes]) -> None:
    wrapped = base64.encodebytes(files[0]).decode()
    assert "\n" in wrapped
    loaded = mlflow.pyfunc.load_model(str(model))
    assert loaded.predict(pd.DataFrame({"image": [wrapped]}))["error"].tolist() == [None]


@pytest.mark.parametrize(
    ("images", "told"),
    [
        (["x"] * 257, "got 257 pictures, a request may have 256; send several requests"),
        (["x" * 32_500_000] * 2, "got 65 MB of pictures, a request may have 64 MB"),
    ],
    ids=["rows", "bytes"],
)
def test_too_much_at_once_is_refused(model: Path, images: list[str], told: str) -> None:
    loaded = mlflow.pyfunc.load_model(str(model))
    with pytest.raises(MlflowException, match=told):
        loaded.predict(pd.DataFrame({"image": images}))


def test_a_changed_file_of_the_model_is_refused(model: Path, tmp_path: Path) -> None:
    shutil.copytree(model, tmp_path / "model")
    head = tmp_path / "model/artifacts/classifier/head.safetensors"
    head.write_bytes(head.read_bytes()[:-1] + b"x")
    with pytest.raises(ValueError, match=r"head\.safetensors: sha256 is not the one"):
        mlflow.pyfunc.load_model(str(tmp_path / "model"))


def test_it_loads_where_the_projects_other_packages_are_missing(
    model: Path, files: list[bytes], known: list[list[Any]], tmp_path: Path
) -> None:
    """Its own copy of the library is used, and neither torch nor what only stages need."""
    (tmp_path / "photo.jpg").write_bytes(files[0])
    code = f"""
import sys
class Missing:
    def find_spec(self, name, path, target=None):
        if name in {{"torch", "torchvision", "dvc", "onnx", "imagehash", "resvg_py", "jinja2"}}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Missing())
import mlflow.pyfunc, pandas
model = mlflow.pyfunc.load_model({str(model)!r})
photo = open("photo.jpg", "rb").read()
print(model.predict(pandas.DataFrame({{"image": [photo]}})).values.tolist())
import potholes
print(potholes.__file__)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    *_, answer, path = done.stdout.splitlines()
    assert answer == str([known[0]])
    assert path == str(model / "code/potholes/__init__.py")


@pytest.fixture(scope="module")
def address(
    selected: Path, empty_store: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A running `potholes serve` of a project whose champion is the classifier."""
    project = tmp_path_factory.mktemp("served") / "a b"
    write_project(project)
    shutil.rmtree(project / "models/selected")
    shutil.copytree(selected, project / "models/selected")
    shutil.copy(empty_store, project / "mlflow.db")
    log(project)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", "from potholes.cli import main; main()", "serve", f"--port={port}"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    told = []
    for line in process.stdout:
        told.append(line)
        if "Uvicorn running on" in line:
            break
    try:
        assert "Uvicorn running on" in told[-1], "".join(told)
        yield f"http://127.0.0.1:{port}/invocations"
    finally:
        process.terminate()
        process.communicate()


def ask(address: str, images: list[Any]) -> tuple[int, Any]:
    """Status and answer of one request."""
    table = {"dataframe_split": {"columns": ["image"], "data": [[image] for image in images]}}
    request = urllib.request.Request(
        address, json.dumps(table).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)["predictions"]
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_the_server_answers_as_the_classifier(
    address: str, files: list[bytes], known: list[list[Any]]
) -> None:
    status, rows = ask(address, in_base64(files))
    assert status == 200
    assert [list(row.values()) for row in rows] == known
    assert list(rows[0]) == ["label", "probability_normal", "probability_pothole", "error"]


def test_the_server_goes_on_after_bad_pictures_and_refuses_too_many(
    address: str, files: list[bytes], known: list[list[Any]]
) -> None:
    status, rows = ask(address, [*BAD, *in_base64(files[:1])])
    assert status == 200
    assert [row["label"] for row in rows] == [None] * 4 + [known[0][0]]
    status, told = ask(address, ["x"] * 257)
    assert status == 400
    assert "a request may have 256" in told["message"]


def test_the_server_listens_on_this_machine_alone(project: Path) -> None:
    log(project)
    started = server(project, {}, CHAMPION, "127.0.0.1", free_port())
    command = started.command
    assert command[command.index("--host") + 1] == "127.0.0.1"
    assert command[command.index("--model-uri") + 1] == CHAMPION
    assert started.environment["MLFLOW_TRACKING_URI"].startswith("sqlite:///")
    assert started.version.sentence.startswith("potholes version 1: resnet")
    assert "random STAND-IN" in started.version.sentence


def test_a_port_that_is_taken_is_named_before_anything_starts(project: Path) -> None:
    log(project)
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ValueError, match=f"--port: 127.0.0.1:{port} cannot be used"):
            server(project, {}, CHAMPION, "127.0.0.1", port)


def test_without_a_champion_the_cure_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stop:
        main(["serve"])
    assert stop.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("error: --model: models:/potholes@champion: no version of potholes in ")
    assert "yet; run `make repro`, or `make register`" in error
    assert error.count("\n") == 1


def test_register_prints_what_it_made(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    for _ in range(2):
        main(["register"])
        assert "version 1, champion: the first on these photos" in capsys.readouterr().out
