"""The printed architecture of a backbone with its new head."""

import re

from potholes.params import HEAD


def with_head(architecture: str, *, features: int, classes: int) -> str:
    """A printed backbone with the trained head instead of ImageNet's.

    Raises ValueError if the text has no such line to replace.
    """
    head = f"({HEAD}): Linear(in_features={features}, out_features={classes}, bias=True)"
    text, found = re.subn(rf"\({HEAD}\): Linear\(.*\)", head, architecture)
    if found != 1:
        raise ValueError(
            f"architecture.txt: {found} layers called {HEAD}, expected 1; "
            "run `dvc repro` to regenerate it"
        )
    return f"{text}trained parameters ({HEAD}): {classes * (features + 1):,}\n"
