"""`pip install .` without extras, in an environment of its own: it predicts there."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.pipeline_graph import ROOT
from tests.tiny_model import write_tiny_model

LARGEST = 400 * 10**6  # bytes
NOT_NEEDED = {"torch", "torchvision", "dvc", "mlflow", "onnx", "scipy", "scikit-learn"}
NO_REGISTRY = ("Could not find a version", "No matching distribution", "Could not fetch URL")


def run(*command: object, folder: Path, code: int = 0) -> str:
    """What `command` prints, which ends with `code` and sees nothing of the tests' environment."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, env=environment, capture_output=True, text=True
    )
    if done.returncode and any(words in done.stderr for words in NO_REGISTRY):
        pytest.skip(f"no registry answers: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an environment with the project's own dependencies alone."""
    folder = tmp_path_factory.mktemp("small")
    project = folder / "project"
    shutil.copytree(ROOT / "src", project / "src", ignore=shutil.ignore_patterns("*.egg-info"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, project)
    pip = [sys.executable, "-m", "pip", "--quiet"]
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, project, folder=folder)
    (wheel,) = folder.glob("*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", "env", folder=folder)
    python = folder / "env/bin/python"
    run(*pip, "--python", python, "install", "--no-compile", wheel, folder=folder)
    return folder / "env"


def test_it_is_small_and_has_nothing_of_the_pipeline(small: Path) -> None:
    size = sum(file.lstat().st_size for file in small.rglob("*") if file.is_file())
    assert size <= LARGEST, f"{size / 1e6:.0f} MB"
    listed = run(sys.executable, "-m", "pip", "--python", small / "bin/python", "list",
                 "--format=json", folder=small)  # fmt: skip
    names = {entry["name"].lower() for entry in json.loads(listed)}
    assert "potholes" in names
    assert not names & NOT_NEEDED


def test_it_predicts_and_evaluates(small: Path, params, tmp_path: Path) -> None:
    model = write_tiny_model(tmp_path / "model", params.image)
    draw = np.random.default_rng(0)
    for label in ("normal", "pothole"):
        (tmp_path / "photos" / label).mkdir(parents=True)
        for index in range(3):
            pixels = draw.integers(0, 256, (64, 80, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "photos" / label / f"{index}.png")
    code = (
        "from pathlib import Path\nfrom potholes import Classifier\n"
        "table = Classifier.load(Path('model')).predict(sorted(Path('photos').rglob('*.png')))\n"
        "print(table.labels)"
    )
    labels = run(small / "bin/python", "-c", code, folder=tmp_path)
    assert labels.count("normal") + labels.count("pothole") == 6
    potholes = small / "bin/potholes"
    told = run(potholes, "evaluate", "photos", "--model", "model", folder=tmp_path)
    assert "6 photos, 95 % intervals" in told
    run(potholes, "predict", "photos", "--model", model, "--out", "table", folder=tmp_path)
    assert list((tmp_path / "table").glob("*.parquet"))
    refused = run(potholes, "export", "--model", model, "--format", "onnx", "--out", "p.onnx",
                  folder=tmp_path, code=2)  # fmt: skip
    assert "--format onnx: No module named 'onnx'; run `pip install onnx`" in refused
