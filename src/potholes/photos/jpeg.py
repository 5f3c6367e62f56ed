"""What a JPEG's own bytes tell: whether its end is there, and with which quality it was saved."""

import re
from collections.abc import Mapping, Sequence
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
# A single FF, though a marker may have several: a literal first byte lets `re` skip ahead to it.
_MARKER = re.compile(rb"\xff([^\x00\xff])")
# Inside a scan, FF 00 is a pixel byte and FF D0..D7 a restart: neither ends it.
_SCAN_STOP = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")


def has_end(data: bytes) -> bool:
    """Whether the marker that ends a JPEG's picture is there (bytes may follow it).

    libjpeg needs it not: where a file was cut off, its last rows come out grey, or, a byte or two
    short, all of them are there but nobody can tell.
    """
    marker = _MARKER.search(data, 2)
    while marker and marker[1][0] != _END:
        place = marker.end() + int.from_bytes(data[marker.end() : marker.end() + 2])
        search = _SCAN_STOP.search if marker[1][0] == _SCAN else _MARKER.search
        marker = search(data, place)
    return marker is not None


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
