"""docs/team.md: its commands run in order by an administrator and two members, on real servers."""

import base64
import importlib.util
import json
import os
import re
import secrets
import shutil
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from potholes.files.documents import read_document
from potholes.tracking.tables import Receipt
from tests.clone import ROOT, Clone, stages_run
from tests.postgres import binaries, postgres
from tests.readme import blocks
from tests.servers import free_port, running

PAGE = ROOT / "docs/team.md"
LOAD, DATABASE, BUCKET, RIGHTS, MEMBER, REMOTE, GIVE, TAKE = blocks(PAGE)
SERVER = re.search(r"^mlflow server .*?(?<!\\)$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
AS_SUPERUSER = "sudo -u postgres --preserve-env=PGPASSWORD psql"

PACKAGES = ("boto3", "dvc_s3", "flask_wtf", "moto", "psycopg")
MISSING = [
    *(f"Python package {name}" for name in PACKAGES if not importlib.util.find_spec(name)),
    *(["PostgreSQL (apt-get install postgresql)"] if not binaries() else []),
    *(["curl"] if not shutil.which("curl") else []),
]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")


@dataclass(frozen=True)
class Team:
    """The administrator's folder, and how a member's clone is made ready."""

    folder: Path
    settings: dict[str, str]  # what `.env` holds
    log: Path  # of the MLflow server

    @property
    def secrets(self) -> set[str]:
        return {value for name, value in self.settings.items() if re.search("PASS|SECRET", name)}

    def settle(self, clone: Clone) -> None:
        """Fill in `.env` there."""
        text = (ROOT / ".env.example").read_text(encoding="utf-8")
        for name, value in self.settings.items():
            text, count = re.subn(rf"^{name}=.*$", f"{name}={value}", text, flags=re.M)
            assert count == 1, f"{name} is not in .env.example"
        assert not re.search(r"^\w+=$", text, re.M), text
        (clone.folder / ".env").write_text(text, encoding="utf-8")

    def run(self, clone: Clone, commands: str) -> str:
        """The page's commands as this member types them, `.env` loaded."""
        for said, here in {
            AS_SUPERUSER: "psql --username postgres --dbname postgres",
            "the password of ann": self.settings["MLFLOW_TRACKING_PASSWORD"],
        }.items():
            commands = commands.replace(said, here)
        return clone.run(f"set -eu\n{LOAD}\n{commands}")


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """PostgreSQL, S3 and MLflow run; the administrator has done what the page says."""
    folder = tmp_path_factory.mktemp("team")
    s3, mlflow = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    with ExitStack() as servers, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{os.environ['PATH']}{os.pathsep}{binaries()}")  # for psql
        settings = {
            "AWS_ACCESS_KEY_ID": "member",
            "AWS_ENDPOINT_URL": s3,
            "AWS_SECRET_ACCESS_KEY": secrets.token_hex(),
            "MLFLOW_AUTH_ADMIN_PASSWORD": secrets.token_hex(),
            "MLFLOW_FLASK_SERVER_SECRET_KEY": secrets.token_hex(),
            "MLFLOW_TRACKING_PASSWORD": secrets.token_hex(),
            "MLFLOW_TRACKING_URI": mlflow,
            "MLFLOW_TRACKING_USERNAME": "ann",
            "PGHOST": "127.0.0.1",
            "PGPASSWORD": secrets.token_hex(),
            "PGPORT": str(servers.enter_context(postgres())),
        }
        made = Team(folder, settings, folder / "server.log")
        moto = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", s3.rpartition(":")[2]]
        servers.enter_context(running(moto, s3, folder / "s3.log"))
        admin = Clone(folder)
        made.settle(admin)
        for block in (DATABASE, BUCKET, RIGHTS):
            made.run(admin, block)
        assert SERVER
        command = SERVER[0].replace("0.0.0.0", "127.0.0.1").replace("--port 5000", _port(mlflow))
        command = command.replace("mlflow.example:5000", mlflow.removeprefix("http://"))
        script = f"set -eu\n{LOAD}\nexec {command} --workers 1"
        quiet = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", **admin.environment}
        servers.enter_context(running(["bash", "-c", script], f"{mlflow}/health", made.log, quiet))
        made.run(admin, MEMBER)
        yield made


def _port(address: str) -> str:
    return f"--port {address.rpartition(':')[2]}"


@pytest.fixture(scope="module")
def first(team: Team, pipeline: Clone) -> Clone:
    """The first member has run the pipeline (all but the end before) and given away the results."""
    clone = pipeline.copy(team.folder / "first")
    clone.run("rm -rf .git mlflow.db mlartifacts")
    clone.set_params({"track.experiment": "team"})
    clone.run("git init --quiet && git config user.name t && git config user.email t@localhost")
    clone.run("git add --all && git rm --quiet --cached dvc.lock reports/metrics.json")
    clone.run("git commit --quiet --message state")
    clone.run("git init --quiet --bare ../origin.git && git remote add origin ../origin.git")
    team.settle(clone)
    team.run(clone, REMOTE)
    said = team.run(clone, GIVE)
    assert "NOT LOGGED" not in said, said
    assert stages_run(said) == ["report", "track"]  # what reads all params
    return clone


@pytest.fixture(scope="module")
def second(team: Team, first: Clone) -> Clone:
    """Another member has cloned and pulled, and has a cache of his own."""
    first.run("git clone --quiet ../origin.git ../second")
    clone = Clone(team.folder / "second")
    team.settle(clone)
    assert stages_run(team.run(clone, TAKE)) == []
    return clone


def test_who_pulls_computes_nothing_and_sees_the_same_runs(
    team: Team, first: Clone, second: Clone
) -> None:
    receipts = [read_document(c.folder / "reports/mlflow.json", Receipt) for c in (first, second)]
    assert receipts[0] == receipts[1]
    assert receipts[0].logged
    team.run(second, "python -m stages.track reports models data/predictions reports/mlflow.json")
    again = read_document(second.folder / "reports/mlflow.json", Receipt)
    assert again == receipts[0]
    assert len(_runs(team)) == 2  # parent and child
    assert second.run("git status --porcelain") == ""
    assert not list(second.folder.glob("mlflow.db*"))


def test_the_second_member_serves_the_champion_of_the_first(
    team: Team, first: Clone, second: Clone
) -> None:
    port = free_port()
    command = f"set -eu\n{LOAD}\nexec potholes serve --port {port}"
    address = f"http://127.0.0.1:{port}"
    photo = next((first.folder / "data/synthetic/unlabelled").rglob("*.jpg"))
    rows = {"columns": ["image"], "data": [[base64.b64encode(photo.read_bytes()).decode()]]}
    request = urllib.request.Request(
        f"{address}/invocations",
        json.dumps({"dataframe_split": rows}).encode(),
        {"Content-Type": "application/json"},
    )
    log = second.folder / "serve.log"
    with running(["bash", "-c", command], f"{address}/ping", log, second.environment):
        (answer,) = json.load(urllib.request.urlopen(request, timeout=60))["predictions"]
    assert answer["error"] is None
    probabilities = [value for key, value in answer.items() if key.startswith("probability_")]
    assert sum(probabilities) == pytest.approx(1, abs=1e-6)


def test_without_the_password_nothing_is_told_and_the_pipeline_ends_well(
    team: Team, second: Clone
) -> None:
    wrong = "export MLFLOW_TRACKING_PASSWORD=wrong\n"
    said = team.run(
        second, f"{wrong}python -m stages.track reports models data/predictions reports/mlflow.json"
    )
    assert "NOT LOGGED" in said
    assert "401" in said


def test_a_lost_server_is_filled_again_from_git_and_dvc(team: Team, second: Clone) -> None:
    for run_id in _runs(team):
        _ask(team, "runs/delete", {"run_id": run_id})
    assert _runs(team) == []
    assert "1 states logged" in team.run(second, "potholes track-history")
    assert len(_runs(team)) == 2


def test_no_secret_lies_in_a_file_an_artifact_or_a_log(
    team: Team, first: Clone, second: Clone
) -> None:
    objects = "import boto3, sys\nb = boto3.resource('s3').Bucket('potholes')\n"
    objects += "[b.download_file(o.key, f'all/{i}') for i, o in enumerate(b.objects.all())]"
    team.run(Clone(team.folder), f'mkdir all && python -c "{objects}"')
    assert len(list((team.folder / "all").iterdir())) > 100
    for path in team.folder.rglob("*"):
        if path.is_file() and path.name != ".env":
            content = path.read_bytes()
            assert not any(secret.encode() in content for secret in team.secrets), path


def _runs(team: Team) -> list[str]:
    """Ids of the experiment's runs, as MLflow tells ann."""
    runs = _ask(team, "runs/search", {"experiment_ids": ["1"]}).get("runs", [])
    return [run["info"]["run_id"] for run in runs]


def _ask(team: Team, call: str, body: dict[str, object]) -> dict[str, Any]:
    """MLflow's answer to a call of its API."""
    settings = team.settings
    name = f"{settings['MLFLOW_TRACKING_USERNAME']}:{settings['MLFLOW_TRACKING_PASSWORD']}"
    request = urllib.request.Request(
        f"{settings['MLFLOW_TRACKING_URI']}/api/2.0/mlflow/{call}",
        json.dumps(body).encode(),
        {
            "Authorization": f"Basic {base64.b64encode(name.encode()).decode()}",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        found: dict[str, Any] = json.load(answer)
        return found
