import numpy as np
import pytest

from potholes.features.tables import write_features
from potholes.files.rows import read_rows
from potholes.head.tables import HISTORY_FILE, Epoch
from stages.train import main
from tests.labelled_features import labelled_features


@pytest.fixture
def train(params, tmp_path):
    """The stage on made-up features, with a learning rate and labels that no head can learn."""

    def run(lr):
        write_features(tmp_path / "features", labelled_features(apart=0))
        (tmp_path / "architecture.txt").write_text("(fc): Linear(in_features=8)\n")
        names = ("features", "architecture.txt", "head", "report", "timing.json")
        settings = params.train.model_copy(update={"lr": lr, "gamma": 1.0})
        main(settings, "resnet18", *(tmp_path / name for name in names))

    return run


def test_a_rate_that_diverges_leaves_its_history_and_no_head(train, tmp_path):
    with pytest.raises(
        ValueError, match=r"got 1000, .* lower it; the loss of every epoch is in \S+history.csv"
    ):
        train(1e3)
    history = read_rows(tmp_path / "report" / HISTORY_FILE, Epoch)
    assert [epoch.epoch for epoch in history] == list(range(1, 21))
    assert history[-1].train_loss > 10 * np.log(2)
    assert not (tmp_path / "head").exists()


def test_a_history_that_stops_at_once_has_one_epoch(train, tmp_path):
    with pytest.raises(ValueError, match=r"train.lr: got 1e\+30, .* after epoch 1\)"):
        train(1e30)
    (epoch,) = read_rows(tmp_path / "report" / HISTORY_FILE, Epoch)
    assert epoch.train_loss > 1e20


def test_a_head_and_its_history_belong_together(train, tmp_path):
    train(0.01)
    assert len(read_rows(tmp_path / "report" / HISTORY_FILE, Epoch)) == 20
    assert (tmp_path / "head/head.safetensors").exists()
