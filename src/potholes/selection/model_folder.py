"""A model folder read back: `classifier.json`, graph, head and reference, each held to the others.

A folder may come from a stranger. It is data: tensors, a JSON document by its schema, and a
graph that `compilation.graph_check` finds the compiler could have written. Sizes are looked at
first, so that nothing large is read or allocated in vain.
"""

import hashlib
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from potholes.compilation.graph_check import check_graph, map_graph_file
from potholes.compilation.tables import GRAPH_FILE
from potholes.familiarity.reference import REFERENCE_FILE, Reference, read_reference
from potholes.files.checksum import check_size, file_sha256
from potholes.files.documents import complaints
from potholes.head.tables import HEAD_FILE, Head, read_head
from potholes.params import BACKBONE_NAMES, BackboneParams, ImageParams
from potholes.selection.tables import CLASSIFIER_FILE, Deployed, read_deployed
from potholes.weights.tables import ORIGINS

LARGEST_DESCRIPTION = 10**6  # bytes
LARGEST_REFERENCE = 64 * 10**6  # bytes; 1,000 photos of 2,048 features are 4 MB
LARGEST_HEAD = 64 * 10**6  # bytes; 7,800 classes on 2,048 features
FILES = (GRAPH_FILE, HEAD_FILE, REFERENCE_FILE)  # whose checksums classifier.json has
_PRECISIONS = get_args(BackboneParams.model_fields["precision"].annotation)


@dataclass(frozen=True)
class Model:
    """What a model folder holds: `graph` is the checked `backbone.onnx`, of `width` features."""

    deployed: Deployed
    image: ImageParams
    graph: Path
    width: int
    head: Head
    reference: Reference  # training photos to compare with


def read_model(folder: Path) -> Model:
    """The model in `folder`.

    Raises ValueError in one line, naming the file and its fault, where one is missing, damaged, or
    not what `deployment.deploy` could have written.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder}: no such folder; name one that holds {CLASSIFIER_FILE}")
    description = folder / CLASSIFIER_FILE
    if description.exists():
        check_size(description, LARGEST_DESCRIPTION)
    deployed = read_deployed(folder)
    problem = _problem(deployed)
    if problem:
        raise ValueError(f"{description}: {problem}")
    try:
        image = ImageParams.model_validate(deployed.preprocessing)
    except ValidationError as error:
        raise ValueError(f"{description}: preprocessing: {complaints(error)}") from None
    path = folder / GRAPH_FILE
    data = map_graph_file(path)
    _compare(path, hashlib.sha256(data).hexdigest(), deployed)
    width, head = check_graph(data, str(path)), _read_head(folder, deployed)
    if head.weight.shape[1] != width:
        wants = head.weight.shape[1]
        raise ValueError(
            f"{folder / HEAD_FILE}: takes {wants} features, {GRAPH_FILE} gives {width}"
        )
    return Model(deployed, image, path, width, head, _read_reference(folder, deployed, width))


def _problem(deployed: Deployed) -> str | None:
    """What is wrong with the values of a classifier.json whose types are right."""
    classes, threshold, known = deployed.classes, deployed.threshold, ", ".join(BACKBONE_NAMES)
    bad = [name for name in classes if not _may_be_a_folder(name)]
    if deployed.backbone not in BACKBONE_NAMES:
        return f"backbone {deployed.backbone!r:.60}, expected one of {known}"
    if deployed.precision not in _PRECISIONS:
        return f"precision {deployed.precision!r:.60}, expected one of {', '.join(_PRECISIONS)}"
    if len(classes) < 2 or len(set(classes)) < len(classes):
        return f"classes {classes!r:.60}, expected at least two, each once"
    if bad:
        return f"class {bad[0]!r:.60}, expected names that a folder of photos can have"
    if not 0 < deployed.temperature < math.inf:
        return f"temperature {deployed.temperature}, expected a number above 0"
    if (threshold is not None) != (len(classes) == 2):
        return f"threshold {threshold} for {len(classes)} classes, expected one for two alone"
    if threshold is not None and not 0 <= threshold <= 1:
        return f"threshold {threshold}, expected 0 to 1"
    if deployed.origin not in ORIGINS:
        return f"origin {deployed.origin!r:.60}, expected {', '.join(ORIGINS)}"
    sums = deployed.sha256
    if set(sums) != set(FILES) or not all(re.fullmatch("[0-9a-f]{64}", s) for s in sums.values()):
        return f"sha256 of {', '.join(sums) or 'nothing':.60}, expected 64 hex each of {FILES}"
    return None


def _may_be_a_folder(name: str) -> bool:
    """Predictions may be sorted into folders of these names, so none may lead elsewhere."""
    return bool(name) and len(name) < 256 and name[0] != "." and not re.search(r"[/\\\x00]", name)


def _read_head(folder: Path, deployed: Deployed) -> Head:
    path = folder / HEAD_FILE
    if not path.exists():
        raise ValueError(f"{path}: not found; run `dvc checkout` to restore it")
    check_size(path, LARGEST_HEAD)
    _compare(path, file_sha256(path), deployed)
    head = read_head(folder)
    if (head.backbone, head.classes) != (deployed.backbone, deployed.classes):
        raise ValueError(f"{path}: its backbone and classes are not those of {CLASSIFIER_FILE}")
    return head


def _read_reference(folder: Path, deployed: Deployed, width: int) -> Reference:
    path = folder / REFERENCE_FILE
    if path.exists():
        check_size(path, LARGEST_REFERENCE)
        _compare(path, file_sha256(path), deployed)
    reference = read_reference(folder)
    if reference is None:
        raise ValueError(f"{path}: not found; run `dvc checkout` to restore it")
    if reference.values.shape[1] != width:
        has = reference.values.shape[1]
        raise ValueError(f"{path}: has {has} features a photo, {GRAPH_FILE} gives {width}")
    return reference


def _compare(path: Path, found: str, deployed: Deployed) -> None:
    if found != deployed.sha256[path.name]:
        raise ValueError(
            f"{path}: sha256 is not the one in {CLASSIFIER_FILE}; run `dvc checkout` to restore it"
        )
