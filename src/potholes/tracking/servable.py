"""The folder that MLflow loads and serves, written from `models/selected` without importing MLflow.

The format is MLflow's (MLmodel, python_env.yaml, requirements.txt, input examples), the model is
code: served_model.py beside the classifier's own files, no pickle. `mlflow.pyfunc.save_model` would
write the same and the absolute paths of this machine too, and needs pandas, a second to import.
"""

import ast
import base64
import io
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

from potholes.compilation.tables import GRAPH_FILE
from potholes.familiarity.reference import REFERENCE_FILE
from potholes.files.documents import to_json, write_tree
from potholes.files.rows import PROBABILITY
from potholes.head.tables import HEAD_FILE
from potholes.selection.tables import CLASSIFIER_FILE, read_deployed

CLASSIFIER_FILES = (GRAPH_FILE, HEAD_FILE, REFERENCE_FILE, CLASSIFIER_FILE)
_LIBRARY = Path(__file__).parents[1]
_ENTRY = _LIBRARY / "prediction" / "classifier.py"
_MODEL = Path(__file__).with_name("served_model.py")
_EXAMPLE, _SERVED_EXAMPLE = "input_example.json", "serving_input_example.json"
_EXAMPLE_SIDE = 256  # pixels of the longer side
_SERVING = ("mlflow", "pandas")  # what served_model.py itself needs
_DISTRIBUTIONS = {"PIL": ("pillow",), "onnxruntime": ("onnxruntime", "onnxruntime-gpu")}


def write_servable(folder: Path, selected: Path, model_id: str, run_id: str) -> None:
    """Write the model of `selected` (a copy of models/selected) into `folder`.

    Raises ValueError where a file of `selected` is missing.
    """
    deployed = read_deployed(selected)
    classifier = folder / "artifacts" / "classifier"
    classifier.mkdir(parents=True)
    for name in CLASSIFIER_FILES:
        shutil.copyfile(selected / name, classifier / name)
    shutil.copyfile(_MODEL, folder / _MODEL.name)
    files, packages = inference_code()
    for path in files:
        copy = folder / "code" / path.relative_to(_LIBRARY.parent)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    pinned = [_pinned(name) for name in (*_SERVING, *packages)]
    (folder / "requirements.txt").write_text("".join(f"{line}\n" for line in sorted(pinned)))
    python = {"python": platform.python_version(), "dependencies": ["-r requirements.txt"]}
    _write_yaml(folder / "python_env.yaml", python)
    _write_yaml(folder / "conda.yaml", _conda(sorted(pinned)))
    example = {"columns": ["image"], "data": [[generated_road()]]}
    write_tree(folder / _EXAMPLE, example)
    write_tree(folder / _SERVED_EXAMPLE, {"dataframe_split": example})
    _write_yaml(folder / "MLmodel", _mlmodel(deployed.classes, model_id, run_id))


def _conda(pinned: list[str]) -> dict[str, Any]:
    """The same packages for conda, without which MLflow makes no environment of any kind."""
    python = f"python={platform.python_version()}"
    return {
        "channels": ["conda-forge"],
        "dependencies": [python, "pip", {"pip": pinned}],
        "name": "mlflow-env",
    }


def _mlmodel(classes: list[str], model_id: str, run_id: str) -> dict[str, Any]:
    place = {"path": "artifacts/classifier", "uri": "models/selected"}
    flavor = {
        "artifacts": {"classifier": place},
        "code": "code",
        "env": {"conda": "conda.yaml", "virtualenv": "python_env.yaml"},
        "loader_module": "mlflow.pyfunc.loaders.code_model",
        "model_code_path": _MODEL.name,
        "python_version": platform.python_version(),
        "streamable": False,
    }
    example = {
        "artifact_path": _EXAMPLE,
        "pandas_orient": "split",
        "serving_input_path": _SERVED_EXAMPLE,
        "type": "dataframe",
    }
    return {
        "flavors": {"python_function": flavor},
        "mlflow_version": metadata.version("mlflow"),
        "model_id": model_id,
        "model_uuid": model_id,
        "run_id": run_id,
        "saved_input_example_info": example,
        "signature": signature(classes),
    }


def signature(classes: list[str]) -> dict[str, str]:
    """Columns in and out; all but the picture may be missing."""
    outputs = [("label", "string"), *((PROBABILITY + name, "double") for name in classes)]
    columns = [
        {"name": name, "required": False, "type": kind}
        for name, kind in (*outputs, ("error", "string"))
    ]
    image = {"name": "image", "required": True, "type": "string"}
    return {"inputs": to_json([image]), "outputs": to_json(columns)}


def inference_code() -> tuple[list[Path], list[str]]:
    """The library's files that the classifier needs, and the packages that these import.

    A package that is imported inside a function alone (pyarrow, for tables of whole folders) is not
    needed to predict.
    """
    files: set[Path] = set()
    packages: set[str] = set()
    waiting = [_ENTRY]
    while waiting:
        path = waiting.pop()
        if path in files:
            continue
        files.add(path)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for name in _imported(tree):
            waiting += _library_files(name)
        packages |= {name.partition(".")[0] for name in _imported(tree, nested=False)}
    return sorted(files), sorted(packages - {"potholes"} - sys.stdlib_module_names)


def _imported(tree: ast.Module, *, nested: bool = True) -> Iterator[str]:
    for node in ast.walk(tree) if nested else tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _library_files(module: str) -> list[Path]:
    """The file of `module` and its packages' `__init__.py`; none where it is not the library's."""
    room, *parts = module.split(".")
    path = _LIBRARY.joinpath(*parts).with_suffix(".py")
    if room != "potholes" or not path.is_file():
        return []
    inits = [
        parent / "__init__.py" for parent in path.parents if _LIBRARY in (parent, *parent.parents)
    ]
    return [path, *(init for init in inits if init.is_file())]


def _pinned(package: str) -> str:
    """`numpy==2.4.0` as it is installed here."""
    for name in _DISTRIBUTIONS.get(package, (package,)):
        try:
            return f"{name}=={metadata.version(name)}"
        except metadata.PackageNotFoundError:
            continue
    raise ValueError(f"{package}: not installed as a package; run `make setup`")


def generated_road() -> str:
    """The input example: base64 of a small JPEG of a road that was never built."""
    from PIL import Image

    from potholes.synthetic.plan import Series
    from potholes.synthetic.roads import photo_bytes

    with Image.open(io.BytesIO(photo_bytes(0, 0.6, Series.POTHOLE, 0))) as photo:
        photo.thumbnail((_EXAMPLE_SIDE, _EXAMPLE_SIDE))
        small = io.BytesIO()
        photo.save(small, "JPEG", quality=80)
    return base64.b64encode(small.getvalue()).decode()


def _write_yaml(path: Path, tree: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(tree), encoding="utf-8")
