"""A copy of the project in another folder, with tiny params, in which commands can be run."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]

TINY = {
    "backbones": ["resnet18"],
    "synthetic.labelled": 30,
    "synthetic.unlabelled": 6,
    "augment.copies": 1,
    "weights.source": "random",
    "train.epochs": 3,
}


@dataclass(frozen=True)
class Clone:
    """A project folder; commands in it see its own library and this environment's tools."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "DVC_"))}
        return inherited | {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PYTHONPATH": str(self.folder / "src"),
            "DVC_NO_ANALYTICS": "1",
        }

    def run(self, command: str, *, fails: bool = False) -> str:
        """What the command prints; its exit code must be 0, or with `fails` another."""
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=1200,
        )
        assert (done.returncode != 0) == fails, f"{command}\n{done.stdout}"
        return done.stdout

    def repro(self, *targets: str) -> list[str]:
        """Names of the stages whose script ran, in order; one from the run-cache did not run."""
        return stages_run(self.run(" ".join(["dvc repro", *targets])))

    def set_params(self, values: Mapping[str, Any]) -> None:
        """Replace values in params.yaml; keys are `section.key` or `key`."""
        path = self.folder / "params.yaml"
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
        for key, value in values.items():
            *sections, leaf = key.split(".")
            branch = tree
            for section in sections:
                branch = branch[section]
            assert leaf in branch, key
            branch[leaf] = value
        path.write_text(yaml.safe_dump(tree, sort_keys=False), encoding="utf-8")

    def copy(self, folder: Path) -> "Clone":
        """All of it, git's and DVC's folders too, in the new `folder`."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Clone(folder)

    def commit(self) -> None:
        """Commit everything that git does not ignore."""
        self.run("git add --all && git commit --quiet --allow-empty --message state")


def stages_run(output: str) -> list[str]:
    """Names of the stages that `dvc` says it ran."""
    return re.findall(r"^Running stage '(.+)':$", output, re.M)


def make_clone(folder: Path, params: Mapping[str, Any] = TINY) -> Clone:
    """The working tree's files, tracked or new, in a fresh repository with `params` changed."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    for name in subprocess.check_output(listed, cwd=ROOT, text=True).split("\0"):
        if name and (ROOT / name).is_file() and not name.startswith(("reports/", "dvc.lock")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    clone = Clone(folder)
    clone.set_params(params)
    clone.run("git init --quiet && git config user.name t && git config user.email t@localhost")
    clone.commit()
    return clone
