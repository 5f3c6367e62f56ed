"""Graphs from a stranger: each fault is named, and no session is needed for that."""

import re

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from potholes.compilation import graph_check
from potholes.compilation.engine import load_engine
from potholes.compilation.graph_check import check_graph, map_graph_file
from potholes.compilation.tables import GRAPH_FILE
from potholes.weights.pink_noise import pink_noise
from tests.tiny_model import WIDTH, tiny_graph


@pytest.mark.parametrize("precision", ["int8", "float32", "float16"])
def test_what_the_compiler_writes_is_loaded_and_its_width_known(precision):
    data = tiny_graph(precision).SerializeToString(deterministic=True)
    assert check_graph(data, "x") == WIDTH
    features = load_engine(data, device="cpu", precision=precision).features(pink_noise(2, seed=0))
    assert features.shape == (2, WIDTH)


def test_the_check_does_not_depend_on_the_depth(compiled_resnet18):
    assert check_graph((compiled_resnet18 / GRAPH_FILE).read_bytes(), "x") == 512


def weight(model):
    return next(own for own in model.graph.initializer if own.name == "conv.weight.int")


def node(model, operator):
    return next(own for own in model.graph.node if own.op_type == operator)


def attribute(model, operator, name):
    return next(own for own in node(model, operator).attribute if own.name == name)


def external(model, location):
    own = weight(model)
    own.ClearField("raw_data")
    own.data_location = TensorProto.EXTERNAL
    own.external_data.add(key="location", value=location)


def in_the_middle(model, operator, **attributes):
    """`operator` between the last maps and what is made of them."""
    model.graph.node.insert(
        len(model.graph.node) - 2,
        helper.make_node(operator, ["conv.float32"], ["changed"], **attributes),
    )
    for own in list(model.graph.node)[-2:]:
        own.input[0] = "changed"


def loop(model):
    body = helper.make_graph([], "body", [], [])
    in_the_middle(model, "Loop", body=body)


def hidden_body(model):
    node(model, "Identity").attribute.append(
        helper.make_attribute("body", helper.make_graph([], "body", [], []))
    )


def function(model):
    opset = [helper.make_opsetid("", 17)]
    own = helper.make_function("here", "Relu", ["x"], ["y"], [], opset)
    model.functions.append(own)


def not_finite(model):
    own = next(own for own in model.graph.initializer if own.name == "conv.in0.scale")
    own.raw_data = np.float32("nan").tobytes()


def zero_scale(model):
    own = next(own for own in model.graph.initializer if own.name == "conv.int8.scale")
    own.raw_data = np.float32(0).tobytes()


def huge(model):
    weight(model).dims[0] = 2**40


def overflowing(model):
    """2^32 x 2^32 is 0 in 64 bits, and 4 x 2^62 too."""
    weight(model).dims[:] = [2**32, 2**32, 4, 1]


def negative(model):
    weight(model).dims[:] = [-8, -4, 32, 32]


def many_maps(model):
    """More outputs than the weight has: a wish for memory."""
    model.graph.output[0].type.tensor_type.shape.dim[1].dim_value = 10**9


def padded(model):
    attribute(model, "Conv", "pads").ints[:] = [10**6] * 4


def padded_photo(model):
    own = next(own for own in model.graph.initializer if own.name == "pixels.pads")
    own.CopyFrom(numpy_helper.from_array(np.array([0, 0, 0, 0, 0, 10**6, 10**6, 1]), own.name))


def other_input(model):
    model.graph.input[0].name = "photo"
    node(model, "Pad").input[0] = "photo"


def other_type(model):
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.FLOAT


def other_side(model):
    model.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 4096


def second_input(model):
    model.graph.input.append(helper.make_tensor_value_info("more", TensorProto.FLOAT, ["N", 3]))


def fixed_batch(model):
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1


def wrong_kernel(model):
    attribute(model, "Conv", "kernel_shape").ints[:] = [3, 3]


def packed(model):
    """An attribute that says it is one thing and holds another."""
    attribute(model, "Conv", "group").type = onnx.AttributeProto.FLOAT


