"""The folder that MLflow loads, as files."""

import base64
import io
import json
import re
from pathlib import Path

import grimp
import mlflow.pyfunc
import pytest
import yaml
from mlflow.models import Model
from PIL import Image

from potholes.tracking.servable import inference_code, write_servable
from tests.factories import REPOSITORY, write_project


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    write_project(root)
    write_servable(root / "model", root / "models/selected", "m-1", "r-1")
    return root / "model"


def test_the_code_is_what_the_classifier_imports() -> None:
    graph = grimp.build_graph("potholes", cache_dir=None, exclude_type_checking_imports=True)
    entry = "potholes.prediction.classifier"
    modules = {entry, *graph.find_upstream_modules(entry)}
    packages = {module.rpartition(".")[0] for module in modules}
    files = {path.relative_to(REPOSITORY / "src").as_posix() for path in inference_code()[0]}
    assert files == {
        *(f"{module.replace('.', '/')}.py" for module in modules),
        *(f"{package.replace('.', '/')}/__init__.py" for package in packages),
        "potholes/__init__.py",
    }


def test_the_requirements_are_pinned_and_hold_only_what_inference_needs(folder: Path) -> None:
    lines = (folder / "requirements.txt").read_text().splitlines()
    assert all(re.fullmatch(r"[a-z-]+==[0-9][0-9a-z.+]*", line) for line in lines)
    expected = (
        "mlflow numpy onnxruntime pandas pillow pydantic safetensors tabulate threadpoolctl tqdm"
    )
    assert {line.partition("==")[0] for line in lines} == set(expected.split())


def test_environments_of_every_kind_have_the_same_packages(folder: Path) -> None:
    model = yaml.safe_load((folder / "MLmodel").read_text())
    environments = model["flavors"]["python_function"]["env"]
    conda = yaml.safe_load((folder / environments["conda"]).read_text())
    python, _, pip = conda["dependencies"]
    assert pip["pip"] == (folder / "requirements.txt").read_text().splitlines()
    plain = yaml.safe_load((folder / environments["virtualenv"]).read_text())
    assert python == f"python={plain['python']}"
    assert plain["dependencies"] == ["-r requirements.txt"]


def test_no_pickle_and_no_path_of_this_machine_is_in_it(folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    kinds = {path.suffix for path in files}
    assert kinds == {"", ".json", ".onnx", ".py", ".safetensors", ".txt", ".yaml"}
    for path in files:
        assert str(folder.parent).encode() not in path.read_bytes(), path
        assert str(REPOSITORY).encode() not in path.read_bytes(), path


def test_mlflow_itself_would_describe_the_model_alike(folder: Path, tmp_path: Path) -> None:
    """The keys of its own save_model, but for those that say nothing here."""
    mlflow.pyfunc.save_model(
        tmp_path / "own",
        python_model=str(folder / "served_model.py"),
        artifacts={"classifier": str(folder / "artifacts/classifier")},
        code_paths=[str(folder / "code/potholes")],
        signature=Model.load(str(folder)).signature,
        input_example=Model.load(str(folder)).load_input_example(str(folder)),
        pip_requirements=str(folder / "requirements.txt"),
    )
    ours, theirs = (
        yaml.safe_load((model / "MLmodel").read_text()) for model in (folder, tmp_path / "own")
    )
    flavors = [tree.pop("flavors")["python_function"] for tree in (ours, theirs)]
    assert set(flavors[1]) - set(flavors[0]) == {"cloudpickle_version"}
    for key in ("loader_module", "code", "python_version", "streamable"):
        assert flavors[0][key] == flavors[1][key]
    assert ours["saved_input_example_info"] == theirs["saved_input_example_info"]
    same = ("requirements.txt", "served_model.py", "code/potholes/params.py")
    for name in same:
        own = (tmp_path / "own" / name).read_text()
        assert (folder / name).read_text().split() == own.split()


def test_the_input_example_is_a_small_jpeg(folder: Path) -> None:
    tree = json.loads((folder / "serving_input_example.json").read_text())
    ((text,),) = tree["dataframe_split"]["data"]
    with Image.open(io.BytesIO(base64.b64decode(text))) as photo:
        assert photo.format == "JPEG"
        assert max(photo.size) == 256
    assert len(text) < 20_000
