import hashlib

import numpy as np
import onnx
import pytest
import torch

from potholes.compilation.body import body_of
from potholes.compilation.compiler import (
    _two_digits,
    compare_with_torch,
    compile_backbone,
    torch_features,
)
from potholes.compilation.engine import load_engine
from potholes.compilation.tables import GRAPH_FILE
from potholes.params import BackboneParams
from potholes.weights.family import build
from potholes.weights.pink_noise import pink_noise


def params(precision, pictures=2):
    return BackboneParams(precision=precision, calibration_images=pictures)


@pytest.fixture(scope="module")
def float32(random_resnet18):
    return compile_backbone("resnet18", random_resnet18, params("float32"))


def test_float32_features_are_torchs(float32, random_resnet18):
    pictures = pink_noise(3, seed=7)
    got = load_engine(float32.graph, device="cpu").features(pictures)
    expected = torch_features(random_resnet18, pictures)
    assert np.abs(got - expected).max() <= 1e-5 * np.abs(expected).max()


def test_a_picture_without_a_border_shows_that_padding_is_exact(float32, random_resnet18):
    # constant pictures differ from torch at the edges only if padding is not ImageNet's mean
    pictures = np.stack([np.full((224, 224, 3), value, dtype=np.uint8) for value in (0, 255)])
    got = load_engine(float32.graph, device="cpu").features(pictures)
    expected = torch_features(random_resnet18, pictures)
    assert np.abs(got - expected).max() <= 1e-5 * np.abs(expected).max()


@pytest.mark.parametrize("precision", ["int8", "float16"])
def test_fewer_bits_stay_close(random_resnet18, precision):
    compiled = compile_backbone("resnet18", random_resnet18, params(precision))
    assert compiled.facts.precision == precision
    assert 0 < compiled.facts.relative_error < (0.2 if precision == "int8" else 5e-3)


def test_compiling_twice_gives_the_same_bytes(random_resnet18, params):
    first, second = (
        compile_backbone("resnet18", random_resnet18, params.backbone) for _ in range(2)
    )
    assert first.graph == second.graph
    assert first.facts.sha256 == hashlib.sha256(first.graph).hexdigest()


def test_errors_are_recorded_to_the_digits_that_every_processor_shares(float32):
    assert [_two_digits(error) for error in (0.17351, 0.00123, 0.000051, 3e-6)] == [
        0.17,
        0.0012,
        0.00005,
        0.0,
    ]
    assert float32.facts.relative_error == 0.0  # about 1e-6, which is the last bits of its sums


def test_compiling_leaves_the_model_as_it_was(random_resnet18):
    before = {key: value.clone() for key, value in random_resnet18.state_dict().items()}
    compile_backbone("resnet18", random_resnet18, params("int8"))
    after = random_resnet18.state_dict()
    assert all(torch.equal(before[key], after[key]) for key in before)


def test_facts_are_those_of_a_resnet18(float32):
    facts = float32.facts
    assert (facts.layers, facts.features, facts.bytes) == (18, 512, len(float32.graph))
    assert facts.parameters == 11_689_512 - 1000 * 513  # torchvision's count without its fc
    assert facts.multiply_accumulates == pytest.approx(1.814e9, rel=1e-3)  # torchvision: 1.814
    assert "frozen parameters (convolutions and BatchNorm): 11,176,512" in float32.architecture


@pytest.mark.parametrize(
    ("name", "layers", "giga"), [("resnext50_32x4d", 50, 4.23), ("wide_resnet50_2", 50, 11.398)]
)
def test_grouped_and_wide_resnets_compile_at_torchvisions_cost(name, layers, giga):
    torch.manual_seed(0)
    facts = compile_backbone(name, build(name), params("float32")).facts
    assert facts.relative_error < 1e-5
    assert facts.layers == layers
    assert facts.multiply_accumulates / 1e9 == pytest.approx(giga, rel=2e-3)


def test_a_graph_whose_features_are_off_is_refused_with_the_numbers(float32, random_resnet18):
    proto = onnx.load_from_string(float32.graph)
    for constant in proto.graph.initializer:
        if constant.name == "conv1.weight":
            weight = onnx.numpy_helper.to_array(constant) * 1.5
            constant.CopyFrom(onnx.numpy_helper.from_array(weight, constant.name))
    with pytest.raises(ValueError, match=r"float32 features differ by .* at most 1e-05"):
        compare_with_torch(proto.SerializeToString(), random_resnet18, "float32")


def test_a_graph_has_standard_operators_and_nothing_of_this_machine(compiled_resnet18):
    proto = onnx.load(compiled_resnet18 / GRAPH_FILE)
    onnx.checker.check_model(proto, full_check=True)
    assert {opset.domain for opset in proto.opset_import} == {""}
    assert not [node for node in proto.graph.node if node.metadata_props]
    assert b"/potholes" not in proto.SerializeToString()


def test_every_convolution_runs_on_integers(compiled_resnet18, tmp_path):
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "optimised.onnx")
    options.log_severity_level = 3
    ort.InferenceSession(
        str(compiled_resnet18 / GRAPH_FILE), options, providers=["CPUExecutionProvider"]
    )
    kinds = [node.op_type for node in onnx.load(tmp_path / "optimised.onnx").graph.node]
    assert kinds.count("QLinearConv") == 20
    assert kinds.count("QLinearAdd") == 8
    assert "Conv" not in kinds
    assert kinds.count("Relu") == 0


def test_something_that_is_no_resnet_is_named():
    with pytest.raises(ValueError, match="expected a ResNet"):
        body_of(torch.nn.Sequential(torch.nn.Conv2d(3, 4, 1)))  # type: ignore[arg-type]
