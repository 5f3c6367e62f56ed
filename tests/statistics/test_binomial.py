import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from potholes.statistics.binomial import wilson


@pytest.mark.parametrize(
    ("count", "photos", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_examples_of_newcombe_1998(count, photos, low, high):
    found = wilson(count / photos, photos)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_it_is_scipys(counts):
    count, photos = counts
    expected = binomtest(count, photos).proportion_ci(0.9, method="wilson")
    found = wilson(count / photos, photos, level=0.9)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize(
    ("count", "photos", "low", "high"),
    [
        (81, 263, 0.2535, 0.3682),
        (15, 148, 0.0598, 0.1644),
        (0, 20, 0, 0.2005),
        (1, 29, 0.0018, 0.1963),
    ],
)
def test_the_examples_of_newcombe_1998_corrected_for_continuity(count, photos, low, high):
    found = wilson(count / photos, photos, corrected=True)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("photos", [1, 2, 3, 6, 20, 64])
def test_corrected_for_continuity_it_covers_enough_from_one_photo_on(photos):
    limits = [wilson(count / photos, photos, corrected=True) for count in range(photos + 1)]
    shares = np.linspace(0.005, 0.995, 199)
    held = [(own.low <= shares) & (shares <= own.high) for own in limits]
    chances = binom.pmf(np.arange(photos + 1)[:, None], photos, shares)
    assert (chances * held).sum(axis=0).min() > 0.945


def test_half_a_photo_more_makes_it_narrower():
    widths = [wilson(0.9, n).width for n in (40, 40.5, 41)]
    assert widths == sorted(widths, reverse=True)


def test_all_right_reaches_exactly_one_and_holds_it():
    assert wilson(1.0, 33.3).high == 1.0
    assert wilson(0.0, 33.3).low == 0.0


@pytest.mark.parametrize(("share", "n"), [(1.1, 10), (-0.1, 10), (0.5, 0), (float("nan"), 10)])
def test_what_is_no_share_of_photos_is_refused(share, n):
    with pytest.raises(ValueError, match=r"(share|n): got"):
        wilson(share, n)
