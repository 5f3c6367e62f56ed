"""Small generated photos, as bytes and as labelled folders."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from potholes.params import ImageParams, SplitParams
from potholes.params_file import load_params

_PARAMS = load_params(Path(__file__).parents[1] / "params.yaml")


def image_params(**changes: Any) -> ImageParams:
    return ImageParams.model_validate(_PARAMS.image.model_dump() | changes)


def split_params(**changes: Any) -> SplitParams:
    return SplitParams.model_validate(_PARAMS.split.model_dump() | changes)


def scene(seed: int, width: int = 64, height: int = 48) -> Image.Image:
    """Soft random blotches: unlike for any two seeds, also to a perceptual hash."""
    blotches = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(blotches).resize((width, height), Image.Resampling.BICUBIC)


def encoded(image: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def write_labelled(root: Path, counts: dict[str, int], *, first_seed: int = 0) -> None:
    """`root/<class>/<number>.png`, all of them different."""
    seed = first_seed
    for name, count in counts.items():
        (root / name).mkdir(parents=True)
        for number in range(count):
            (root / name / f"{number:02d}.png").write_bytes(encoded(scene(seed), "PNG"))
            seed += 1
