import numpy as np
import pytest

from potholes.selection.verdicts import photos_to_detect, verdicts
from potholes.statistics.resampled import Paired, paired_difference

RATIO = 0.25


def folds(means, spread=0.03, shared=0.03, seed=0):
    """Scores of 25 folds a backbone, which share what is hard about a fold."""
    rng = np.random.default_rng(seed)
    common = rng.normal(0, shared, 25)
    return {name: mean + common + rng.normal(0, spread, 25) for name, mean in means.items()}


def test_one_verdict_a_pair_in_their_order():
    scores = folds({"resnet18": 0.9, "resnet50": 0.9, "resnet152": 0.9})
    pairs = [(v.a, v.b) for v in verdicts(scores, 97, ratio=RATIO)]
    assert pairs == [("resnet18", "resnet50"), ("resnet18", "resnet152"), ("resnet50", "resnet152")]


def test_a_clear_difference_is_said_with_its_interval():
    scores = {"resnet18": np.tile([0.90, 0.92], 5), "resnet50": np.tile([0.95, 0.95], 5)}
    (found,) = verdicts(scores, 97, ratio=RATIO)
    # differences of -0.05 and -0.03: sample variance 0.001 / 9, times 1/10 + 1/4; t(9) = 2.262157
    reach = 2.262157 * np.sqrt(0.001 / 9 * 0.35)
    assert found.difference == pytest.approx(-0.04)
    assert (found.low, found.high) == pytest.approx((-0.04 - reach, -0.04 + reach), abs=1e-7)
    assert found.better == "resnet50"
    assert (
        found.sentence
        == "resnet50 is significantly better than resnet18, by 0.040 (0.026 to 0.054)"
    )


def test_the_first_can_be_the_better_one():
    scores = {"resnet50": np.tile([0.95, 0.95], 5), "resnet18": np.tile([0.90, 0.92], 5)}
    (found,) = verdicts(scores, 97, ratio=RATIO)
    assert found.better == "resnet50"
    assert (
        found.sentence
        == "resnet50 is significantly better than resnet18, by 0.040 (0.026 to 0.054)"
    )


def test_an_undecided_pair_names_how_many_more_photos_are_needed():
    scores = {"resnet18": np.tile([0.90, 0.96], 5), "resnet50": np.tile([0.95, 0.93], 5)}
    (found,) = verdicts(scores, 97, ratio=RATIO)
    # standard error sqrt(0.016 / 9 * 0.35), needed 0.01 / (2.262157 + 0.841621)
    needed = 97 * 0.016 / 9 * 0.35 * (2.262157 + 0.841621) ** 2 / 0.01**2
    assert needed == pytest.approx(5814, abs=1)
    assert found.better is None
    assert found.sentence == (
        "resnet18 and resnet50 are not significantly different on these 97 photos;"
        " detecting a difference of 0.01 needs about 5,700 more photos"
    )


def test_enough_photos_say_that_the_difference_is_small():
    scores = folds({"resnet18": 0.95, "resnet50": 0.95}, spread=0.001)
    (found,) = verdicts(scores, 5000, ratio=RATIO)
    assert found.sentence == (
        "resnet18 and resnet50 are not significantly different on these 5,000 photos;"
        " a true difference of 0.01 would probably have been detected"
    )


def test_p_is_adjusted_for_the_number_of_pairs():
    scores = folds({"resnet18": 0.9, "resnet50": 0.92, "resnet152": 0.92})
    single = [
        v.p for v in verdicts({k: scores[k] for k in ("resnet18", "resnet50")}, 97, ratio=RATIO)
    ]
    assert verdicts(scores, 97, ratio=RATIO)[0].p > 1.5 * single[0]


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_interval_excludes_0_exactly_where_one_is_better(level):
    said = 0
    for seed in range(60):
        scores = folds({"a": 0.88, "b": 0.92, "c": 0.94, "d": 0.95}, seed=seed)
        for found in verdicts(scores, 97, ratio=RATIO, level=level):
            excluded = found.low > 0 or found.high < 0
            assert excluded == (found.better is not None) == (found.p < 1 - level)
            said += excluded
    assert 30 < said < 330  # of 360: both kinds have been seen


def test_equal_folds_are_told_apart_by_nothing():
    scores = {name: np.ones(25) for name in ("resnet18", "resnet50", "resnet152")}
    for found in verdicts(scores, 97, ratio=RATIO):
        assert (found.difference, found.p, found.better) == (0, 1, None)
        assert found.low < 0 < found.high


def test_groups_widen_what_never_varies():
    scores = {name: np.ones(25) for name in ("resnet18", "resnet50")}
    (alone,), (grouped,) = (verdicts(scores, 97, ratio=RATIO, effective=n) for n in (None, 30.5))
    assert grouped.high == pytest.approx(alone.high * 99 / 32.5)


def test_one_backbone_has_no_verdict():
    assert verdicts(folds({"resnet18": 0.9}), 97, ratio=RATIO) == []


def test_the_photos_needed_would_detect_the_difference():
    now = Paired(difference=0.0, standard_error=0.02, t=0.0, p=1.0, freedom=24)
    more = photos_to_detect(now, 100, 0.03, level=0.95)
    # t(24) = 2.063899 and power 0.8: the standard error must be 0.03 / 2.905520
    assert more == pytest.approx(100 * (0.02 * 2.905520 / 0.03) ** 2 - 100, abs=1)
    assert photos_to_detect(now, 100, 0.06, level=0.95) == 0


def test_folds_of_unequal_number_are_refused():
    with pytest.raises(ValueError, match="got 25 and 5 folds"):
        verdicts({"a": np.ones(25), "b": np.ones(5)}, 97, ratio=RATIO)
    assert paired_difference(np.ones(5), np.ones(5), 97, ratio=RATIO).freedom == 4
