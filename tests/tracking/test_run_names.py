from potholes.tracking.run_names import Change, changes, run_name, short

PARAMS = {"train.lr": "0.01", "split.seed": "0", "train.seed": "0", "backbones": '["a", "b"]'}


def test_changes_are_in_the_order_of_the_params_with_lost_ones_last() -> None:
    before = {"gone": "1", "train.lr": "0.02", "split.seed": "0", "backbones": '["a", "b"]'}
    assert changes(PARAMS, before) == [
        Change("train.lr", "0.02", "0.01"),
        Change("train.seed", None, "0"),
        Change("gone", "1", None),
    ]
    assert str(Change("gone", "1", None)) == "gone 1 → (none)"


def test_a_param_has_the_shortest_name_that_is_its_own() -> None:
    assert short("train.lr", PARAMS) == "lr"
    assert short("train.seed", PARAMS) == "train.seed"
    assert short("backbones", PARAMS) == "backbones"


def test_a_name_has_room_for_two_params_and_counts_the_others() -> None:
    changed = [Change(key, "?", value) for key, value in PARAMS.items()]
    assert run_name("r", PARAMS, changed) == "r · lr 0.01, split.seed 0 +2"
    assert run_name("r", PARAMS, changed[3:]) == "r · backbones a, b"


def test_without_a_change_or_with_a_lost_param_alone_the_learning_rate_is_named() -> None:
    assert run_name("r", PARAMS, []) == "r · lr 0.01"
    assert run_name("r", PARAMS, [Change("gone", "1", None)]) == "r · lr 0.01"


def test_a_long_value_is_cut() -> None:
    name = run_name("r", {**PARAMS, "x": "y" * 40}, [Change("x", "", "y" * 40)])
    assert name == f"r · x {'y' * 23}…"
