import numpy as np

from potholes.statistics.rebalancing import rebalance, tally


def test_the_best_move_is_made_until_none_helps() -> None:
    sizes = np.array([[3], [1], [1], [1]])
    targets = np.array([[3], [3]])
    drawn = rebalance(np.zeros(4, dtype=int), np.ones(4, dtype=bool), sizes, targets, seed=0)
    assert tally(drawn, sizes, parts=2).tolist() == [[3], [3]]
    assert drawn[0] != drawn[1] == drawn[2] == drawn[3]


def test_what_is_not_movable_stays() -> None:
    sizes = np.array([[3], [1], [1], [1]])
    movable = np.array([False, False, True, True])
    drawn = rebalance(np.zeros(4, dtype=int), movable, sizes, np.array([[3], [3]]), seed=0)
    assert drawn.tolist() == [0, 0, 1, 1]
