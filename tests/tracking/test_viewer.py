import signal
import subprocess
import sys
import webbrowser
from pathlib import Path

import psutil
import pytest

from potholes.cli import main
from potholes.files.documents import write_document
from potholes.tracking import viewer
from potholes.tracking.store import Store
from potholes.tracking.tables import Receipt
from tests.servers import free_port

FILE = Store("sqlite:////x/mlflow.db", Path("/x/mlflow.db"))
SERVER = Store("https://runs.example", None)


def test_a_store_in_a_file_is_served_on_this_machine_alone() -> None:
    command = viewer.serve_command(FILE)
    assert command is not None
    assert command[command.index("--host") + 1] == "127.0.0.1"
    assert command[-2:] == ["--backend-store-uri", "sqlite:////x/mlflow.db"]
    assert viewer.serve_command(SERVER) is None


def test_a_screen_is_a_display_or_a_mac() -> None:
    assert not viewer.has_screen({}, "linux")
    assert viewer.has_screen({"WAYLAND_DISPLAY": "wayland-0"}, "linux")
    assert viewer.has_screen({}, "darwin")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    pages: list[str] = []
    monkeypatch.setattr(webbrowser, "open", pages.append)
    return pages


def test_a_servers_page_is_opened_where_there_is_a_screen(
    opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewer, "has_screen", lambda _: False)
    assert viewer.show("https://runs.example/#/x", SERVER) == 0
    assert opened == []
    monkeypatch.setattr(viewer, "has_screen", lambda _: True)
    viewer.show("https://runs.example/#/x", SERVER)
    assert opened == ["https://runs.example/#/x"]


def test_nothing_is_opened_if_the_server_of_this_machine_does_not_start(
    opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewer, "has_screen", lambda _: True)
    fails = [sys.executable, "-c", "raise SystemExit(3)"]
    monkeypatch.setattr(viewer, "serve_command", lambda *_: fails)
    assert viewer.show("http://127.0.0.1:1/#/x", FILE, 1) == 3  # nobody listens there
    assert opened == []


def test_the_command_prints_the_address_of_the_experiment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    receipt = Receipt("x", "potholes", "7", "f", True, "", "p", {}, "")
    write_document(tmp_path / "mlflow.json", receipt)
    monkeypatch.setattr(viewer, "serve_command", lambda *_: [sys.executable, "-c", ""])
    with pytest.raises(SystemExit) as stop:
        main(["ui", "--receipt", "mlflow.json", "--port", str(free_port())])
    assert stop.value.code == 0
    assert "/#/experiments/7/runs?" in capsys.readouterr().out


def test_runs_that_were_not_logged_are_a_line_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt = Receipt("x", "potholes", None, "f", False, "refused", None, {}, "")
    write_document(tmp_path / "mlflow.json", receipt)
    with pytest.raises(SystemExit) as stop:
        main(["ui", "--receipt", str(tmp_path / "mlflow.json")])
    assert stop.value.code == 2
    assert "not logged to MLflow (refused)" in capsys.readouterr().err


def test_the_server_ends_with_the_command(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from potholes.tracking import viewer
from potholes.tracking.store import Store
waits = "import os, sys; print(os.getpid(), flush=True); sys.stdin.read()"
viewer.serve_command = lambda *_: [sys.executable, "-c", waits]
viewer.show("http://127.0.0.1:1/", Store("sqlite:////x/mlflow.db", Path("/x/mlflow.db")))
"""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as command:
        assert command.stdout
        server = psutil.Process(int(command.stdout.readline()))
        command.terminate()
        assert command.wait(30) == 128 + signal.SIGTERM
        assert not server.is_running()