FAULTS = {
    "external data inside": (lambda m: external(m, "weights.bin"), "external data"),
    "external data outside": (lambda m: external(m, "../../etc/passwd"), "external data"),
    "another operator": (loop, "an attribute has a sub-graph|operator 'Loop'"),
    "a harmless operator": (lambda m: in_the_middle(m, "Sigmoid"), "operator 'Sigmoid'"),
    "a domain": (
        lambda m: setattr(node(m, "Conv"), "domain", "com.microsoft"),
        "domain of its own",
    ),
    "another domain's set": (
        lambda m: m.opset_import.append(helper.make_opsetid("com.microsoft", 1)),
        "com.microsoft 1",
    ),
    "another set": (lambda m: setattr(m.opset_import[0], "version", 21), "ai.onnx 21, expected"),
    "a sub-graph": (hidden_body, "sub-graph"),
    "a function": (function, "functions"),
    "metadata": (lambda m: m.metadata_props.add(key="a", value="b"), "metadata"),
    "NaN": (not_finite, "'conv.in0.scale': some numbers are not finite"),
    "a scale of 0": (zero_scale, "a scale that is not above 0"),
    "declared huge": (huge, "1099511627776 x 4 x 32 x 32 means"),
    "dims that overflow": (overflowing, "4294967296 x 4294967296 x 4 x 1 means"),
    "negative dims": (negative, "-8 x -4 x 32 x 32 means"),
    "outputs declared huge": (many_maps, "outputs are declared as features"),
    "huge padding": (padded, "an impossible window"),
    "a huge photo": (padded_photo, "Pad 'pixels.four' does not fit"),
    "another input": (other_input, r"inputs: photo uint8 \[N x 224 x 224 x 3\]"),
    "another type": (other_type, "inputs: pixels float32"),
    "another size": (other_side, "N x 4096 x 224 x 3"),
    "two inputs": (second_input, r"more float32 \[N x 3\], expected"),
    "a fixed batch": (fixed_batch, "1 x 224 x 224 x 3"),
    "a kernel that does not fit": (wrong_kernel, "Conv 'conv' does not fit: weight"),
    "an attribute of two kinds": (packed, "'group'"),
    "no graph": (lambda m: m.ClearField("graph"), "the model has no graph"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_graph_with_a_fault_is_refused_in_one_line(fault, tmp_path):
    change, words = FAULTS[fault]
    model = tiny_graph()
    change(model)
    path = tmp_path / GRAPH_FILE
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ValueError, match=words) as refusal:
        check_graph(map_graph_file(path), str(path))
    assert str(refusal.value).startswith(f"{path}: ")
    assert "\n" not in str(refusal.value)


def test_weights_that_are_not_finite_are_refused_in_every_float():
    for precision in ("float32", "float16"):
        model = tiny_graph(precision)
        own = next(own for own in model.graph.initializer if own.name == "conv.weight")
        values = numpy_helper.to_array(own).copy()
        values[3, 2, 1, 0] = np.inf
        own.CopyFrom(numpy_helper.from_array(values, own.name))
        with pytest.raises(ValueError, match=r"'conv.weight': some numbers are not finite"):
            check_graph(model.SerializeToString(), "x")


def test_a_file_that_is_cut_anywhere_is_refused():
    data = tiny_graph().SerializeToString()
    for end in [*range(0, 300, 7), *range(300, len(data), 4001), len(data) - 1]:
        with pytest.raises(ValueError, match="not an ONNX graph that potholes compiled"):
            check_graph(data[:end], "x")


def test_bytes_changed_anywhere_are_refused_or_harmless():
    """There is no other exception than the one line, whatever the bytes."""
    data, draw = tiny_graph().SerializeToString(), np.random.default_rng(0)
    first = data[: data.index(b"conv.weight.int")]  # what follows is mostly weights
    refusals = []
    for place, byte in zip(draw.integers(len(first), size=400), draw.bytes(400), strict=True):
        changed = bytearray(data)
        changed[place] = byte
        try:
            check_graph(bytes(changed), "x")
        except ValueError as fault:
            refusals.append(str(fault))
    assert len(refusals) > 100
    assert all(re.fullmatch("x: .*not an ONNX graph that potholes.*", own) for own in refusals)


def test_a_doubled_field_is_refused():
    """Readers take the first or the last of two: ONNX Runtime could see another graph than we."""
    data = tiny_graph().SerializeToString()
    with pytest.raises(ValueError, match="twice"):
        check_graph(data + data, "x")


def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(graph_check, "LARGEST_FILE", 1000)
    path = tmp_path / GRAPH_FILE
    path.write_bytes(bytes(1001))
    monkeypatch.setattr(graph_check, "mmap", lambda *_, **__: pytest.fail("was read"))
    with pytest.raises(ValueError, match=r"1,001 bytes, expected 1 to 1,000"):
        map_graph_file(path)


def test_a_chain_that_would_work_for_hours_is_refused(monkeypatch):
    monkeypatch.setattr(graph_check, "LARGEST_WORK", 7 * 7 * WIDTH * 4 * 32 * 32 - 1)
    data = tiny_graph().SerializeToString()
    with pytest.raises(ValueError, match=r"1,605,632 multiply-accumulates"):
        check_graph(data, "x")


def test_features_that_are_not_finite_are_no_answer():
    """Finite weights can still overflow."""
    model = tiny_graph("float32")
    own = next(own for own in model.graph.initializer if own.name == "conv.weight")
    full = np.full_like(numpy_helper.to_array(own), 3e38)
    own.CopyFrom(numpy_helper.from_array(full, own.name))
    loaded = load_engine(model.SerializeToString(), device="cpu", precision="float32")
    with pytest.raises(ValueError, match="features are not finite"):
        loaded.features(pink_noise(1, seed=0))
