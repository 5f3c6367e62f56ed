import io
import json
import re
import shutil
import subprocess
import sys

import numpy as np
import onnx
import pytest
import torch
from PIL import Image
from torch import nn

from potholes.compilation.compiler import compile_backbone
from potholes.compilation.engine import load_engine
from potholes.compilation.tables import GRAPH_FILE
from potholes.files.checksum import file_sha256
from potholes.head.tables import Head, write_head
from potholes.prediction.classifier import Classifier
from potholes.selection.deployment import deploy
from potholes.weights.pink_noise import pink_noise
from potholes.weights.tables import Origin
from tests.factories import evaluation
from tests.labelled_features import labelled_features


@pytest.fixture(scope="module")
def head_folder(tmp_path_factory):
    weight = np.random.default_rng(0).standard_normal((2, 512)).astype(np.float32) / 20
    folder = tmp_path_factory.mktemp("head")
    bias = np.zeros(2, dtype=np.float32)
    write_head(folder, Head("resnet18", ["normal", "pothole"], weight, bias, 3))
    return folder


@pytest.fixture(scope="module")
def model(compiled_resnet18, head_folder, params, tmp_path_factory):
    folder = tmp_path_factory.mktemp("selected")
    origin = Origin("random", "a stand-in", "")
    scores, features = evaluation("resnet18"), labelled_features(width=512)
    deploy(folder, compiled_resnet18, head_folder, features, scores, params.image, origin, seed=0)
    return folder


@pytest.fixture
def photos(tmp_path):
    paths = []
    for index, pixels in enumerate(pink_noise(3, seed=8)):
        paths.append(tmp_path / f"{index}.png")
        Image.fromarray(pixels).save(paths[-1])
    return paths


def test_a_photo_gets_a_label_and_probabilities(model, photos):
    table = Classifier.load(model).predict(photos)
    assert table.paths == [path.as_posix() for path in photos]
    assert table.probabilities.sum(axis=1) == pytest.approx(1)
    called = [table.classes[index] for index in table.probabilities.argmax(axis=1)]
    assert table.labels == called
    assert table.errors == [None] * 3


