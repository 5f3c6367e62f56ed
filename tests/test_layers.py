"""What import-linter cannot say: its list is complete, start-up is cheap, dependencies are true."""

import re
import subprocess
import sys
import tomllib
from collections import Counter
from typing import Any

import pytest

from tests.pipeline_graph import ROOT, external_imports, read_pipeline

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TORCH = {"compilation", "weights"}  # the rooms that may
LIBRARY = ROOT / "src/potholes"
MODULES = {path.stem for path in LIBRARY.glob("*.py")} - {"__init__"}
ROOMS = {path.parent.name for path in LIBRARY.glob("*/__init__.py")}
HEAVY = {
    "jinja2",
    "matplotlib",
    "mlflow",
    "onnx",
    "onnxruntime",
    "pandas",
    "scipy",
    "sklearn",
    "torch",
}
HEAVY |= {"torchvision"}
USES = {  # what a stage imports at any time: 0.3 s (onnxruntime) to 3 s (torchvision) each
    "synthesise": set(),
    "standardise": {"scipy", "sklearn"},
    "augment": set(),
    "weights": {"torch", "torchvision"},
    "compile": {"onnx", "onnxruntime", "torch", "torchvision"},
    "features": {"onnxruntime"},
    "train": set(),
    "crossvalidate": set(),
    "evaluate": set(),
    "select": set(),
    "explain": {"onnxruntime"},
    "audit": set(),
    "embed": {"onnxruntime"},
    "predict": set(),
    "report": {"jinja2"},
    "track": {"mlflow"},
}
LATER = {  # imported only once there is something to do with it
    "track": {"mlflow"},  # by a state that the store lacks
}
ALONG = {"standardise": {"pandas"}}  # scikit-learn's own imports
DISTRIBUTIONS = {
    "PIL": "pillow",
    "yaml": "pyyaml",
    "sklearn": "scikit-learn",
    "resvg_py": "resvg-py",
}


def test_every_module_without_torch_is_held_to_it() -> None:
    """A new module must be named in the import-linter contract, or here as one that needs torch."""
    contract = next(
        entry
        for entry in PROJECT["tool"]["importlinter"]["contracts"]
        if "indirect" in entry["name"]
    )
    listed = {name.split(".")[1] for name in contract["source_modules"] if name.count(".") == 1}
    assert listed == MODULES | ROOMS - TORCH


def test_the_house_has_few_rooms_and_no_name_occurs_twice() -> None:
    """`tables.py` excepted, the formats of its room."""
    assert len(MODULES) <= 8
    assert len(ROOMS) <= 23
    names = Counter(path.name for path in LIBRARY.rglob("*.py"))
    twice = {name for name, count in names.items() if count > 1}
    assert twice == {"__init__.py", "tables.py"}


def test_the_tests_mirror_the_library() -> None:
    """A test file lies in the folder of its room's name."""
    folders = {path.parent.name for path in (ROOT / "tests").rglob("test_*.py")}
    assert folders <= ROOMS | {"tests", "stages", "benchmarks"}


@pytest.mark.parametrize("stage", sorted(read_pipeline()))
def test_a_stage_imports_only_the_heavy_packages_it_needs(stage: str) -> None:
    assert external_imports(f"stages.{stage}") & HEAVY == USES[stage]


@pytest.mark.parametrize("stage", sorted(read_pipeline()))
def test_a_stage_starts_with_nothing_else_loaded(stage: str) -> None:
    expected = (USES[stage] | ALONG.get(stage, set())) - LATER.get(stage, set())
    assert _loaded(f"import stages.{stage}") == expected


def _loaded(code: str) -> set[str]:
    """Heavy packages in sys.modules after `code` has run in a fresh process."""
    tell = "import sys\nprint('LOADED', *{name.split('.')[0] for name in sys.modules})"
    process = subprocess.run(
        [sys.executable, "-c", f"{code}\n{tell}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    *_, last = process.stdout.splitlines()
    assert last.startswith("LOADED ")
    return set(last.split()) & HEAVY


def test_a_plain_install_has_what_predicting_imports_and_no_more() -> None:
    """`pip install .` is for who only predicts; what the pipeline needs besides is `train`."""
    small = ROOMS & {"bulk", "prediction"} | {"export.state_dict", "report.comparison_table"}
    predicting = set().union(*(external_imports(f"potholes.{name}") for name in small))
    imported = {DISTRIBUTIONS.get(name, name) for name in external_imports("potholes")}
    # only `predict --sample` draws, and it says what to install
    base = {DISTRIBUTIONS.get(name, name) for name in predicting} - {"resvg-py"}
    assert _stated(PROJECT["project"]["dependencies"]) == base
    # DVC runs the stages, ruamel speeds it up, matplotlib brings the letters of figures, and
    # `make setup` takes Vega from vl-convert
    others = {"dvc", "ruamel", "matplotlib", "vl-convert-python"}
    extras = PROJECT["project"]["optional-dependencies"]
    assert _stated(extras["train"]) == imported - base | others


def _stated(entries: list[str]) -> set[str]:
    return {re.split("[^a-z0-9-]", entry)[0] for entry in entries}
