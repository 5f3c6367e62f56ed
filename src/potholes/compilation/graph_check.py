"""Whether a graph is one that the compiler could have written, asked before anything runs it.

A model folder from elsewhere is data. A graph of the compiler's operators alone, whose shapes fit,
whose numbers are finite and whose work is bounded, can do nothing but turn pixels into features.
"""

from math import prod
from mmap import ACCESS_READ, mmap
from pathlib import Path

import numpy as np

from potholes.compilation.onnx_reader import Constant, Graph, Node, Port, read_graph
from potholes.compilation.operators import (
    FEATURES,
    IR_VERSION,
    MAP_SIDE,
    MAPS,
    OPERATORS,
    OPSET,
    OPTIONAL,
    PIXELS,
)
from potholes.compilation.shapes import FLOAT, FLOATS, RULES, TYPES, UINT8, N, Tensor
from potholes.files.checksum import check_size
from potholes.files.png import SIDE

LARGEST_FILE = 600_000_000  # bytes; wide_resnet101_2 in float32 has 500 million
LARGEST_MAPS = 4_000_000  # numbers of one photo after any node; ResNets have 0.8 million
LARGEST_WORK = 50 * 10**9  # multiply-accumulates of one photo; wide_resnet101_2 has 23 * 10**9


def map_graph_file(path: Path) -> memoryview:
    """The bytes of a graph's file, for `check_graph`; pages are read when they are looked at.

    Raises ValueError naming `path` where it is missing, empty or too large.
    """
    if not path.exists():
        raise ValueError(f"{path}: not found; run `dvc checkout` or `dvc repro` to have it again")
    check_size(path, LARGEST_FILE)
    with path.open("rb") as file:
        return memoryview(mmap(file.fileno(), 0, access=ACCESS_READ))


def check_graph(data: bytes | memoryview, name: str) -> int:
    """D, the number of features of the graph in `data`; nothing that it asks for is allocated.

    Raises ValueError in one line, naming the graph `name` and its fault, where it is no compiled
    backbone.
    """
    try:
        graph = read_graph(data)
        _check_frame(graph)
        tensors = {own.name: _tensor(own) for own in graph.constants}
        tensors[PIXELS] = Tensor(UINT8, (N, SIDE, SIDE, 3))
        if len(tensors) <= len(graph.constants):
            raise ValueError("two constants have one name")
        work = sum(_run(node, tensors) for node in graph.nodes)
        if work > LARGEST_WORK:
            raise ValueError(f"{work:,} multiply-accumulates, expected at most {LARGEST_WORK:,}")
        return _width(graph.outputs, tensors)
    except ValueError as fault:
        raise ValueError(
            f"{name}: {fault}; not an ONNX graph that potholes compiled, so it is not loaded"
        ) from None


def _check_frame(graph: Graph) -> None:
    if graph.ir_version != IR_VERSION or graph.opsets != (("", OPSET),):
        sets = ", ".join(f"{domain or 'ai.onnx'} {version}" for domain, version in graph.opsets)
        raise ValueError(
            f"IR version {graph.ir_version} and operator sets {sets or 'none'}, "
            f"expected {IR_VERSION} and ai.onnx {OPSET}"
        )
    expected = (Port(PIXELS, UINT8, (N, SIDE, SIDE, 3)),)
    if graph.inputs != expected:
        raise ValueError(f"inputs: {_ports(graph.inputs)}, expected {_ports(expected)}")


def _tensor(own: Constant) -> Tensor:
    if own.type not in TYPES:
        raise ValueError(f"constant {own.name!r}: type {own.type}, which potholes never writes")
    dtype = np.dtype(TYPES[own.type])
    declared = prod(own.shape) * dtype.itemsize
    if min(own.shape, default=1) < 1 or declared != len(own.data):
        raise ValueError(
            f"constant {own.name!r}: shape {_shape(own.shape)} means {declared:,} bytes, "
            f"but it has {len(own.data):,}"
        )
    value = np.frombuffer(own.data, dtype).reshape(own.shape)
    if own.type in FLOATS and not np.isfinite(value).all():
        raise ValueError(f"constant {own.name!r}: some numbers are not finite")
    return Tensor(own.type, own.shape, value)


def _run(node: Node, tensors: dict[str, Tensor]) -> int:
    """Put what `node` makes among `tensors`; its multiply-accumulates of one photo."""
    if node.operator not in OPERATORS:
        raise ValueError(f"operator {node.operator!r}, which potholes never writes")
    label = f"{node.operator} {', '.join(node.outputs)!r}"
    unknown = [name for name in node.inputs if name not in tensors]
    rule, count = RULES[node.operator]
    if unknown:
        raise ValueError(f"{label}: no input {unknown[0]!r}")
    if len(node.outputs) != 1 or node.outputs[0] in tensors or len(node.inputs) != count:
        raise ValueError(f"{label}: expected {count} inputs and one output of a new name")
    _check_attributes(node, label)
    inputs = [tensors[name] for name in node.inputs]
    try:
        made = rule(inputs, node.attributes)
    except ValueError as fault:
        raise ValueError(f"{label} does not fit: {fault}") from None
    photo = [1 if side == N else side for side in made.shape]
    if min(photo) < 1 or (made.shape[:1] == (N,) and prod(photo) > LARGEST_MAPS):
        raise ValueError(f"{label} makes maps of {_shape(made.shape)}")
    tensors[node.outputs[0]] = made
    return prod(photo[2:]) * prod(inputs[1].shape) if node.operator == "Conv" else 0


def _check_attributes(node: Node, label: str) -> None:
    known = OPERATORS[node.operator]
    for name in sorted(known.keys() ^ node.attributes.keys()):
        if name not in known or name not in OPTIONAL:
            state = "missing" if name in known else "unknown"
            raise ValueError(f"{label}: attribute {name!r} is {state}")
    for name, value in node.attributes.items():
        kind = known[name]
        right = len(value) == kind if isinstance(value, tuple) else type(value) is kind
        if not right:
            raise ValueError(f"{label}: attribute {name} is {value!r:.60}")


def _width(outputs: tuple[Port, ...], tensors: dict[str, Tensor]) -> int:
    """D of the outputs, features [N, D] and maps [N, D, 7, 7], if they are computed as declared."""
    width = outputs[0].shape[-1] if outputs and outputs[0].shape else 0
    expected = (
        Port(FEATURES, FLOAT, (N, width)),
        Port(MAPS, FLOAT, (N, width, MAP_SIDE, MAP_SIDE)),
    )
    made = [Port(p.name, tensors[p.name].type, tensors[p.name].shape)
            for p in expected if p.name in tensors]  # fmt: skip
    for found, how in ((outputs, "declared"), (tuple(made), "computed")):
        if found != expected:
            raise ValueError(f"outputs are {how} as {_ports(found)}, expected {_ports(expected)}")
    return width


def _ports(ports: tuple[Port, ...]) -> str:
    told = [
        f"{port.name} {np.dtype(TYPES[port.type]) if port.type in TYPES else port.type} "
        f"[{_shape(port.shape)}]"
        for port in ports
    ]
    return ", ".join(told) or "none"


def _shape(shape: tuple[int, ...]) -> str:
    return " x ".join("N" if side == N else str(side) for side in shape) or "1"
