"""The page to label photos on: one file with thumbnails inside and nothing from a network."""

import base64
import hashlib
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from PIL import Image

from potholes.figures.palette import DARK, LIGHT, variables
from potholes.files.documents import to_json
from potholes.files.rows import as_written
from potholes.page.building import policy
from potholes.params import ImageParams
from potholes.photos.decoding import decode_upright
from potholes.review.tables import LABEL_COLUMNS

PAGE_BYTES = 12_000_000  # that all thumbnails of a page may have together, as base64
LARGEST = 120_000  # bytes of one thumbnail
SIDES = (720, 560, 420, 320, 240, 160, 96)  # of a thumbnail, longest first
_QUALITY = 78
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Shown:
    """A photo on the page: its path inside the source folder, and what the model said."""

    path: str
    sha256: str  # of the file's bytes
    predicted: str
    probability: float  # of `predicted`
    picture: str  # data URI


def thumbnail(data: bytes, image: ImageParams, *, most: int) -> bytes:
    """The whole photo in `data`, upright, as a WebP of at most `most` bytes where any size fits.

    The longest side is the largest of SIDES that does; the smallest one is taken in any case.
    """
    whole = decode_upright(data, image, at_least=SIDES[0]).image
    made = b""
    for side in SIDES:
        small = whole.copy()
        small.thumbnail((side, side), Image.Resampling.LANCZOS)
        file = io.BytesIO()
        small.save(file, "WEBP", quality=_QUALITY, method=4)
        made = file.getvalue()
        if len(made) <= most:
            break
    return made


def picture(data: bytes, image: ImageParams, *, photos: int) -> str:
    """The thumbnail of the photo in `data` as a data URI, its share of a page of `photos`."""
    most = min(LARGEST, PAGE_BYTES * 3 // 4 // photos)  # base64 makes 4 bytes of 3
    encoded = base64.b64encode(thumbnail(data, image, most=most)).decode()
    return f"data:image/webp;base64,{encoded}"


def build_label_page(photos: Sequence[Shown], classes: Sequence[str], model: str) -> str:
    """The page as HTML; `model` is the sha256 of its classifier.json.

    What comes from outside (names of files and classes) is in a block of JSON, escaped, and the
    script puts it on the page as text. The labels are kept in the browser under that JSON's sha256.
    """
    shown = [asdict(photo) | {"probability": as_written(photo.probability)} for photo in photos]
    data = {"classes": list(classes), "columns": LABEL_COLUMNS, "model": model, "photos": shown}
    data["id"] = hashlib.sha256(to_json(data).encode()).hexdigest()[:32]
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    style = environment.get_template("review.css").render(
        light=variables(LIGHT), dark=variables(DARK)
    )
    script = (_TEMPLATES / "review.js").read_text(encoding="utf-8")
    return environment.get_template("review.html").render(
        style=style,
        script=script,
        policy=policy(style, script),
        count=len(photos),
        data=data,
    )


def write_label_page(path: Path, html: str) -> None:
    """Write it in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    partial.write_bytes(html.encode())
    partial.replace(path)
