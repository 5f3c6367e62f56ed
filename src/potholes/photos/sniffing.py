"""Which picture format a file holds, by its first bytes and never by its name."""

from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

# Pillow's classes are called directly: Image.open warns and fails by a process-wide pixel limit,
# while ours is a parameter, and it would try formats that we do not want.
READERS: dict[str, type[ImageFile]] = {
    "BMP": BmpImageFile,
    "GIF": GifImageFile,
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "TIFF": TiffImageFile,
    "WEBP": WebPImageFile,
}

_STARTS = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"II+\x00": "TIFF",
    b"MM\x00+": "TIFF",
}
_FOREIGN = {
    b"\xff\x0a": "JPEG XL",
    b"\x00\x00\x00\x0cJXL ": "JPEG XL",
    b"\x00\x00\x00\x0cjP  ": "JPEG 2000",
    b"8BPS": "Photoshop",
    b"%!PS": "PostScript",
    b"%PDF": "PDF",
}
_FTYP_BRANDS = {
    b"avif": "AVIF",
    b"avis": "AVIF",
    b"heic": "HEIC",
    b"heix": "HEIC",
    b"hevc": "HEIC",
    b"heim": "HEIC",
    b"heis": "HEIC",
    b"mif1": "HEIC",
    b"msf1": "HEIC",
}


class BadImage(ValueError):
    """A file that is no usable photo; the message is the reason alone, without a path."""


def sniff(data: bytes) -> str:
    """The key of READERS that fits `data`; raises BadImage saying what the file is instead."""
    for start, name in _STARTS.items():
        if data.startswith(start):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    raise BadImage(_complaint(data))


def _complaint(data: bytes) -> str:
    if not data:
        return "empty file"
    foreign = next((name for start, name in _FOREIGN.items() if data.startswith(start)), None)
    if data[4:8] == b"ftyp":
        foreign = _FTYP_BRANDS.get(data[8:12], "video")
    if foreign:
        return f"{foreign} is not supported; convert it to JPEG"
    if data.lstrip().startswith((b"<!", b"<?", b"<html", b"<HTML", b"<svg")):
        return "a web page or SVG, not a photo; download the photo itself"
    return f"not a photo (expected {', '.join(READERS)}); remove or convert it"
