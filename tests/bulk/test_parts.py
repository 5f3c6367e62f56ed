from itertools import pairwise

import numpy as np
import pytest

from potholes.bulk.listing import open_sources
from potholes.bulk.parts import SAMPLE, Part, Sample, cut, listed_sha256, sampled
from potholes.photos.naming import order_of
from potholes.photos.walking import Listed
from tests.factories import unlabelled


def test_only_the_last_part_is_smaller(tmp_path):
    for index in range(5):
        (tmp_path / f"{index}.jpg").write_bytes(b"")
    parts = list(cut(open_sources([str(tmp_path)]), 2))
    assert [len(part.photos) for part in parts] == [2, 2, 1]
    assert [part.index for part in parts] == [0, 1, 2]


def test_a_part_is_another_once_a_photo_or_its_name_has_changed(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"1")
    source = open_sources([str(tmp_path)])
    told = [listed_sha256(Part(0, [Listed("a.jpg")]), source)]
    (tmp_path / "a.jpg").write_bytes(b"22")
    told.append(listed_sha256(Part(0, [Listed("a.jpg")]), source))
    told.append(listed_sha256(Part(0, [Listed("b.jpg")]), source))
    told.append(listed_sha256(Part(0, [Listed("b.jpg", "broken link")]), source))
    assert all(one != other for one, other in pairwise(told))


@pytest.mark.parametrize("parts", [1, 3, 12])
def test_the_sample_of_the_parts_is_that_of_all_photos(parts):
    """Whatever a part leaves out is not among the 1,000 photos with the smallest order."""
    size, sample, rows = 1024, Sample(1), []
    for index in range(parts):
        paths = [f"{index}/{number}.jpg" for number in range(size)]
        features = np.arange(size, dtype=np.float32)[:, None] + index * size
        table = unlabelled(np.full((size, 2), 0.5), ["normal"] * size, paths=paths)
        sample.add(sampled(index, size, table, features))
        rows += [
            (order_of(path), float(value[0])) for path, value in zip(paths, features, strict=True)
        ]
    expected = [value for _, value in sorted(rows)[:SAMPLE]]
    assert sample.features[:, 0].tolist() == expected


def test_later_parts_keep_fewer_features_and_a_bad_photo_none():
    paths = [f"{number}.jpg" for number in range(1024)]
    labels = [None] + ["normal"] * 1023
    table = unlabelled(np.full((1024, 2), 0.5), labels, paths=paths)
    features = np.zeros((1024, 1), dtype=np.float32)
    kept = [len(sampled(index, 1024, table, features)["order"]) for index in (0, 100)]
    assert kept[0] == SAMPLE
    assert 0 < kept[1] < 40  # 13 are expected
    assert np.uint64(order_of("0.jpg")) not in sampled(0, 1024, table, features)["order"]
