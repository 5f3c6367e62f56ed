"""An ONNX file's bytes to nodes and constants. (To import onnx takes longer than to load a model.)

It reads the fields that `graph` writes and no other: what is unknown, doubled, cut or of another
kind is a fault. So nothing that ONNX Runtime would find in the file is overlooked. Nothing is
copied: a constant is a view of the file's bytes.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

_VARINT, _BYTES = 0, 2  # protobuf's wire types that ONNX graphs need
_INT64 = 1 << 63


@dataclass(frozen=True)
class Node:
    """An operator with its inputs, outputs and attributes (an int, ints or text) by name."""

    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Any]


@dataclass(frozen=True)
class Constant:
    """A tensor in the file: ONNX's number of its type, its shape and its raw bytes."""

    name: str
    type: int
    shape: tuple[int, ...]
    data: memoryview


@dataclass(frozen=True)
class Port:
    """An input or output of the graph; a side that has a name instead of a number is -1."""

    name: str
    type: int
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Graph:
    """Everything in a file that may be there."""

    ir_version: int
    opsets: tuple[tuple[str, int], ...]
    nodes: tuple[Node, ...]
    constants: tuple[Constant, ...]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]


class _Field:
    def __init__(self, name: str, kind: Any, repeated: bool = False) -> None:
        self.name, self.kind, self.repeated = name, kind, repeated  # kind: int, str, … or _Message
        self.wire = _VARINT if kind is int else _BYTES


class _Message(NamedTuple):
    """A message's name in complaints, its fields, and what some others would mean."""

    name: str
    fields: dict[int, _Field]
    foreign: dict[int, str] = {}  # noqa: RUF012


_KINDS = {2: "i", 3: "s", 7: "ints"}  # an attribute's type: the field that has its value
# numbers as in onnx.proto
_ATTRIBUTE = _Message(
    "an attribute",
    {
        1: _Field("name", str),
        3: _Field("i", int),
        4: _Field("s", str),
        8: _Field("ints", int, True),
        20: _Field("type", int),
    },
    {5: "a tensor", 6: "a sub-graph", 11: "sub-graphs", 21: "a reference to a function"},
)
_NODE = _Message(
    "a node",
    {
        1: _Field("inputs", str, True),
        2: _Field("outputs", str, True),
        3: _Field("name", str),
        4: _Field("operator", str),
        5: _Field("attributes", _ATTRIBUTE, True),
    },
    {7: "an operator domain of its own", 9: "metadata"},
)
_CONSTANT = _Message(
    "a constant",
    {
        1: _Field("dims", int, True),
        2: _Field("type", int),
        8: _Field("name", str),
        9: _Field("data", memoryview),
    },
    {13: "external data (weights in another file)", 14: "external data (weights in another file)"},
)
_DIMENSION = _Message("a dimension", {1: _Field("value", int), 2: _Field("free", str)})
_SHAPE = _Message("a shape", {1: _Field("dims", _DIMENSION, True)})
_TENSOR_TYPE = _Message("a type", {1: _Field("type", int), 2: _Field("shape", _SHAPE)})
_TYPE = _Message("a type", {1: _Field("tensor", _TENSOR_TYPE)})
_PORT = _Message("an input or output", {1: _Field("name", str), 2: _Field("type", _TYPE)})
_GRAPH = _Message(
    "the graph",
    {
        1: _Field("nodes", _NODE, True),
        2: _Field("name", str),
        5: _Field("constants", _CONSTANT, True),
        11: _Field("inputs", _PORT, True),
        12: _Field("outputs", _PORT, True),
    },
    {15: "sparse constants"},
)
_OPSET = _Message("an operator set", {1: _Field("domain", str), 2: _Field("version", int)})
_MODEL = _Message(
    "the model",
    {
        1: _Field("ir_version", int),
        2: _Field("producer", str),
        7: _Field("graph", _GRAPH),
        8: _Field("opsets", _OPSET, True),
    },
    {14: "metadata", 20: "training information", 25: "functions"},
)


