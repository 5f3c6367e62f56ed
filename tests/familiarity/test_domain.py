import numpy as np
import pytest

from potholes.familiarity import domain
from potholes.familiarity.directions import directions
from potholes.familiarity.domain import judge
from potholes.familiarity.reference import Reference
from potholes.familiarity.tables import (
    FEWEST,
    Familiarity,
    read_familiarity,
    write_familiarity,
)

WIDTH = 64


def source(count: int, *, seed: int, potholes: float = 0.5, shift: float = 0.0):
    """Features [N, D] and classes [N] of one source; `shift` moves it along one axis."""
    rng = np.random.default_rng(seed)
    labels = (np.arange(count) < potholes * count).astype(np.int32)
    values = 4 + rng.standard_normal((count, WIDTH))
    values[:, 0] += 5 * labels
    values[:, 1] += shift
    return values.astype(np.float32), labels


def reference(count: int = 120, group: int = 1) -> Reference:
    values, labels = source(count, seed=0)
    groups = (np.arange(count) // group).astype(np.int32)
    return Reference(directions(values), labels, groups, np.linspace(0.01, 0.02, 9))


@pytest.fixture
def few_permutations(monkeypatch):
    monkeypatch.setattr(domain, "PERMUTATIONS", 39)


def test_photos_of_the_same_source_are_familiar():
    found = judge(reference(), source(60, seed=1)[0], 0)
    assert found.familiar
    assert 0.35 < found.domain_auc < 0.65
    assert found.domain_auc_low < found.domain_auc < found.domain_auc_high
    assert found.p > 0.05
    assert found.photos == 60


@pytest.mark.parametrize("photos", [20, 60])
def test_photos_of_another_source_are_not(photos):
    found = judge(reference(), source(photos, seed=1, shift=6)[0], 0)
    assert found.familiar is False
    assert found.domain_auc > 0.98
    assert found.p == 1 / (1 + domain.PERMUTATIONS)


def test_another_share_of_potholes_does_not_make_a_folder_unlike(few_permutations):
    """Without regard to classes the AUC would be that of the classes, 0.7 and more."""
    found = [judge(reference(), source(60, seed=s, potholes=0.05)[0], s) for s in range(1, 9)]
    assert all(one.familiar for one in found)
    assert np.mean([one.domain_auc for one in found]) == pytest.approx(0.5, abs=0.07)


def test_p_is_uniform_where_nothing_differs(few_permutations):
    """Of 40 folders of the source, those with p <= 0.1 are 4 in the mean, 9 once in 70 times."""
    values = [judge(reference(60), source(30, seed=100 + s)[0], s).p for s in range(40)]
    assert sum(p <= 0.1 for p in values) <= 9
    assert np.mean(values) == pytest.approx(0.5, abs=0.2)


def test_fewer_than_twenty_photos_say_nothing_and_bad_ones_do_not_count():
    values, _ = source(FEWEST, seed=1, shift=6)
    assert judge(reference(), values, 0).familiar is False
    values[0] = np.nan
    assert judge(reference(), values, 0) == Familiarity(None, None, None, None, None, 19)
    assert judge(reference(), values[:0], 0).familiar is None


def test_of_many_photos_a_thousand_are_judged(few_permutations, monkeypatch):
    monkeypatch.setattr(domain, "MOST", 50)
    values, _ = source(80, seed=1)
    found = judge(reference(), values, 3)
    assert found.photos == 50
    assert judge(reference(), values, 3) == found
    assert judge(reference(), values, 4) != found


def test_training_photos_of_a_group_are_drawn_together():
    labels = domain._relabelled(
        domain._Pool(
            new=np.array([0, 0, 0, 0, 0, 0, 1, 1], dtype=np.bool_),
            kernel=np.eye(8),
            groups=np.array([0, 0, 0, 1, 1, 1, 2, 3]),
            folds=np.zeros(8, dtype=np.int64),
            cells=np.zeros(8, dtype=np.int64),
        ),
        np.random.default_rng(0),
    )
    assert labels[0].tolist() == [False] * 6 + [True] * 2
    assert (labels[:, 0] == labels[:, 2]).all()
    assert (labels[:, 3] == labels[:, 5]).all()
    assert labels.sum(axis=1).min() >= 2
    assert labels[1:, :6].any()


def test_pairs_of_one_cell_are_counted_ties_half():
    scores = np.array([[3.0, 1, 2, 2], [1, 1, 1, 1]])
    positive = np.array([[True, False, True, False], [True, False, False, False]])
    wins, pairs = domain._pairs(scores, positive)
    assert wins.tolist() == [3.5, 1.5]
    assert pairs.tolist() == [4, 3]


def test_sentences_say_what_to_do():
    unlike = Familiarity(False, 0.998, 0.962, 1.0, 0.005, 50).sentence
    assert unlike.startswith(
        "These photos are unlike the training ones; the accuracy measured there says little here; "
        "label about 100 of them."
    )
    assert "0.998 (0.962 to 1.000" in unlike
    assert "are like the training ones" in Familiarity(True, 0.5, 0.4, 0.6, 0.4, 50).sentence
    few = Familiarity(None, None, None, None, None, 1).sentence
    assert few.startswith("1 photo cannot show")


def test_a_summary_comes_back(tmp_path):
    for one in (
        Familiarity(False, 0.998, 0.962, 1.0, 0.005, 50),
        Familiarity(None, None, None, None, None, 3),
    ):
        write_familiarity(tmp_path, one)
        assert read_familiarity(tmp_path) == one
