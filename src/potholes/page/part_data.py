"""Part 7: which photos, params and weights the results rest on, and how long they took."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from potholes.dataset.tables import SPLITS
from potholes.figures.drawing import Table, data_uri
from potholes.figures.phrases import seconds
from potholes.page.inputs import Inputs
from potholes.wording import megabytes, plural, weights_note

_QUALITY = 75  # of the contact sheet


@dataclass(frozen=True)
class DataPart:
    """Counts, origins, params and durations."""

    opening: str
    counts: Table
    left_out: list[str]  # other files and notes
    origin: str
    models: Table
    augmentation: str  # data URI of the contact sheet of changed copies
    params: Table
    durations: Table


def data(inputs: Inputs) -> DataPart:
    """The part for all backbones."""
    photos = inputs.summary.photos
    rows = [
        [label, *(str(by_split.get(split, 0)) for split in SPLITS), str(sum(by_split.values()))]
        for label, by_split in photos.items()
    ]
    totals = [sum(one.get(split, 0) for one in photos.values()) for split in SPLITS]
    rows.append(["all", *map(str, totals), str(sum(totals))])
    selection = inputs.results.selection
    units = {"compile": "model", "features": "picture", "train": "epoch"}
    return DataPart(
        opening=(
            f"The results rest on {plural(sum(totals), 'labelled photo')} of "
            f"{plural(len(photos), 'class').replace('classs', 'classes')} and on "
            f"{weights_note(selection.origin).removeprefix('weights: ')} weights."
        ),
        counts=Table(["class", *SPLITS, "all"], rows),
        left_out=[*inputs.summary.other_files, *inputs.summary.notes],
        origin=selection.origin_detail,
        models=Table(
            ["backbone", "layers", "parameters", "multiply-accumulates", "size, MB"],
            [
                [
                    one.name,
                    str(one.scores.layers),
                    f"{one.scores.parameters:,}",
                    f"{one.scores.multiply_accumulates:,}",
                    megabytes(one.scores.model_bytes),
                ]
                for one in inputs.results.backbones
            ],
        ),
        augmentation=_sheet(inputs.augmentation),
        params=Table(["param", "value"], [list(pair) for pair in flat(inputs.params)]),
        durations=Table(
            ["stage", "backbone", "time", "for"],
            [
                [one.stage, one.backbone, seconds(one.seconds), plural(one.count, units[one.stage])]
                for one in inputs.durations
            ],
        ),
    )


def _sheet(path: Path) -> str:
    """A contact sheet as a small picture; raises ValueError where it is missing."""
    if not path.is_file():
        raise ValueError(f"{path}: not found; run `dvc repro` to regenerate it")
    data = io.BytesIO()
    with Image.open(path) as sheet:
        sheet.convert("RGB").save(data, "WEBP", quality=_QUALITY, method=4)
    return data_uri("webp", data.getvalue())


def flat(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """`train.lr`, `0.01`, … in the order of `tree`."""
    pairs: list[tuple[str, str]] = []
    for key, value in tree.items():
        if isinstance(value, Mapping):
            pairs += flat(value, f"{prefix}{key}.")
        elif isinstance(value, list):
            pairs.append((f"{prefix}{key}", ", ".join(map(str, value))))
        else:
            pairs.append((f"{prefix}{key}", str(value).lower() if value is None else str(value)))
    return pairs