def read_graph(data: bytes | memoryview) -> Graph:
    """The graph in the bytes of an ONNX file.

    Raises ValueError with the fault alone where it is no ONNX file, or has what no compiled
    backbone has.
    """
    model = _read(memoryview(data), _MODEL)
    graph = _required(model, "graph", _MODEL)
    return Graph(
        ir_version=model.get("ir_version", 0),
        opsets=tuple((own.get("domain", ""), own.get("version", 0)) for own in model["opsets"]),
        nodes=tuple(_node(own) for own in graph["nodes"]),
        constants=tuple(_constant(own) for own in graph["constants"]),
        inputs=tuple(_port(own) for own in graph["inputs"]),
        outputs=tuple(_port(own) for own in graph["outputs"]),
    )


def _node(node: dict[str, Any]) -> Node:
    attributes: dict[str, Any] = {}
    for own in node["attributes"]:
        name, kind = _required(own, "name", _ATTRIBUTE), _KINDS.get(own.get("type", 0))
        filled = {key for key in ("i", "s", "ints") if own.get(key, []) != []}
        if name in attributes or kind is None or filled != {kind}:
            raise ValueError(f"the attribute {name!r} is no int, ints or text, or is there twice")
        attributes[name] = tuple(own["ints"]) if kind == "ints" else own[kind]
    operator = _required(node, "operator", _NODE)
    return Node(operator, tuple(node["inputs"]), tuple(node["outputs"]), attributes)


def _constant(own: dict[str, Any]) -> Constant:
    name, data = _required(own, "name", _CONSTANT), _required(own, "data", _CONSTANT)
    return Constant(name, own.get("type", 0), tuple(own["dims"]), data)


def _port(own: dict[str, Any]) -> Port:
    tensor = _required(_required(own, "type", _PORT), "tensor", _TYPE)
    shape = _required(tensor, "shape", _TENSOR_TYPE)
    sides = tuple(side.get("value", -1) for side in shape["dims"])
    return Port(_required(own, "name", _PORT), tensor.get("type", 0), sides)


def _required(message: dict[str, Any], name: str, kind: _Message) -> Any:
    if name not in message:
        raise ValueError(f"{kind.name} has no {name}")
    return message[name]


def _read(data: memoryview, kind: _Message) -> dict[str, Any]:
    """The fields of a message by name; a repeated one is a list, if empty, too."""
    found: dict[str, Any] = {field.name: [] for field in kind.fields.values() if field.repeated}
    at, end = 0, len(data)
    while at < end:
        key, at = _varint(data, at)
        value: Any
        value, at = _varint(data, at)
        field = kind.fields.get(key >> 3)
        if field is None:
            what = kind.foreign.get(key >> 3, f"field {key >> 3}, which potholes does not write")
            raise ValueError(f"{kind.name} has {what}")
        if key & 7 != field.wire:
            raise ValueError(f"{kind.name}: {field.name} is of another kind")
        if field.wire == _BYTES:
            start, at = at, at + value
            if not start <= at <= end:
                raise ValueError(f"cut or damaged ({kind.name})")
            value = _content(data[start:at], field, kind)
        if field.repeated:
            found[field.name].append(value)
        elif field.name in found:
            raise ValueError(f"{kind.name} has {field.name} twice")
        else:
            found[field.name] = value
    return found


def _content(data: memoryview, field: _Field, kind: _Message) -> Any:
    if isinstance(field.kind, _Message):
        return _read(data, field.kind)
    if field.kind is memoryview:
        return data
    try:
        return str(data, "utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{kind.name}: {field.name} is not UTF-8") from None


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    """The signed 64-bit integer that begins at `at`, and where it ends."""
    value, shift, end = 0, 0, len(data)
    while at < end and shift < 70:
        byte = data[at]
        at += 1
        if byte < 0x80:
            value |= byte << shift
            return value if value < _INT64 else value - 2 * _INT64, at
        value |= (byte & 0x7F) << shift
        shift += 7
    raise ValueError("cut or damaged")
