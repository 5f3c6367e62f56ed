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
from potholes.files.timing import Machine
from potholes.page.inputs import Inputs, State
from potholes.report.fingerprint import FINGERPRINT
from potholes.wording import megabytes, plural, weights_note

_QUALITY = 75  # of the contact sheet


@dataclass(frozen=True)
class DataPart:
    """Counts, origins, params and durations."""

    opening: str
    counts: Table
    sizes: str  # of the photos
    left_out: list[str]  # other files and notes
    origin: str
    models: Table
    augmentation: str  # data URI of the contact sheet of changed copies
    params: Table
    durations: Table
    machines: Table  # processor and versions, a column for each machine that did some of the work
    state: State
    tag: str  # by which MLflow finds the state's runs


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
    kind = "generated, labelled" if inputs.generated else "labelled"
    return DataPart(
        opening=(
            f"The results rest on {plural(sum(totals), f'{kind} photo')} of {len(photos)} "
            f"classes; {weights_note(selection.origin)}."
        ),
        counts=Table(["class", *SPLITS, "all"], rows),
        sizes=_sizes(inputs),
        left_out=[*inputs.summary.other_files, *inputs.summary.notes],
        origin=_origin(inputs),
        models=Table(
            ["backbone", "layers", "parameters, 10⁶", "multiply-accumulates, 10⁹", "size, MB"],
            [
                [
                    one.name,
                    str(one.scores.layers),
                    f"{one.scores.parameters / 1e6:.1f}",
                    f"{one.scores.multiply_accumulates / 1e9:.2f}",
                    megabytes(one.scores.model_bytes),
                ]
                for one in inputs.results.backbones
            ],
        ),
        augmentation=_sheet(inputs.augmentation),
        params=Table(["param", "value"], [list(pair) for pair in flat(inputs.params)]),
        durations=_durations(inputs),
        machines=_machines(inputs),
        state=inputs.state,
        tag=FINGERPRINT,
    )


def _origin(inputs: Inputs) -> str:
    """What the weights of all backbones are; the selection names the file of one of them."""
    selection = inputs.results.selection
    if selection.origin == "random" or len(inputs.results.backbones) == 1:
        return selection.origin_detail
    return f"{selection.origin_detail}, and one such file for each other backbone"


def _sizes(inputs: Inputs) -> str:
    """From the smallest to the largest photo, how many bytes, and what could not be used."""
    samples = sorted(inputs.samples, key=lambda one: (one.width * one.height, one.width))
    ends = [f"{one.width:,} × {one.height:,}" for one in (samples[0], samples[-1])]
    size = ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"
    rejected = inputs.summary.rejected
    refused = f"{plural(rejected, 'file')} could not be used" if rejected else "all could be used"
    return (
        f"The photos have {size} pixels and {megabytes(sum(one.bytes for one in samples))} MB "
        f"in all; a backbone sees each as 224 × 224. Of the files in the folder, {refused}."
    )


def _durations(inputs: Inputs) -> Table:
    units = {"compile": "model", "features": "picture", "train": "epoch"}
    rows = [
        [one.stage, one.backbone, seconds(one.seconds), plural(one.count, units[one.stage])]
        for one in inputs.durations
    ]
    header = ["stage", "backbone", "time", "for"]
    known = _distinct(inputs)
    if len(known) == 1:
        return Table(header, rows)
    places = [str(known.index(one.machine) + 1) for one in inputs.durations]
    return Table(
        [*header, "machine"], [[*row, place] for row, place in zip(rows, places, strict=True)]
    )


def _machines(inputs: Inputs) -> Table:
    known = _distinct(inputs)
    names = list(dict.fromkeys(name for one in known for name in one.versions))
    named = [f"machine {index + 1}" for index in range(len(known))]
    return Table(
        ["what", *(named if len(known) > 1 else ["used"])],
        [
            ["processor", *(one.processor for one in known)],
            ["cores", *(str(one.cores) for one in known)],
            *([name, *(one.versions.get(name, "–") for one in known)] for name in names),
        ],
    )


def _distinct(inputs: Inputs) -> list[Machine]:
    """In the order of the stages: a run takes over what another machine has done."""
    found: list[Machine] = []
    for one in inputs.durations:
        if one.machine not in found:
            found.append(one.machine)
    return found


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
            pairs.append(
                (
                    f"{prefix}{key}",
                    str(value).lower() if value is None or isinstance(value, bool) else str(value),
                )
            )
    return pairs