def test_a_bad_photo_is_an_error_row_and_the_others_go_on(model, photos, tmp_path):
    cut = io.BytesIO()
    Image.fromarray(pink_noise(1, seed=0)[0]).save(cut, "JPEG")
    bad = tmp_path / "cut.jpg"
    bad.write_bytes(cut.getvalue()[: len(cut.getvalue()) // 2])
    classifier = Classifier.load(model)
    table = classifier.predict([photos[0], bad, tmp_path / "gone.jpg", photos[1]])
    assert [error is None for error in table.errors] == [True, False, False, True]
    assert table.labels[1:3] == [None, None]
    assert np.isnan(table.probabilities[1:3]).all()
    alone = classifier.predict([photos[1]]).probabilities
    assert np.array_equal(table.probabilities[3:], alone)


def test_a_photo_may_be_a_file_its_bytes_or_pixels(model, photos):
    classifier = Classifier.load(model)
    expected = classifier.predict(photos[:1]).probabilities
    pixels = np.asarray(Image.open(photos[0]))
    table = classifier.predict([photos[0], photos[0].read_bytes(), pixels, pixels[:, ::-1]])
    assert table.paths == [photos[0].as_posix(), "1", "2", "3"]
    assert np.array_equal(table.probabilities[:3], np.repeat(expected, 3, axis=0))
    assert not np.array_equal(table.probabilities[3:], expected)


@pytest.mark.parametrize(
    ("pixels", "words"),
    [
        (np.zeros((64, 64), np.uint8), r"an array \[64, 64\] of uint8, not \[H, W, 3\]"),
        (np.zeros((3, 64, 64), np.uint8), r"\[3, 64, 64\] of uint8"),
        (np.zeros((64, 64, 3), np.float32), "of float32, not"),
        (np.zeros((8, 64, 3), np.uint8), "64 x 8 pixels: the shorter side"),
    ],
)
def test_pixels_that_are_none_are_an_error_row(model, pixels, words):
    table = Classifier.load(model).predict([pixels])
    assert table.labels == [None]
    assert re.search(words, table.errors[0])


def test_the_package_offers_the_classifier_and_imports_it_only_then():
    code = (
        "import sys, potholes\nbefore = 'onnxruntime' in sys.modules\n"
        "from potholes import Classifier\nprint(before, Classifier.__module__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "potholes.prediction.classifier"]


def test_a_name_that_the_package_does_not_offer_is_an_import_error():
    with pytest.raises(ImportError, match="cannot import name 'Classifer'"):
        exec("from potholes import Classifer")


def test_no_photos_is_an_empty_table(model):
    table = Classifier.load(model).predict([])
    assert table.probabilities.shape == (0, 2)


@pytest.mark.parametrize("name", [GRAPH_FILE, "head.safetensors"])
def test_a_flipped_bit_is_noticed(model, tmp_path, name):
    folder = tmp_path / "model"
    shutil.copytree(model, folder)
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(ValueError, match=rf"{name}: sha256 is not the one"):
        Classifier.load(folder)


def test_a_missing_part_is_named(model, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(model, folder)
    (folder / GRAPH_FILE).unlink()
    with pytest.raises(ValueError, match=r"backbone.onnx: not found"):
        Classifier.load(folder)


def test_a_graph_that_potholes_did_not_compile_never_reaches_onnx_runtime(
    model, tmp_path, monkeypatch
):
    folder = tmp_path / "model"
    shutil.copytree(model, folder)
    foreign = onnx.load(folder / GRAPH_FILE)
    foreign.graph.node[0].op_type = "Loop"
    onnx.save(foreign, folder / GRAPH_FILE)
    path = folder / "classifier.json"
    described = json.loads(path.read_text())
    described["sha256"][GRAPH_FILE] = file_sha256(folder / GRAPH_FILE)
    path.write_text(json.dumps(described))
    monkeypatch.setattr("onnxruntime.InferenceSession", lambda *_: pytest.fail("was loaded"))
    with pytest.raises(ValueError, match=r"backbone.onnx: operator 'Loop', which potholes never"):
        Classifier.load(folder)


def test_preprocessing_that_is_none_is_named(model, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(model, folder)
    path = folder / "classifier.json"
    described = json.loads(path.read_text())
    described["preprocessing"]["fit"] = "squash"
    path.write_text(json.dumps(described))
    with pytest.raises(ValueError, match=r"classifier.json: preprocessing"):
        Classifier.load(folder)


@pytest.mark.parametrize(
    ("precision", "mean", "largest"), [("float32", 1e-3, 1e-3), ("int8", 0.02, 0.2)]
)
def test_weights_and_head_are_a_torchvision_network(
    random_resnet18, head_folder, params, photos, tmp_path, precision, mean, largest
):
    import copy

    from potholes.head.tables import read_head
    from potholes.photos.decoding import decode
    from potholes.weights.family import normalise

    settings = params.backbone.model_copy(update={"precision": precision})
    compiled = compile_backbone("resnet18", random_resnet18, settings)
    engine = load_engine(compiled.graph, device="cpu", precision=precision)
    classifier = Classifier(
        engine, read_head(head_folder), params.image, threshold=0.5, reference=None
    )
    head = read_head(head_folder)
    network = copy.deepcopy(random_resnet18)
    network.fc = nn.Linear(512, 2)
    fc = {"fc.weight": torch.from_numpy(head.weight), "fc.bias": torch.from_numpy(head.bias)}
    network.load_state_dict({**network.state_dict(), **fc}, strict=True)
    pixels = np.stack([decode(path.read_bytes(), params.image).pixels for path in photos])
    with torch.inference_mode():
        expected = network.eval()(normalise(torch.from_numpy(pixels))).softmax(dim=1).numpy()
    difference = np.abs(classifier.predict(photos).probabilities - expected)
    assert difference.mean() < mean
    assert difference.max() < largest
