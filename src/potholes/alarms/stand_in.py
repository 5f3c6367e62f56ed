"""Are the backbones pretrained, or drawn at random so that the pipeline runs without a download?"""

from potholes.tables.alarms import Alarm
from potholes.tables.origin import Origin


def stand_in_weights(origin: Origin) -> Alarm | None:
    """An alarm where the weights are a seeded stand-in."""
    if not origin.is_stand_in:
        return None
    advice = (
        "scores and the order of the depths are not those of ImageNet weights; set weights.source "
        "to imagenet, or to a folder of torchvision state dicts, then run `dvc repro`"
    )
    return Alarm("stand-in weights", f"the weights are {origin.detail}", advice)
