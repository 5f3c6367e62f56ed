import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from potholes.dataset.duplicates import group_near_duplicates, join_named, perceptual_hash
from potholes.photos.decoding import decode
from tests.photo_files import encoded, image_params, scene


def groups_of(labels: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in labels}


def hash_of(image: Image.Image, quality: int = 90) -> int:
    return perceptual_hash(decode(encoded(image, quality=quality), image_params()).pixels)


def test_a_chain_of_close_hashes_is_one_group() -> None:
    hashes = [0b0, 0b11, 0b1111, 1 << 60 | 0b111 << 40]
    assert groups_of(group_near_duplicates(hashes, 2)) == {frozenset({0, 1, 2}), frozenset({3})}
    assert len(groups_of(group_near_duplicates(hashes, 1))) == 4


def test_distance_zero_groups_equal_hashes_alone() -> None:
    assert groups_of(group_near_duplicates([5, 4, 5], 0)) == {frozenset({0, 2}), frozenset({1})}


def test_no_photos_are_no_groups() -> None:
    assert len(group_near_duplicates([], 6)) == 0
    assert len(join_named(group_near_duplicates([], 6), [])) == 0


def naive(hashes: list[int], distance: int) -> set[frozenset[int]]:
    label = list(range(len(hashes)))
    for i, one in enumerate(hashes):
        for j, other in enumerate(hashes):
            if (one ^ other).bit_count() <= distance:
                label = [label[i] if name == label[j] else name for name in label]
    return groups_of(np.array(label))


@given(
    st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 255), min_size=1, max_size=12),
    st.integers(0, 16),
)
def test_groups_are_those_of_the_plain_definition(hashes: list[int], distance: int) -> None:
    assert groups_of(group_near_duplicates(hashes, distance)) == naive(hashes, distance)


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_blocks_change_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hashes = rng.integers(0, 2**64, 700, dtype=np.uint64)
    hashes[600:] = hashes[:100] ^ (np.uint64(1) << rng.integers(0, 64, 100, dtype=np.uint64))
    labels = group_near_duplicates(hashes.tolist(), 1)
    assert np.array_equal(labels[600:], labels[:100])
    assert len(set(labels.tolist())) == 600


def test_named_groups_are_joined_with_what_they_touch() -> None:
    groups = np.array([0, 1, 2, 2, 3])
    joined = join_named(groups, ["drive", None, "drive", None, None])
    assert groups_of(joined) == {frozenset({0, 2, 3}), frozenset({1}), frozenset({4})}


@pytest.mark.parametrize("seed", range(5))
def test_what_is_done_to_a_copy_keeps_it_near_and_other_photos_stay_away(seed: int) -> None:
    photo = scene(seed, 320, 240)
    origin = hash_of(photo)
    copies = [
        hash_of(photo, quality=40),
        hash_of(photo.resize((160, 120))),
        hash_of(photo.crop((3, 2, 317, 238))),
        hash_of(ImageEnhance.Brightness(photo).enhance(0.9)),
    ]
    assert max((origin ^ copy).bit_count() for copy in copies) <= 8
    assert (origin ^ hash_of(scene(seed + 100, 320, 240))).bit_count() > 16
