"""`models/backbones/NAME/backbone.json`: facts of a compiled backbone."""

from dataclasses import dataclass
from pathlib import Path

from potholes.files.documents import read_document, write_document

GRAPH_FILE = "backbone.onnx"
FACTS_FILE = "backbone.json"
ARCHITECTURE_FILE = "architecture.txt"


@dataclass(frozen=True)
class CompiledFacts:
    """What a compiled backbone is and how far its features are from torch's in float32."""

    backbone: str
    precision: str  # int8, float32 or float16
    features: int  # D
    layers: int  # convolutions, plus one for the head
    parameters: int  # frozen ones
    multiply_accumulates: int  # of one photo's forward pass
    bytes: int  # of backbone.onnx
    sha256: str  # of backbone.onnx
    relative_error: float  # |features - torch's| / |torch's|, L2 over the check pictures
    largest_error: float  # largest |difference| / largest |feature|


def write_compiled(folder: Path, facts: CompiledFacts) -> None:
    """Write `folder/backbone.json`."""
    write_document(folder / FACTS_FILE, facts)


def read_compiled(folder: Path) -> CompiledFacts:
    """What write_compiled wrote."""
    return read_document(folder / FACTS_FILE, CompiledFacts)
