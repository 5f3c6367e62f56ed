"""Features of made-up photos of two classes, with copies, groups and splits."""

import numpy as np

from potholes.features.tables import FeatureRow, Features

CLASSES = ["normal", "pothole"]


def labelled_features(
    photos: int = 60, *, width: int = 8, copies: int = 1, group: int = 1, apart: float = 1.5,
    seed: int = 0,
) -> Features:  # fmt: skip
    """Photos of alternating class, every fifth in test and every fifth in val.

    `group` photos of one class follow each other in a group; its centre is drawn once.
    """
    rng = np.random.default_rng(seed)
    number = np.arange(photos) // group
    label = number % 2
    centres = rng.standard_normal((photos // group + 1, width))
    values = centres[number] + 0.1 * rng.standard_normal((photos, width))
    values[:, 0] += apart * label
    split = np.where(number % 5 == 4, "test", np.where(number % 5 == 3, "val", "train"))
    rows, kept = [], []
    for photo in range(photos):
        name, of = f"{photo:04d}.jpg", f"{number[photo] * group:04d}.jpg"
        for copy in range(1 + (copies if split[photo] == "train" else 0)):
            own = f"{name}#{copy}" if copy else name
            rows.append(FeatureRow(own, name, of, CLASSES[label[photo]], str(split[photo])))
            kept.append(values[photo] + 0.01 * copy)
    return Features("resnet18", "cpu", CLASSES, np.array(kept, dtype=np.float32), rows)
