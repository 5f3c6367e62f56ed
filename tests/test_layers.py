"""What import-linter cannot say: its list is complete, start-up is cheap, dependencies are true."""

import re
import tomllib
from typing import Any

import pytest

from tests.pipeline_graph import ROOT, external_imports, read_pipeline

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TORCH = {"augmentation", "backbones", "compilation", "copies"}
HEAVY = {"matplotlib", "mlflow", "onnx", "onnxruntime", "pandas", "sklearn", "torch", "torchvision"}
STARTS_WITH = {  # what a stage waits for before it works: 0.3 s (onnxruntime) to 3 s (torchvision)
    "synthesise": set(),
    "standardise": {"sklearn"},
    "augment": {"matplotlib", "torch", "torchvision"},
    "weights": {"torch", "torchvision"},
    "compile": {"onnx", "onnxruntime", "torch", "torchvision"},
    "features": {"onnxruntime"},
    "train": set(),
    "evaluate": {"sklearn"},
    "select": set(),
    "embed": {"onnxruntime"},
    "predict": {"matplotlib"},
    "report": {"matplotlib"},
    "track": {"mlflow"},
}
DISTRIBUTIONS = {"PIL": "pillow", "yaml": "pyyaml", "sklearn": "scikit-learn"}


def test_every_module_without_torch_is_held_to_it() -> None:
    """A new module must be named in the import-linter contract, or here as one that needs torch."""
    contract = next(
        entry
        for entry in PROJECT["tool"]["importlinter"]["contracts"]
        if "indirect" in entry["name"]
    )
    listed = {name.removeprefix("potholes.") for name in contract["source_modules"]}
    paths = (ROOT / "src/potholes").iterdir()
    modules = {
        path.stem for path in paths if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert listed == modules - TORCH - {"__init__"}


@pytest.mark.parametrize("stage", sorted(read_pipeline()))
def test_a_stage_imports_only_the_heavy_packages_it_needs(stage: str) -> None:
    assert external_imports(f"stages.{stage}") & HEAVY == STARTS_WITH[stage]


def test_dependencies_are_what_the_library_imports() -> None:
    imported = {DISTRIBUTIONS.get(name, name) for name in external_imports("potholes")}
    stated = {re.split("[^a-z0-9-]", entry)[0] for entry in PROJECT["project"]["dependencies"]}
    assert (
        imported | {"dvc", "ruamel"} == stated
    )  # stages are run by one, which the other speeds up
