"""The exported ONNX graph gives the probabilities of `Classifier`, and docs' example runs it."""

import json
import re
import subprocess
import sys

import numpy as np
import onnx
import onnxruntime
import pytest
from PIL import Image

from potholes.export.whole_graph import METADATA, whole_graph, write_whole_graph
from potholes.prediction.classifier import Classifier
from potholes.selection.model_folder import read_model
from potholes.weights.pink_noise import pink_noise
from tests.pipeline_graph import ROOT
from tests.tiny_model import write_tiny_model

CLASSES = {"two": ("normal", "pothole"), "three": ("crack", "normal", "pothole")}


@pytest.mark.parametrize("precision", ["int8", "float32", "float16"])
@pytest.mark.parametrize("classes", CLASSES)
def test_probabilities_are_those_of_the_classifier(tmp_path, params, precision, classes):
    folder = write_tiny_model(tmp_path, params.image, classes=CLASSES[classes], precision=precision)
    pixels = pink_noise(5, seed=0)
    expected = Classifier.load(folder).predict(list(pixels)).probabilities
    session = onnxruntime.InferenceSession(whole_graph(read_model(folder)))
    for batch in (pixels, pixels[:1]):
        (found,) = session.run(["probabilities"], {"pixels": batch})
        assert found.dtype == np.float32
        assert found == pytest.approx(expected[: len(batch)], abs=1e-6)
    assert expected.std(axis=0).min() > 1e-3  # or else equal answers would be no proof


def test_the_file_is_whole_valid_and_the_same_bytes_each_time(tmp_path, params):
    model = read_model(write_tiny_model(tmp_path / "model", params.image))
    write_whole_graph(tmp_path / "new folder" / "a.onnx", model)
    data = (tmp_path / "new folder" / "a.onnx").read_bytes()
    assert data == whole_graph(model)
    proto = onnx.load_from_string(data)
    onnx.checker.check_model(proto, full_check=True)
    assert [own.name for own in proto.graph.input] == ["pixels"]
    assert [own.name for own in proto.graph.output] == ["probabilities"]
    (entry,) = proto.metadata_props
    assert entry.key == METADATA
    assert json.loads(entry.value) == {
        "backbone": "resnet18",
        "background": [124, 116, 104],
        "classes": ["normal", "pothole"],
        "fit": "stretch",
        "origin": "random",
        "precision": "int8",
        "size": [224, 224],
        "temperature": 1.5,
        "threshold": 0.5,
    }


def example() -> str:
    text = (ROOT / "docs/elsewhere.md").read_text(encoding="utf-8")
    (code,) = [own for own in re.findall("```python\n(.*?)```", text, re.S) if "onnxrunt" in own]
    return code


@pytest.mark.parametrize("fit", ["stretch", "crop", "pad"])
def test_the_example_of_the_docs_says_what_predict_says(tmp_path, params, fit):
    """With a large JPEG that is drafted, one that is turned by its EXIF, and a PNG."""
    image = params.image.model_copy(update={"fit": fit})
    folder = write_tiny_model(tmp_path / "model", image)
    write_whole_graph(tmp_path / "p.onnx", read_model(folder))
    noise = np.random.default_rng(0).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    photos = [tmp_path / name for name in ("a.jpg", "b.jpg", "c.png")]
    Image.fromarray(noise).resize((1600, 1200)).save(photos[0])
    Image.fromarray(noise).resize((640, 427)).save(photos[1], exif=exif)
    Image.fromarray(noise).resize((317, 401)).save(photos[2])
    done = subprocess.run(
        [sys.executable, "-c", example(), tmp_path / "p.onnx", *photos],
        capture_output=True,
        text=True,
        check=True,
    )
    table = Classifier.load(folder).predict(photos)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [line[0] for line in lines] == [str(photo) for photo in photos]
    found = np.array([[float(line[2]), float(line[4])] for line in lines])
    assert [line[1::2] for line in lines] == [table.classes] * 3
    assert found == pytest.approx(table.probabilities, abs=2e-6)


def test_the_example_needs_onnxruntime_and_pillow_alone():
    imported = set(re.findall(r"^(?:import|from) (\w+)", example(), re.M))
    assert imported <= {"json", "sys", "numpy", "onnxruntime", "PIL"}
    assert len([line for line in example().splitlines() if line]) <= 25
