"""Near-duplicates by perceptual hash, and the groups that a split must not part."""

from collections.abc import Iterator, Sequence

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

_BLOCK = 512  # hashes compared with all others at once: 80 MB for 20,000 photos


def perceptual_hash(pixels: NDArray[np.uint8]) -> int:
    """The 64 bits of imagehash.phash of a picture [H, W, 3]: signs of its low frequencies."""
    bits = imagehash.phash(Image.fromarray(pixels)).hash
    return int.from_bytes(np.packbits(bits).tobytes())


def group_near_duplicates(hashes: Sequence[int], distance: int) -> NDArray[np.int64]:
    """A group number for each of N hashes: those at most `distance` bits apart share one.

    Groups are chains: a and c share one where both are close to b, however far apart they are.
    Nothing less keeps every pair of near-duplicates in one split, but a large distance can glue
    unlike photos together through many small steps; the size of the largest group tells.
    """
    unique, inverse = np.unique(np.array(hashes, dtype=np.uint64), return_inverse=True)
    groups = np.arange(len(unique))
    for left, right in _close_pairs(unique, distance):
        groups = _join(groups, groups[left], groups[right])
    return groups[inverse]


def join_named(groups: NDArray[np.int64], names: Sequence[str | None]) -> NDArray[np.int64]:
    """`groups` [N], and those merged whose photos carry the same name (None: no name)."""
    first: dict[str, int] = {}
    left, right = [], []
    for group, name in zip(groups.tolist(), names, strict=True):
        if name is not None:
            left.append(group)
            right.append(first.setdefault(name, group))
    size = int(groups.max(initial=0)) + 1
    joined = _join(np.arange(size), np.array(left, np.int64), np.array(right, np.int64))
    return joined[groups]


def _close_pairs(
    hashes: NDArray[np.uint64], distance: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Places of the pairs of `hashes` at most `distance` bits apart, a block of rows at a time."""
    for start in range(0, len(hashes), _BLOCK):
        block = hashes[start : start + _BLOCK, None] ^ hashes[None, start:]
        left, right = np.nonzero(np.bitwise_count(block) <= distance)
        yield left + start, right + start


def _join(
    groups: NDArray[np.int64], left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.int64]:
    """`groups` after each group of `left` was merged with the one beside it in `right`."""
    size = len(groups)
    edges = coo_matrix((np.ones(len(left), np.bool_), (left, right)), shape=(size, size))
    _, component = connected_components(edges, directed=False)
    return np.asarray(component[groups], dtype=np.int64)
