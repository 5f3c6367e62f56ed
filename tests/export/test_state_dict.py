"""Weights and head joined are a torchvision network that answers as `Classifier` does."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
import torchvision
from safetensors.torch import load_file

from potholes.compilation.compiler import compile_backbone
from potholes.compilation.tables import GRAPH_FILE, write_compiled
from potholes.export.state_dict import write_state_dict
from potholes.files.tensors import write_tensors
from potholes.head.tables import Head, write_head
from potholes.prediction.classifier import Classifier
from potholes.selection.deployment import deploy
from potholes.selection.model_folder import read_model
from potholes.weights.family import body_state, normalise
from potholes.weights.pink_noise import pink_noise
from potholes.weights.tables import WEIGHTS_FILE, Origin, write_origin
from tests.factories import evaluation
from tests.labelled_features import labelled_features

CLASSES = ["normal", "pothole"]
ORIGIN = Origin("random", "a stand-in", "")


def write_weights(folder, model, origin=ORIGIN):
    write_tensors(folder / WEIGHTS_FILE, body_state(model), {})
    write_origin(folder, origin)
    return folder


@pytest.fixture(scope="module", params=["float32", "int8"])
def model(request, random_resnet18, params, tmp_path_factory):
    """models/selected with a temperature."""
    folder = tmp_path_factory.mktemp("models")
    settings = params.backbone.model_copy(
        update={"precision": request.param, "calibration_images": 4}
    )
    compiled = compile_backbone("resnet18", random_resnet18, settings)
    (folder / "backbone").mkdir()
    (folder / "backbone" / GRAPH_FILE).write_bytes(compiled.graph)
    write_compiled(folder / "backbone", compiled.facts)
    weight = np.random.default_rng(0).standard_normal((2, 512)).astype(np.float32) / 20
    bias = np.array([0.1, -0.1], dtype=np.float32)
    write_head(folder / "head", Head("resnet18", CLASSES, weight, bias, 3))
    scores = replace(evaluation("resnet18", CLASSES), temperature=2.0)
    parts = folder / "model", folder / "backbone", folder / "head", labelled_features(width=512)
    deploy(*parts, scores, params.image, ORIGIN, seed=0)
    return folder / "model"


def test_torchvision_loads_it_strictly_and_agrees(model, random_resnet18, tmp_path):
    weights = write_weights(tmp_path / "weights", random_resnet18)
    path = tmp_path / "new folder" / "resnet18.safetensors"
    write_state_dict(path, read_model(model), weights)
    first = path.read_bytes()
    write_state_dict(path, read_model(model), weights)
    assert path.read_bytes() == first
    network = torchvision.models.get_model("resnet18", num_classes=2)
    network.load_state_dict(load_file(path), strict=True)
    pixels = pink_noise(4, seed=5)
    with torch.inference_mode():
        logits = network.eval()(normalise(torch.from_numpy(pixels)))
    found = Classifier.load(model, device="cpu").predict(list(pixels)).probabilities
    largest = 1e-3 if read_model(model).deployed.precision == "float32" else 0.2
    assert np.abs(logits.softmax(dim=1).numpy() - found).max() < largest
    assert found.std(axis=0).min() > 2e-3  # or else equal answers would be no proof


def test_weights_of_another_origin_are_refused(model, random_resnet18, tmp_path):
    weights = write_weights(tmp_path, random_resnet18, Origin("imagenet", "a file", "0" * 64))
    with pytest.raises(ValueError, match="weights of origin imagenet, but the model's are random"):
        write_state_dict(tmp_path / "out", read_model(model), weights)


def test_a_layer_that_was_not_compiled_is_named(model, random_resnet18, tmp_path):
    other = copy.deepcopy(random_resnet18)
    other.layer3[1].conv2.weight.data[7] *= 1.1
    weights = write_weights(tmp_path, other)
    with pytest.raises(ValueError, match=r"layer3.1.conv2.weight is not what the model was"):
        write_state_dict(tmp_path / "out", read_model(model), weights)
    assert not (tmp_path / "out").exists()


def test_another_depth_is_named(model, tmp_path):
    weights = write_weights(tmp_path, torchvision.models.resnet34(weights=None))
    with pytest.raises(ValueError, match="is not what the model was compiled from"):
        write_state_dict(tmp_path / "out", read_model(model), weights)
