"""`models/weights/NAME/`: a backbone's weights and where they come from."""

from dataclasses import dataclass
from pathlib import Path

from potholes.files.documents import read_document, write_document

ORIGIN_FILE = "origin.json"
WEIGHTS_FILE = "weights.safetensors"
ORIGINS = ("imagenet", "folder", "random")  # kinds; the last is a stand-in


@dataclass(frozen=True)
class Origin:
    """Where weights come from."""

    kind: str  # one of ORIGINS
    detail: str  # a sentence for people: file name, or what the stand-in is and why
    sha256: str  # of the file they were read from; empty for the stand-in

    @property
    def is_stand_in(self) -> bool:
        """True for weights that were drawn at random rather than trained."""
        return self.kind == "random"


def write_origin(folder: Path, origin: Origin) -> None:
    """Write `folder/origin.json`."""
    write_document(folder / ORIGIN_FILE, origin)


def read_origin(folder: Path) -> Origin:
    """What write_origin wrote."""
    return read_document(folder / ORIGIN_FILE, Origin)
