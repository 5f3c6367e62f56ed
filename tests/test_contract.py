"""dvc.yaml, params.yaml, the params models and the stages' imports agree."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from dvc.utils.hydra import apply_overrides

from potholes.params import Params
from tests.pipeline_graph import (
    ROOT,
    Stage,
    attributes,
    library_files,
    params_read,
    parse,
    read_pipeline,
)

STAGES = read_pipeline()
SCRIPTS = sorted(path for path in (ROOT / "stages").glob("*.py") if path.name != "__init__.py")
LIBRARY = sorted((ROOT / "src").rglob("*.py"))
LINES = (ROOT / "params.yaml").read_text(encoding="utf-8").splitlines()


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


@pytest.fixture(params=STAGES.values(), ids=STAGES)
def stage(request: pytest.FixtureRequest) -> Stage:
    value = request.param
    assert isinstance(value, Stage)
    return value


def test_every_script_is_a_stage_and_every_stage_a_script() -> None:
    assert [path.stem for path in SCRIPTS] == sorted(STAGES)


def test_a_stage_runs_its_own_script_and_depends_on_it(stage: Stage) -> None:
    assert stage.cmd.startswith(f"python -m stages.{stage.name} ")
    assert f"stages/{stage.name}.py" in stage.deps


def test_every_import_of_a_stage_is_covered_by_its_deps_and_no_dep_is_unused(stage: Stage) -> None:
    listed = {dep for dep in stage.deps if dep.startswith("src/")}
    used = library_files(stage.name)
    missing = {file for file in used if not any(covers(dep, file) for dep in listed)}
    unused = {dep for dep in listed if not any(covers(dep, file) for file in used)}
    twice = {dep for dep in listed if any(dep != other and covers(other, dep) for other in listed)}
    assert not missing, f"dvc.yaml, {stage.name}: imported but not among its deps"
    assert not unused, f"dvc.yaml, {stage.name}: among its deps but not imported"
    assert not twice, f"dvc.yaml, {stage.name}: inside a folder that is a dep too"


def covers(dep: str, file: str) -> bool:
    """Whether a change of `file` is a change of `dep`, a file or a folder."""
    return Path(file).is_relative_to(dep)


def test_params_of_a_stage_are_those_that_its_script_reads(stage: Stage) -> None:
    if stage.whole_file:
        return
    read, handed_on = params_read(stage.script)
    declared = {*stage.params, *re.findall(r"\$\{([a-z_.]+)\}", " ".join(stage.deps))}
    unlisted = {name for name in read if not listed(name, declared, stage)}
    unread = {name for name in stage.params if not any(related(name, other) for other in read)}
    assert not unlisted, f"{stage.name} reads {sorted(unlisted)}: add to its params in dvc.yaml"
    assert not unread, f"{stage.name} does not read {sorted(unread)}: drop from its params"
    assert not handed_on, f"{stage.name} hands all params to the library: hand it a section"


def related(one: str, other: str) -> bool:
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def listed(name: str, declared: set[str], stage: Stage) -> bool:
    """Whether DVC runs the stage again for every key at or below `name` that it can use."""
    if any(f"{name}.".startswith(f"{entry}.") for entry in declared):
        return True
    below = {entry.split(".")[1] for entry in declared if entry.startswith(f"{name}.")}
    section = Params.model_fields[name.split(".")[0]].annotation
    others = set(section.model_fields) - below if section else set()
    return bool(below) and not others & attributes(library_files(stage.name))


def test_params_in_dvc_yaml_exist(stage: Stage) -> None:
    tree = yaml.safe_load("\n".join(LINES))
    for name in stage.params:
        at: Any = tree
        for part in [] if name == "params.yaml:" else name.split("."):
            assert part in at, f"{stage.name}: params.yaml has no {name}"
            at = at[part]


def test_every_section_of_the_params_reaches_a_stage() -> None:
    used = {name.split(".")[0] for stage in STAGES.values() for name in stage.params}
    only_read_by_track = {"track"}  # which depends on the whole file
    assert set(Params.model_fields) == used - {"params"} | only_read_by_track


def test_params_yaml_is_valid_and_ordered_like_its_model() -> None:
    tree = yaml.safe_load("\n".join(LINES))
    Params.model_validate(tree)
    assert list(tree) == list(Params.model_fields)


def test_every_line_of_params_yaml_says_what_it_is() -> None:
    explained = ""
    silent = []
    for line in filter(None, LINES):
        if not line.startswith((" ", "#", "-")):
            explained = line.partition("  #")[2]
        item = line.lstrip().startswith("- ")
        if "#" not in line and not explained and not item and not line.endswith(":"):
            silent.append(line)
    assert not silent, "no comment on the line or its section: " + "; ".join(silent)


def test_an_experiment_changes_one_line_of_params_yaml(tmp_path: Path) -> None:
    """`dvc exp run -S` writes the file anew: a list keeps neither another style than this nor a
    blank line after it."""
    path = tmp_path / "params.yaml"
    path.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    apply_overrides(path, ["train.lr=0.123"])
    changed = path.read_text(encoding="utf-8").splitlines()
    assert len(changed) == len(LINES)
    assert [new for new, old in zip(changed, LINES, strict=True) if new != old] == [
        next(line for line in changed if "0.123" in line)
    ]


def test_a_stage_made_for_every_backbone_writes_one_file_or_folder_for_each(stage: Stage) -> None:
    assert all(("${item}" in out) == stage.each for out in stage.outs)


def test_every_out_keeps_the_run_cache(stage: Stage) -> None:
    """A plain out with `cache: false` would turn it off; `persist` would too."""
    for path, options in stage.outs.items():
        assert options["kind"] == "metrics" or options.get("cache", True), path
        assert not options.get("persist"), path


def test_dvc_compares_one_file_of_metrics_and_draws_no_stages_outs() -> None:
    kinds = [(path, out["kind"]) for one in STAGES.values() for path, out in one.outs.items()]
    assert [path for path, kind in kinds if kind != "outs"] == ["reports/metrics.json"]


def test_every_plot_is_a_file_of_a_stage_with_a_template_of_ours() -> None:
    tree = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))
    written = {path for one in STAGES.values() for path in one.outs}
    for plot in tree["plots"]:
        ((path, options),) = plot.items()
        assert any(covers(out, path) for out in written), path
        assert (ROOT / f".dvc/plots/{options['template']}.json").is_file(), path


def test_make_clean_removes_every_out(stage: Stage) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    removed = re.findall(r"\S+", " ".join(re.findall(r"^\trm -rf (.*)$", makefile, re.M)))
    for out in stage.outs:
        assert any(Path(out).is_relative_to(folder) for folder in removed), f"make clean: {out}"


def test_data_readme_has_a_row_for_every_folder_that_a_stage_writes(stage: Stage) -> None:
    rows = (ROOT / "data/README.md").read_text(encoding="utf-8").splitlines()
    for out in stage.outs:
        if Path(out).is_relative_to("data"):
            folder = out.replace("${item}", "<backbone>").removeprefix("data/")
            own = [row for row in rows if f"`{folder}/" in row and f"stage `{stage.name}`" in row]
            assert own, f"data/README.md: no row for {folder}/ of stage {stage.name}"


@pytest.mark.parametrize("path", SCRIPTS, ids=names(SCRIPTS))
def test_a_stage_script_is_thin(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 60


@pytest.mark.parametrize("path", LIBRARY, ids=names(LIBRARY))
def test_a_file_is_one_room(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, node.name
