import numpy as np
import pytest

from potholes.selection.verdicts import Plan, verdicts
from potholes.statistics.paired import paired

PLAN = Plan(difference=0.01, pool=0.8)
EACH = np.arange(100)


def hits(accuracies, seed=0, photos=100):
    """Five repeats over the same photos, hard ones for all backbones alike; some luck in each."""
    rng = np.random.default_rng(seed)
    hard = rng.random(photos) + rng.normal(0, 0.03, (5, photos))
    return {
        name: hard + rng.normal(0, 0.03, (5, photos)) < accuracy
        for name, accuracy in accuracies.items()
    }


def test_one_verdict_a_pair_in_their_order():
    right = hits({"resnet18": 0.9, "resnet50": 0.9, "resnet152": 0.9})
    pairs = [(v.a, v.b) for v in verdicts(right, EACH, PLAN, level=0.95)]
    assert pairs == [("resnet18", "resnet50"), ("resnet18", "resnet152"), ("resnet50", "resnet152")]


@pytest.mark.parametrize("order", [("resnet18", "resnet50"), ("resnet50", "resnet18")])
def test_a_clear_difference_is_said_with_its_interval(order):
    right = {"resnet18": np.tile(EACH >= 20, (5, 1)), "resnet50": np.tile(EACH >= 8, (5, 1))}
    (found,) = verdicts({name: right[name] for name in order}, EACH, PLAN, level=0.95)
    # twelve photos tell them apart, in every repeat: t(99) = 1.984217
    error = np.sqrt((12 - 1.44) * (1 + 0.3 + 20 / 100) / 100**2 * 100 / 99 + 1 / 100**2)
    low, high = 0.12 - 1.984217 * error, 0.12 + 1.984217 * error
    assert abs(found.difference) == pytest.approx(0.12)
    assert sorted(map(abs, (found.low, found.high))) == pytest.approx([low, high], abs=1e-7)
    assert found.better == "resnet50"
    assert (
        found.sentence
        == f"resnet50 is significantly better than resnet18, by 0.120 ({low:.3f} to {high:.3f})"
    )
    assert (found.observed_photos_low, found.observed_photos_high) == (None, None)


def test_an_undecided_pair_says_what_can_be_shown_and_what_it_would_take():
    right = {"resnet18": np.tile(EACH >= 8, (5, 1)), "resnet50": np.tile(EACH >= 4, (5, 1))}
    (found,) = verdicts(right, EACH, PLAN, level=0.95)
    error = np.sqrt((4 - 0.16) * (1 + 0.3 + 20 / 100) / 100**2 * 100 / 99 + 1 / 100**2)
    detectable = (1.984217 + 0.841621) * error
    assert found.detectable == pytest.approx(detectable)
    factor = np.exp(1.959964 / np.sqrt(5))  # four photos tell them apart, and one is added
    needed = [100 * (detectable / 0.01) ** 2 * side for side in (1 / factor, factor)]
    more = [(one - 100) / 0.8 for one in needed]  # a fifth of the photos to label is for test
    assert (found.photos_low, found.photos_high) == pytest.approx(more, rel=0.03)
    observed = [(one / 16 - 100) / 0.8 for one in needed]
    assert found.observed_photos_low == pytest.approx(max(0, observed[0]), abs=5)
    assert found.observed_photos_high == pytest.approx(observed[1], abs=5)
    assert found.sentence == (
        "resnet18 and resnet50 are not significantly different: -0.040 (-0.092 to +0.012); these "
        "100 photos can show differences of about 0.074 or more; for 0.01, label roughly 2,700 to "
        "16,000 more photos; for the observed 0.040, roughly 53 to 900"
    )


def test_a_smaller_difference_than_the_one_asked_for_is_not_planned_for():
    right = {"a": np.tile(EACH >= 8, (5, 1)), "b": np.tile(EACH >= 4, (5, 1))}
    (found,) = verdicts(right, EACH, Plan(0.05, 0.8), level=0.95)
    assert found.sentence.endswith("about 0.074 or more; for 0.05, label up to 530 more photos")


def test_enough_photos_ask_for_no_more():
    right = {"a": np.tile(EACH >= 8, (5, 1)), "b": np.tile(EACH >= 7, (5, 1))}
    (found,) = verdicts(right, EACH, Plan(0.2, 0.8), level=0.95)
    assert found.sentence == (
        "a and b are not significantly different: -0.010 (-0.041 to +0.021); "
        "100 photos can show differences of about 0.045 or more"
    )
    assert (found.photos_low, found.photos_high) == (0, 0)


def test_p_is_adjusted_for_the_number_of_pairs():
    right = hits({"resnet18": 0.9, "resnet50": 0.92, "resnet152": 0.92})
    single = paired(right["resnet18"], right["resnet50"], EACH).p
    assert verdicts(right, EACH, PLAN, level=0.95)[0].p > 1.5 * single


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_interval_excludes_0_exactly_where_one_is_better(level):
    said = 0
    for seed in range(60):
        right = hits({"a": 0.84, "b": 0.92, "c": 0.94, "d": 0.95}, seed=seed)
        for found in verdicts(right, EACH, PLAN, level=level):
            excluded = found.low > 0 or found.high < 0
            assert excluded == (found.better is not None) == (found.p < 1 - level)
            said += excluded
    assert 30 < said < 330  # of 360: both kinds have been seen


def test_backbones_that_are_always_right_are_told_apart_by_nothing():
    right = {name: np.ones((5, 100), bool) for name in ("resnet18", "resnet50", "resnet152")}
    for found in verdicts(right, EACH, PLAN, level=0.95):
        assert (found.difference, found.p, found.better) == (0, 1, None)
        assert found.low < 0 < found.high
        assert (found.observed_photos_low, found.observed_photos_high) == (None, None)


def test_one_backbone_has_no_verdict():
    assert verdicts(hits({"resnet18": 0.9}), EACH, PLAN, level=0.95) == []


def test_unlike_numbers_of_photos_are_refused():
    with pytest.raises(ValueError, match=r"got \(5, 100\), \(5, 99\)"):
        verdicts({"a": np.ones((5, 100), bool), "b": np.ones((5, 99), bool)}, EACH, PLAN, level=0.9)
