"""What a JPEG's own bytes tell: whether a part is missing, and with which quality it was saved."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

# ITU-T T.81, table K.1: the luminance table from which the IJG's quality scale is derived.
_LUMINANCE = """
16 11 10 16 24 40 51 61 12 12 14 19 26 58 60 55 14 13 16 24 40 57 69 56 14 17 22 29 51 87 80 62
18 22 37 56 68 109 103 77 24 35 55 64 81 104 113 92 49 64 78 87 103 121 120 101 72 92 95 98 112
100 103 99
"""

_SCAN, _END = 0xDA, 0xD9
_SEQUENTIAL = frozenset({0xC0, 0xC1})  # frames with Huffman codes that may come in a single scan
_FRAMES = _SEQUENTIAL | {0xC2, 0xC9, 0xCA}  # and progressive, and the same in arithmetic codes
_COEFFICIENTS = 64  # a block
# Eight pixel bytes, all bits 1, which begin no Huffman code: as much as libjpeg reads ahead.
_AHEAD = b"\xff\x00" * 8
# A single FF, though a marker may have several: a literal first byte lets `re` skip ahead to it.
_MARKER = re.compile(rb"\xff([^\x00\xff])")
# Inside a scan, FF 00 is a pixel byte and FF D0..D7 a restart: neither ends it.
_SCAN_STOP = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")


@dataclass(frozen=True)
class _Outline:
    """The segments of a JPEG that say what its scans hold, less marker and length."""

    frame: int  # the marker; 0 where there is none of _FRAMES (lossless, hierarchical)
    components: bytes  # their ids; empty without a frame
    scans: list[bytes]
    end: int | None  # where the marker is that ends the picture


def strict(data: bytes) -> bytes | None:
    """The JPEG `data` in a form that Pillow fails to decode where a part of the picture is missing.

    None where the missing part shows at once: no end marker, or a scan too few.

    libjpeg fills with grey what is missing before the end marker, and says nothing. Without the
    marker it waits for more bytes, and Pillow fails. So a picture in one scan loses its marker,
    which changes no pixel of a whole one. Not seen: up to two blocks of 8 x 8 pixels missing at
    the very end, and, in a picture of several scans (progressive), a cut inside the last one,
    which holds the last bit of fine detail.
    """
    outline = _read_outline(data)
    if outline.end is None or not _is_covered(outline):
        return None
    if outline.frame in _SEQUENTIAL and len(outline.scans) == 1:
        return data[: outline.end] + _AHEAD
    return data


def _read_outline(data: bytes) -> _Outline:
    frame, components, scans = 0, b"", []
    marker = _MARKER.search(data, 2)
    while marker and (kind := marker[1][0]) != _END:
        end = marker.end() + int.from_bytes(data[marker.end() : marker.end() + 2])
        segment = data[marker.end() + 2 : end]
        if kind == _SCAN:
            scans.append(segment)
        elif kind in _FRAMES:
            frame, components = kind, segment[6::3]
        search = _SCAN_STOP.search if kind == _SCAN else _MARKER.search
        marker = search(data, end)
    return _Outline(frame, components, scans, marker.start() if marker else None)


def _is_covered(outline: _Outline) -> bool:
    """Whether the scans bring every coefficient of every component to its last bit."""
    missing = {(name, k) for name in outline.components for k in range(_COEFFICIENTS)}
    for scan in outline.scans:
        names, (first, last, bits) = scan[1:-3:2], scan[-3:]
        if bits & 15 == 0:  # the low half says how many bits are left for later scans
            missing -= {(name, k) for name in names for k in range(first, last + 1)}
    return not missing


def jpeg_quality(tables: Mapping[int, Sequence[int]]) -> int | None:
    """The quality 1..100 on the IJG scale (libjpeg's) whose luminance table is the closest.

    `tables` are Pillow's `image.quantization`, row by row. Cameras and Photoshop have tables of
    their own: for those it is an estimate. None where there is no table of 64 entries.
    """
    table = np.array(tables.get(0, ()), dtype=np.int64)
    if table.shape != (64,):
        return None
    return int(np.abs(_ijg_tables() - table).sum(axis=1).argmin()) + 1


@cache
def _ijg_tables() -> NDArray[np.int64]:
    """Luminance tables of quality 1..100, [100, 64], as libjpeg's jcparam.c scales them."""
    base = np.array(_LUMINANCE.split(), dtype=np.int64)
    quality = np.arange(1, 101)
    percent = np.where(quality < 50, 5000 // quality, 200 - 2 * quality)
    return np.clip((base * percent[:, None] + 50) // 100, 1, 255)
