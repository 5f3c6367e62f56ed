import numpy as np
import pytest

from potholes.familiarity.directions import cosines, directions, on_grid
from potholes.familiarity.nearest import distances
from potholes.familiarity.outliers import unlike
from potholes.familiarity.reference import Reference


def of(values: np.ndarray) -> Reference:
    count = len(values)
    numbers = np.arange(count, dtype=np.int32)
    return Reference(directions(values), numbers % 2, numbers, np.linspace(0.1, 0.2, count))


def photos(count: int, *, width: int = 300, seed: int = 0) -> np.ndarray:
    values = np.random.default_rng(seed).gamma(1.0, size=(count, width))
    return values.astype(np.float32)


def test_it_is_one_minus_the_mean_cosine_of_the_five_nearest():
    reference = of(np.array([[3, 4, 0], [4, 3, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 2.0]]))
    found = unlike(reference, np.array([[5, 0, 0]], dtype=np.float32))
    nearest = [1, 0.8, 0.6, 0, 0]
    assert found == pytest.approx([1 - np.mean(nearest)], abs=1e-3)  # float16


def test_a_copy_is_like_and_what_shares_nothing_is_not():
    reference = of(np.tile([[1.0, 2, 0, 0]], (5, 1)))
    copy, other = [2.0, 4, 0, 0], [0.0, 0, 3, 1]
    found = unlike(reference, np.array([copy, other], dtype=np.float32))
    assert found == pytest.approx([0, 1], abs=1e-3)
    assert ((found >= 0) & (found <= 1)).all()


def test_brightness_alone_makes_no_photo_unlike():
    reference, new = of(photos(30)), photos(4, seed=1)
    np.testing.assert_array_equal(unlike(reference, new), unlike(reference, new * 8))


def test_a_photo_without_features_is_as_unlike_as_can_be():
    assert unlike(of(photos(9)), np.zeros((1, 300), dtype=np.float32)) == [1]


def test_the_same_bits_alone_in_any_batch_and_in_any_order_of_addition():
    reference, new = of(photos(70, width=2048)), photos(300, width=2048, seed=1)
    all_at_once = unlike(reference, new)
    np.testing.assert_array_equal(all_at_once, [unlike(reference, row[None])[0] for row in new])
    turned = np.random.default_rng(2).permutation(2048)
    left, right = directions(new), reference.values
    np.testing.assert_array_equal(cosines(left, right), cosines(left[:, turned], right[:, turned]))


def test_sums_on_the_grid_are_exact():
    left, right = directions(photos(3, width=2048)), directions(photos(2, width=2048, seed=1))
    whole = [[round(float(v) * 2**20) for v in row] for row in left]
    other = [[round(float(v) * 2**20) for v in row] for row in right]
    exact = [[sum(a * b for a, b in zip(x, y, strict=True)) / 2**40 for y in other] for x in whole]
    np.testing.assert_array_equal(cosines(left, right), exact)


def test_a_photo_that_could_not_be_read_has_no_value():
    new = photos(3, seed=1)
    new[1] = np.nan
    found = unlike(of(photos(20)), new)
    assert np.isnan(found[1])
    assert np.isfinite(found[[0, 2]]).all()


def test_no_photos_give_no_values():
    assert unlike(of(photos(20)), np.empty((0, 300), dtype=np.float32)).shape == (0,)


def test_features_of_another_backbone_are_refused():
    with pytest.raises(ValueError, match=r"features are \(1, 512\), the reference has 300"):
        unlike(of(photos(20)), np.ones((1, 512), dtype=np.float32))


def test_photos_of_ones_own_group_do_not_count():
    far = np.array([[0.6, 0.8]] * 5)
    values = directions(np.concatenate([[[1, 0], [1, 0]], far]))
    alone, together = np.arange(7, dtype=np.int32), np.array([9, 9, 0, 1, 2, 3, 4], dtype=np.int32)
    twin = distances(on_grid(values), values, apart=alone)[0]
    assert twin == pytest.approx(1 - (1 + 4 * 0.6) / 5, abs=1e-3)
    assert distances(on_grid(values), values, apart=together)[0] == pytest.approx(1 - 0.6, abs=1e-3)
