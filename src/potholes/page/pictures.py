"""Pictures as the page holds them: small files inside it, as data URIs."""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from potholes.figures.drawing import data_uri
from potholes.files.png import read_png
from potholes.page.inputs import Inputs

_QUALITY = 72  # of JPEG; about 12 kB a photo


@dataclass(frozen=True)
class Plain:
    """A picture with a title, a note and the name of its file; no answer to be right or wrong."""

    picture: str  # data URI
    title: str
    note: str
    name: str


class Pictures:
    """Pictures as data URIs: those of the stage explain, else JPEGs of the standardised ones."""

    def __init__(self, inputs: Inputs) -> None:
        self.explained, self.folder = inputs.explained, inputs.explained_in
        self.paths = {one.sample_id: inputs.standardised / one.path for one in inputs.samples}

    def uri(self, sample_id: str) -> str:
        """Raises ValueError for a photo that the manifest does not know."""
        if sample_id in self.explained:
            return _webp(self.folder / self.explained[sample_id].thumbnail)
        if sample_id not in self.paths:
            raise ValueError(f"{sample_id}: not in the manifest; run `dvc repro` to regenerate it")
        return jpeg(read_png(self.paths[sample_id]))

    def overlay(self, sample_id: str) -> str:
        """Empty for a photo that was not explained."""
        row = self.explained.get(sample_id)
        return _webp(self.folder / row.overlay) if row else ""


def jpeg(pixels: NDArray[np.uint8]) -> str:
    """A data URI of uint8 [H, W, 3]."""
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "JPEG", quality=_QUALITY)
    return data_uri("jpeg", data.getvalue())


def _webp(path: Path) -> str:
    return data_uri("webp", path.read_bytes())
