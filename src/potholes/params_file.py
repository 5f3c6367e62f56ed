"""`params.yaml` read and checked as a whole, so that the first stage that runs finds a mistake."""

import os
import re
import shlex
from collections.abc import Hashable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from potholes.params import EvaluateParams, Params

WEIGHTS_SOURCES = ("auto", "imagenet", "random")  # any other `weights.source` is a folder
GENERATED = ("data/synthetic/labelled", "data/synthetic/unlabelled")  # by stage synthesise


class _Loader(yaml.SafeLoader):
    """YAML as DVC reads it: `1e-3` is a number, and a key that is listed twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            line = node.start_mark.line + 1
            raise ValueError(
                f"key {', '.join(twice)} listed twice (mapping from line {line}); remove one"
            )
        return super().construct_mapping(node, deep)


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)$"),
    list("-+0123456789."),
)


def load_params(path: Path = Path("params.yaml")) -> Params:
    """The checked contents of `path`.

    Raises ValueError naming the file, and for every wrong key what was got and expected.
    """
    try:
        tree = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except FileNotFoundError:
        raise ValueError(f"{path}: not found; run this in the project's folder") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: not readable as YAML, {_place_and_fault(error)}") from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    if not isinstance(tree, dict):
        raise ValueError(f"{path}: expected sections such as `train:`, got {type(tree).__name__}")
    try:
        return Params.model_validate(tree)
    except ValidationError as error:
        lines = [_complaint(detail) for detail in error.errors(include_url=False)]
        raise ValueError("\n".join(f"{path}: {line}" for line in lines)) from None


def check_folders(params: Params, project: Path = Path()) -> None:
    """Raise ValueError, a line each with the cure, for the folders of `params` that are missing.

    An empty folder is none of them, nor one that stage synthesise is going to make, nor, in a
    stage, one that DVC tracks. `project` is the folder that holds params.yaml. Raises, too, what
    `refuse_costs` does of the class folders that are there.
    """
    data, source = params.data, params.weights.source
    photos = "put the photos there, one sub-folder for each class (docs/your-photos.md)"
    named = [("data.labelled", data.labelled, photos)]
    create = f"create it: mkdir -p {shlex.quote(data.unlabelled)}"
    named += [("data.unlabelled", data.unlabelled, create)]
    if source not in WEIGHTS_SOURCES:
        near = get_close_matches(source, WEIGHTS_SOURCES, n=1)
        known = f"expected {', '.join(WEIGHTS_SOURCES)} or a folder of state dicts"
        cure = f"{known}; did you mean {near[0]}?" if near else known
        named += [("weights.source", source, cure)]
    problems = [
        f"params.yaml: {key}: {problem}"
        for key, name, cure in named
        if (problem := _problem_of_folder(name, project, cure))
    ]
    if problems:
        raise ValueError("\n".join(problems))
    if (project / data.labelled).is_dir():
        refuse_costs(params.evaluate, _class_folders(project / data.labelled))


def refuse_costs(params: EvaluateParams, classes: int) -> None:
    """Raise ValueError where costs are given that say nothing of so many classes."""
    if classes > 2 and params.miss_cost != params.false_alarm_cost:
        raise ValueError(
            "params.yaml: evaluate.miss_cost and evaluate.false_alarm_cost: got "
            f"{params.miss_cost:g} and {params.false_alarm_cost:g} with {classes} classes, but two "
            "costs say only which of two classes is worse to miss; set both to the same number "
            "(the most probable class is then predicted), or merge the folders into two classes"
        )


def _class_folders(root: Path) -> int:
    """As `photos.scanning` counts them: a class folder without photos is an error there."""
    with os.scandir(root) as entries:
        return sum(
            entry.is_dir(follow_symlinks=False)
            and not entry.name.startswith(".")
            and entry.name != "__MACOSX"
            for entry in entries
        )


def _problem_of_folder(name: str, project: Path, cure: str) -> str | None:
    folder = project / name
    if folder.is_dir() or os.path.normpath(name) in GENERATED:
        return None
    if folder.exists():
        return f"{name} is a file, expected a folder"
    repository = os.environ.get("DVC_ROOT")  # set for the command of a stage
    if any(Path(f"{path}.dvc").exists() for path in (folder, *folder.parents)):
        # `dvc repro --pull` and `dvc exp run --temp STAGE` bring what the stages need, and no more.
        missing = f"{name} does not exist here, but DVC tracks it; run `dvc pull {name}`"
        return None if repository else missing
    if not repository or Path(repository).resolve() == project.resolve():
        return f"no folder {name}; {cure}"
    # `dvc exp run --temp` and `--queue` run in a copy of what git and DVC know.
    if (Path(repository) / name).is_dir() and ".." not in Path(name).parts:
        return (
            f"{name} is not in this experiment's temporary folder, because neither git nor DVC "
            f"tracks it. Run `dvc add {name}` (a few small files: `git add --force {name}`), and "
            "commit"
        )
    return f"no folder {name}; with `dvc exp run --temp` or `--queue`, use an absolute path"


def _place_and_fault(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        first = (error.context_mark or error.problem_mark).line + 1
        last = error.problem_mark.line + 1
        return f"line {first}{f' to {last}' if last > first else ''}: {error.problem}"
    return " ".join(str(error).split())


def _complaint(detail: Any) -> str:
    key = ".".join(str(part) for part in detail["loc"])
    message: str = detail["msg"].removeprefix("Value error, ")
    message = (message[:1].lower() + message[1:]).removeprefix("input should be ")
    if detail["type"] == "missing":
        return f"{key}: missing; add it"
    if detail["type"] == "extra_forbidden":
        close = get_close_matches(str(detail["loc"][-1]), _known_keys(detail["loc"][:-1]), n=1)
        return f"{key}: unknown key" + (f"; did you mean {close[0]}?" if close else "; remove it")
    if not key:
        return message
    return f"{key}: got {detail['input']!r}, expected: {message}"


def _known_keys(path: tuple[str | int, ...]) -> list[str]:
    model: Any = Params
    for part in path:
        model = model.model_fields[part].annotation
    return list(model.model_fields)
