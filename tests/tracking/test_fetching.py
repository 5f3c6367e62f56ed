import shutil

import pytest

from potholes.bulk.predicting import Job, Request
from potholes.bulk.predictor import Options
from potholes.cli import main
from potholes.tracking.fetching import fetch_model
from tests.tracking.conftest import log


def test_the_champion_is_fetched_as_a_model_folder(project, resnet18_model, tmp_path):
    shutil.rmtree(project / "models/selected")
    shutil.copytree(resnet18_model, project / "models/selected")
    receipt = log(project, MLFLOW_TRACKING_URI="")
    assert receipt.registry.startswith("version 1, champion"), receipt
    folder = fetch_model("models:/potholes@champion", tmp_path / "model", project, {})
    names = {path.name for path in folder.iterdir()}
    assert names == {path.name for path in resnet18_model.iterdir()}
    job = Job(Request([str(project)], folder, tmp_path / "out", Options()))
    assert job.opening().startswith("resnet18, int8")


def test_commands_take_a_model_of_the_registry(
    project, resnet18_model, tmp_path, monkeypatch, capsys
):
    shutil.rmtree(project / "models/selected")
    shutil.copytree(resnet18_model, project / "models/selected")
    log(project, MLFLOW_TRACKING_URI="")
    monkeypatch.chdir(project)
    main(["export", "--model", "models:/potholes@champion", "--format", "onnx", "--out", "a.onnx"])
    main(["export", "--model", str(resnet18_model), "--format", "onnx", "--out", "b.onnx"])
    assert (project / "a.onnx").read_bytes() == (project / "b.onnx").read_bytes()
    assert "a.onnx: " in capsys.readouterr().out


@pytest.mark.parametrize("uri", ["models:/potholes@nobody", "models:/other/3", "models:/potholes"])
def test_a_model_that_is_not_there_is_one_line(project, tmp_path, uri):
    with pytest.raises(ValueError, match=f"^--model: {uri}: ") as caught:
        fetch_model(uri, tmp_path / "model", project, {})
    assert "\n" not in str(caught.value)


def test_a_missing_store_is_named_and_not_made(tmp_path):
    with pytest.raises(ValueError, match=r"no version of potholes in sqlite.*run `make repro`"):
        fetch_model("models:/potholes@champion", tmp_path / "model", tmp_path, {})
    assert not (tmp_path / "mlflow.db").exists()
