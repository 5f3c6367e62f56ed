import pytest

from potholes.head.architecture import with_head

PRINTED = """Net(
  (fc): Linear(in_features=512, out_features=1000, bias=True)
)

frozen parameters (convolutions and BatchNorm): 11,176,512
"""


def test_the_head_replaces_imagenets_and_is_counted():
    text = with_head(PRINTED, features=512, classes=2)
    assert "(fc): Linear(in_features=512, out_features=2, bias=True)" in text
    assert "frozen parameters (convolutions and BatchNorm): 11,176,512" in text
    assert text.endswith("trained parameters (fc): 1,026\n")


def test_a_text_without_a_head_is_refused():
    with pytest.raises(ValueError, match="0 layers called fc"):
        with_head("Net()", features=512, classes=2)
