"""A model folder from a stranger: what is not as the schema and the checksums say is refused."""

import json
import shutil
import struct

import numpy as np
import pytest

from potholes.compilation.tables import GRAPH_FILE
from potholes.familiarity.reference import REFERENCE_FILE, make_reference, write_reference
from potholes.files.checksum import file_sha256
from potholes.files.tensors import write_tensors
from potholes.head.tables import HEAD_FILE, write_head
from potholes.selection import model_folder
from potholes.selection.model_folder import read_model
from potholes.selection.tables import CLASSIFIER_FILE
from tests.labelled_features import labelled_features
from tests.tiny_model import WIDTH, tiny_graph, tiny_head, write_tiny_model


@pytest.fixture
def folder(tmp_path, params):
    return write_tiny_model(tmp_path, params.image)


def describe(folder, **changes):
    """classifier.json with other values."""
    path = folder / CLASSIFIER_FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def seal(folder):
    """The checksums of what is there now: a stranger can do that."""
    describe(folder, sha256={n: file_sha256(folder / n) for n in model_folder.FILES})


def refusal(folder, file, words):
    with pytest.raises(ValueError, match=words) as caught:
        read_model(folder)
    told = str(caught.value)
    assert told.startswith(f"{folder / file}: ")
    assert "\n" not in told


def test_a_whole_folder_is_read(folder):
    model = read_model(folder)
    assert model.width == WIDTH
    assert model.head.classes == ["normal", "pothole"]
    assert model.image.fit == "stretch"


def test_a_reference_of_another_width_is_refused(folder):
    write_reference(folder, make_reference(labelled_features(width=WIDTH + 1), seed=0))
    seal(folder)
    refusal(folder, REFERENCE_FILE, f"has {WIDTH + 1} features a photo, backbone.onnx gives")


DESCRIPTIONS = {
    "an unknown key": ({"run": "rm -rf"}, "unknown key run"),
    "a key of another type": ({"temperature": "hot"}, "temperature: .*got hot"),
    "another format": ({"format_version": 99}, "format_version 99, expected"),
    "another backbone": ({"backbone": "vgg16"}, "backbone 'vgg16', expected one of resnet18"),
    "another precision": ({"precision": "int4"}, "precision 'int4', expected one of int8"),
    "one class": ({"classes": ["pothole"]}, "expected at least two"),
    "a class twice": ({"classes": ["pothole", "pothole"]}, "each once"),
    "no class name": ({"classes": ["", "pothole"]}, "class '', expected names that a folder"),
    "a class that leads elsewhere": ({"classes": ["../a", "b"]}, "class '../a'"),
    "a hidden class": ({"classes": [".ssh", "b"]}, "class '.ssh'"),
    "a temperature of 0": ({"temperature": 0.0}, "temperature 0.0, expected a number above 0"),
    "an endless temperature": ({"temperature": float("inf")}, "temperature"),
    "a temperature that is none": ({"temperature": float("nan")}, "temperature"),
    "a threshold above 1": ({"threshold": 1.5}, "threshold 1.5, expected 0 to 1"),
    "a threshold that is none": ({"threshold": float("nan")}, "threshold"),
    "no threshold": ({"threshold": None}, "threshold None for 2 classes"),
    "an unknown origin": ({"origin": "heaven"}, "origin 'heaven', expected imagenet, folder"),
    "no checksum": ({"sha256": {}}, "sha256 of nothing, expected 64 hex"),
    "a checksum missing": ({"sha256": {GRAPH_FILE: "0" * 64}}, "sha256 of backbone.onnx, exp"),
    "a checksum that is none": (
        {"sha256": {GRAPH_FILE: "0" * 64, HEAD_FILE: "x"}},
        "expected 64 hex",
    ),
    "preprocessing of another kind": ({"preprocessing": {"fit": "squash"}}, "preprocessing: fit:"),
}


@pytest.mark.parametrize("fault", DESCRIPTIONS)
def test_a_description_that_is_not_as_the_schema_says_is_refused(folder, fault):
    changes, words = DESCRIPTIONS[fault]
    describe(folder, **changes)
    refusal(folder, CLASSIFIER_FILE, words)


