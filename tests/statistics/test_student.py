import pytest
from scipy.special import stdtr, stdtrit

from potholes.statistics.student import t_quantile, two_sided_p, within

FREEDOM = (1, 2, 3, 4, 9, 24, 49, 499)


@pytest.mark.parametrize("freedom", FREEDOM)
@pytest.mark.parametrize("t", [0, 0.1, 1, 2.06, 5, 12])
def test_the_distribution_is_scipys(t, freedom):
    assert within(t, freedom) == pytest.approx(1 - 2 * stdtr(freedom, -t), abs=1e-12)
    assert two_sided_p(-t, freedom) == pytest.approx(2 * stdtr(freedom, -t), abs=1e-9)


@pytest.mark.parametrize("freedom", FREEDOM)
@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
def test_the_quantile_is_scipys(level, freedom):
    assert t_quantile(level, freedom) == pytest.approx(stdtrit(freedom, (1 + level) / 2), rel=1e-11)


def test_published_quantiles():
    """Table 26.10 of Abramowitz & Stegun."""
    published = {1: 12.706, 10: 2.228, 24: 2.064, 30: 2.042}
    for freedom, t in published.items():
        assert t_quantile(0.95, freedom) == pytest.approx(t, abs=5e-4)


def test_a_p_value_is_never_zero():
    assert two_sided_p(1e9, 24) == 1e-9
