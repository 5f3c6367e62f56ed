"""Standardised pictures on disk: RGB PNGs of 224 x 224, stored uncompressed.

Features are read from them once for each backbone, so reading must cost far less than a forward
pass. `docs/decisions/0002-pictures-as-png.md` has the measurements.
"""

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIDE = 224  # pixels, the input of the ImageNet ResNets

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)  # 8 bits, RGB, not interlaced
_CURE = "run `dvc checkout` to restore it"


def write_png(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Write `pixels` [224, 224, 3] as a PNG without filters and compression (147 kB)."""
    assert pixels.shape == (SIDE, SIDE, 3), pixels.shape
    assert pixels.dtype == np.uint8, pixels.dtype
    rows = np.zeros((SIDE, 1 + SIDE * 3), np.uint8)  # each row begins with its filter: 0, none
    rows[:, 1:] = pixels.reshape(SIDE, SIDE * 3)
    body = zlib.compress(rows.tobytes(), level=0)
    chunks = _chunk(b"IHDR", _HEADER) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")
    path.write_bytes(_SIGNATURE + chunks)


def read_png(path: Path) -> NDArray[np.uint8]:
    """The pixels [224, 224, 3] of an RGB PNG of 224 x 224.

    Raises ValueError naming the file where it is missing, damaged or another kind of picture.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ValueError(f"{path}: not found; {_CURE}") from None
    try:
        header, body = _split_chunks(data)
        if header != _HEADER:
            raise ValueError(f"not an RGB PNG of {SIDE} x {SIDE}")
        rows = np.frombuffer(zlib.decompress(body), np.uint8).reshape(SIDE, 1 + SIDE * 3)
    except (ValueError, zlib.error, struct.error) as error:
        raise ValueError(
            f"{path}: damaged or not written by this project ({error}); {_CURE}"
        ) from None
    if rows[:, 0].any():
        return _read_filtered(path)
    return np.ascontiguousarray(rows[:, 1:]).reshape(SIDE, SIDE, 3)


def _split_chunks(data: bytes) -> tuple[bytes, bytes]:
    """The header's and the joined data chunks' contents; every checksum is compared."""
    if not data.startswith(_SIGNATURE):
        raise ValueError("not a PNG")
    header, kind, offset = b"", b"", len(_SIGNATURE)
    body: list[memoryview] = []
    view = memoryview(data)
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, offset)
        content = view[offset + 8 : offset + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, offset + 8 + length)
        if zlib.crc32(view[offset + 4 : offset + 8 + length]) != checksum:
            raise ValueError("wrong checksum")
        if kind == b"IHDR":
            header = bytes(content)
        elif kind == b"IDAT":
            body.append(content)
        offset += length + 12
    return header, b"".join(body)


def _read_filtered(path: Path) -> NDArray[np.uint8]:
    """The pixels of a PNG that another program wrote, with row filters."""
    from PIL import Image

    with Image.open(path, formats=["PNG"]) as image:
        return np.array(image)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