def test_a_missing_key_is_named(folder):
    path = folder / CLASSIFIER_FILE
    described = json.loads(path.read_text())
    del described["classes"]
    path.write_text(json.dumps(described))
    refusal(folder, CLASSIFIER_FILE, "key classes is missing")


@pytest.mark.parametrize("text", ["{", "[]", "null", "[" * 100_000, '{"a":' * 100_000])
def test_a_description_that_is_no_json_object_is_refused(folder, text):
    (folder / CLASSIFIER_FILE).write_text(text)
    refusal(folder, CLASSIFIER_FILE, "regenerate it")


def bf16(folder):
    """A type that NumPy does not have."""
    header = json.dumps({"fc.weight": {"dtype": "BF16", "shape": [1], "data_offsets": [0, 2]}})
    content = struct.pack("<Q", len(header)) + header.encode() + b"\0\0"
    (folder / HEAD_FILE).write_bytes(content)


def double(folder):
    weight = np.zeros((2, WIDTH))
    metadata = {"backbone": "resnet18", "best_epoch": 1, "classes": ["normal", "pothole"]}
    write_tensors(folder / HEAD_FILE, {"fc.weight": weight, "fc.bias": weight[:, 0]}, metadata)


def declared_huge(folder):
    size = [2**31, 2**20]
    entry = {"dtype": "F32", "shape": size, "data_offsets": [0, 4 * size[0] * size[1]]}
    header = json.dumps({"fc.weight": entry})
    (folder / HEAD_FILE).write_bytes(struct.pack("<Q", len(header)) + header.encode())


HEADS = {
    "not finite": (lambda f: write_head(f, tiny_head(fill=np.nan)), "not finite"),
    "another width": (lambda f: write_head(f, tiny_head(width=9)), "takes 9 features"),
    "more classes": (
        lambda f: write_head(f, tiny_head(("a", "b", "c"))),
        "its backbone and classes",
    ),
    "another backbone": (
        lambda f: write_head(f, tiny_head(backbone="resnet50")),
        "its backbone and",
    ),
    "float64": (double, "weight is float64, bias float64, expected float32"),
    "a type that NumPy lacks": (bf16, "'fc.weight' is of a type that NumPy lacks"),
    "declared huge": (declared_huge, "damaged"),
    "no head": (lambda f: write_tensors(f / HEAD_FILE, {"a": np.zeros(1)}, {}), "not a head"),
    "empty": (lambda f: (f / HEAD_FILE).write_bytes(b""), "0 bytes, expected 1 to"),
    "no file": (lambda f: (f / HEAD_FILE).unlink(), "not found"),
}


@pytest.mark.parametrize("fault", HEADS)
def test_a_head_that_does_not_fit_is_refused_though_its_checksum_is_right(folder, fault):
    change, words = HEADS[fault]
    change(folder)
    if (folder / HEAD_FILE).exists():
        seal(folder)
    refusal(folder, HEAD_FILE, words)


def test_a_graph_that_was_changed_is_refused_though_its_checksum_is_right(folder):
    model = tiny_graph()
    model.graph.node[0].domain = "com.microsoft"
    (folder / GRAPH_FILE).write_bytes(model.SerializeToString())
    refusal(folder, GRAPH_FILE, "sha256 is not the one")
    seal(folder)
    refusal(folder, GRAPH_FILE, "an operator domain of its own")


@pytest.mark.parametrize("file", [CLASSIFIER_FILE, GRAPH_FILE, HEAD_FILE])
def test_a_folder_in_place_of_a_file_is_refused(folder, file):
    (folder / file).unlink()
    (folder / file).mkdir()
    refusal(folder, file, "not an ordinary file")


@pytest.mark.parametrize(
    ("file", "limit"), [(CLASSIFIER_FILE, "LARGEST_DESCRIPTION"), (HEAD_FILE, "LARGEST_HEAD")]
)
def test_a_file_that_is_too_large_is_not_read(folder, file, limit, monkeypatch):
    size = (folder / file).stat().st_size
    monkeypatch.setattr(model_folder, limit, size - 1)
    refusal(folder, file, f"{size:,} bytes, expected 1 to {size - 1:,}")


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"gone: no such folder; name one that holds classifier"):
        read_model(tmp_path / "gone")


def test_a_copy_of_the_folder_is_as_good(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "model"
    shutil.copytree(folder, other)
    assert read_model(other).deployed == read_model(folder).deployed
