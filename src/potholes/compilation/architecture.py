"""The printed architecture of a backbone, and the same with its new head."""

import re


def printed(model: object, *, frozen: int) -> str:
    """What torch prints of `model`, and the number of its frozen parameters."""
    return f"{model}\n\nfrozen parameters (convolutions and BatchNorm): {frozen:,}\n"


def with_head(architecture: str, *, features: int, classes: int) -> str:
    """A printed backbone with the fc layer that was trained in place of ImageNet's.

    Raises ValueError if the text has no fc line to replace.
    """
    fc = f"(fc): Linear(in_features={features}, out_features={classes}, bias=True)"
    text, found = re.subn(r"\(fc\): Linear\(.*\)", fc, architecture)
    if found != 1:
        raise ValueError(
            f"architecture.txt: {found} fc layers, expected 1; run `dvc repro` to regenerate it"
        )
    return f"{text}trained parameters (fc): {classes * (features + 1):,}\n"
