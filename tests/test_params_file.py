import pytest

from potholes.params_file import load_params


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("  lr: 0.01", "  lr: .nan", "train.lr: got nan, expected: a finite number"),
        ("  lr: 0.01", "  lr: fast", "train.lr: got 'fast', expected: a valid number"),
        ("  lr: 0.01", "  lr: -1", "train.lr: got -1, expected: greater than 0"),
        ("  lr: 0.01", "  lr: 0.01\n  lr: 0.1", "key lr stands twice"),
        ("  epochs: 20", "  epochs: 2.5", "train.epochs: got 2.5"),
        ("  copies: 1", "  copies: true", "augment.copies: got True"),
        ("  epochs: 20", "  epoch: 20", "train.epoch: unknown key; did you mean epochs?"),
        ("  epochs: 20", "  # epochs: 20", "train.epochs: missing; add it"),
        ("  test: 0.2", "  test: 0.3", "split: got"),
        ("- resnet18\n", "- resnet50\n", "resnet50 listed more than once"),
        ("train:", "train: [", "not readable as YAML"),
        ("rotate: {p: 0.5", "rotate: {p: 1.5", "augment.rotate.p: got 1.5"),
    ],
)
def test_a_mistake_is_named_with_file_key_and_what_was_expected(params_file, old, new, complaint):
    path = params_file(old, new)
    with pytest.raises(ValueError) as error:
        load_params(path)
    assert str(error.value).startswith(f"{path}: ")
    assert complaint in str(error.value)


def test_all_mistakes_are_named_at_once(params_file, tmp_path):
    path = params_file("  epochs: 20", "  epochs: 0")
    path.write_text(path.read_text().replace("gamma: 0.1", "gamma: 2"))
    with pytest.raises(ValueError) as error:
        load_params(path)
    assert "train.epochs: got 0" in str(error.value)
    assert "train.gamma: got 2" in str(error.value)


def test_numbers_are_read_as_dvc_reads_them(params_file):
    assert load_params(params_file("lr: 0.01", "lr: 1e-3")).train.lr == 0.001


def test_a_missing_file_says_where_to_run(tmp_path):
    with pytest.raises(ValueError, match="not found; run from the project's folder"):
        load_params(tmp_path / "params.yaml")


def test_params_cannot_be_changed(params):
    with pytest.raises(ValueError, match="frozen"):
        params.train.lr = 1.0
