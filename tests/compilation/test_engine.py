import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from potholes.compilation.engine import CUDA, _choose_device, load_engine, run_bound
from potholes.compilation.tables import GRAPH_FILE
from potholes.weights.pink_noise import pink_noise

QEMU = shutil.which("qemu-x86_64")


def test_int8_features_are_the_same_bits_for_any_batch_and_threads(compiled_resnet18):
    pictures = pink_noise(5, seed=3)
    one = load_engine(compiled_resnet18 / GRAPH_FILE, device="cpu", threads=1)
    two = load_engine(compiled_resnet18 / GRAPH_FILE, device="cpu", threads=2)
    whole = two.features(pictures)
    parts = np.concatenate([one.features(pictures[:2]), one.features(pictures[2:])])
    assert np.array_equal(whole, parts)


def test_bound_input_gives_the_same_features(compiled_resnet18):
    """The way of CUDA, taken on the processor; the last batch is a short one there too."""
    engine = load_engine(compiled_resnet18 / GRAPH_FILE, device="cpu")
    for pictures in (pink_noise(3, seed=3), pink_noise(2, seed=4)):
        bound = run_bound(engine.session, pictures, "cpu")
        assert np.array_equal(bound, engine.features(pictures))


def test_features_are_the_means_of_the_maps(compiled_resnet18):
    engine = load_engine(compiled_resnet18 / GRAPH_FILE, device="cpu")
    features, maps = engine.features_and_maps(pink_noise(2, seed=3))
    assert maps.shape == (2, 512, 7, 7)
    assert features == pytest.approx(maps.mean(axis=(2, 3)), rel=1e-5)


@pytest.mark.parametrize(
    ("device", "precision", "available", "chosen"),
    [
        ("auto", "float16", [CUDA], "cuda"),
        ("auto", "int8", [CUDA], "cpu"),
        ("auto", "float32", [], "cpu"),
        ("cpu", "float16", [CUDA], "cpu"),
        ("cuda", "float32", [CUDA], "cuda"),
    ],
)
def test_the_device_follows_what_is_there_and_the_precision(device, precision, available, chosen):
    assert _choose_device(device, precision, available) == chosen


@pytest.mark.parametrize(
    ("precision", "cure"), [("int8", "float16 or float32"), ("float16", "the extra `gpu`")]
)
def test_cuda_that_cannot_be_had_names_the_cure(precision, cure):
    with pytest.raises(ValueError, match=cure):
        _choose_device("cuda", precision, [])


def test_a_missing_graph_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"backbone.onnx: not found"):
        load_engine(tmp_path / "backbone.onnx")


def test_a_file_that_is_no_graph_is_named(tmp_path):
    path = tmp_path / "backbone.onnx"
    path.write_bytes(b"no graph")
    with pytest.raises(ValueError, match=r"backbone.onnx: ONNX Runtime refuses it"):
        load_engine(path)


RUN = """
import sys
from pathlib import Path
import numpy as np
from potholes.compilation.engine import load_engine
graph, pictures, out = map(Path, sys.argv[1:])
engine = load_engine(graph, device="cpu", threads=1)
features, maps = engine.features_and_maps(np.load(pictures))
np.savez(out, features=features, maps=maps)
"""


@pytest.mark.skipif(
    QEMU is None or platform.machine() != "x86_64",
    reason="needs qemu-x86_64 (Debian's qemu-user) on x86-64, to act as other processors",
)
@pytest.mark.parametrize("processor", ["Haswell", "Nehalem"])
def test_int8_features_are_the_same_bits_on_other_processors(
    compiled_resnet18, processor, tmp_path
):
    """Haswell has AVX2 but no int8 dot products, Nehalem no AVX at all."""
    np.save(tmp_path / "pictures.npy", pink_noise(1, seed=3))
    engine = load_engine(compiled_resnet18 / GRAPH_FILE, device="cpu", threads=1)
    features, maps = engine.features_and_maps(pink_noise(1, seed=3))
    # qemu takes the interpreter itself, which does not know of an environment: it gets the path
    python = [QEMU, "-cpu", processor, Path(sys.executable).resolve()]
    files = [compiled_resnet18 / GRAPH_FILE, tmp_path / "pictures.npy", tmp_path / "out.npz"]
    subprocess.run(
        [*python, "-c", RUN, *files],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        check=True,
    )
    with np.load(tmp_path / "out.npz") as got:
        assert np.array_equal(got["features"], features)
        assert np.array_equal(got["maps"], maps)
