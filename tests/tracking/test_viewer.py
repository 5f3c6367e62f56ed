import sys
import webbrowser
from pathlib import Path

import pytest

from potholes.cli import main
from potholes.files.documents import write_document
from potholes.tracking import viewer
from potholes.tracking.store import Store
from potholes.tracking.tables import Receipt

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
    monkeypatch.setattr(viewer, "PORT", 1)  # nobody listens there
    fails = [sys.executable, "-c", "raise SystemExit(3)"]
    monkeypatch.setattr(viewer, "serve_command", lambda _: fails)
    assert viewer.show("http://127.0.0.1:5000/#/x", FILE) == 3
    assert opened == []


def test_the_command_prints_the_address_of_the_experiment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    receipt = Receipt("x", "potholes", "7", "f", True, "", "p", {}, "")
    write_document(tmp_path / "mlflow.json", receipt)
    monkeypatch.setattr(viewer, "serve_command", lambda _: [sys.executable, "-c", ""])
    with pytest.raises(SystemExit) as stop:
        main(["ui", "--receipt", "mlflow.json"])
    assert stop.value.code == 0
    assert "http://127.0.0.1:5000/#/experiments/7/runs?" in capsys.readouterr().out


def test_runs_that_were_not_logged_are_a_line_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt = Receipt("x", "potholes", None, "f", False, "refused", None, {}, "")
    write_document(tmp_path / "mlflow.json", receipt)
    with pytest.raises(SystemExit) as stop:
        main(["ui", "--receipt", str(tmp_path / "mlflow.json")])
    assert stop.value.code == 2
    assert "not logged to MLflow (refused)" in capsys.readouterr().err
