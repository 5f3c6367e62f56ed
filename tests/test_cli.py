import json
import subprocess
import sys

import pytest
from PIL import Image

from potholes.cli import main
from tests.factories import write_project
from tests.photo_files import write_labelled
from tests.tiny_model import write_tiny_model


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nfrom potholes.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'torch', 'torchvision', 'onnxruntime', 'sklearn', 'scipy', 'pandas',"
        " 'matplotlib', 'mlflow', 'numpy'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("[]")


def test_an_out_folder_with_something_in_it_is_refused(resnet18_model, tmp_path, capsys):
    (tmp_path / "old").write_text("")
    arguments = ["predict", str(tmp_path), "--model", str(resnet18_model), "--out", str(tmp_path)]
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "is not a new or empty folder" in capsys.readouterr().err


def test_a_missing_model_is_one_line(tmp_path, capsys):
    arguments = ["predict", str(tmp_path), "--model", str(tmp_path / "m"), "--out"]
    with pytest.raises(SystemExit) as stop:
        main([*arguments, str(tmp_path / "out")])
    assert stop.value.code == 2
    error = capsys.readouterr().err
    assert "no such folder; name one that holds classifier.json" in error
    assert error.count("\n") == 1


def test_predict_says_with_what_and_in_the_end_what_and_where(resnet18_model, tmp_path, capsys):
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (64, 48)).save(tmp_path / "photos/a.png")
    (tmp_path / "photos/b.jpg").write_bytes(b"")
    arguments = ["predict", str(tmp_path / "photos"), "--model", str(resnet18_model)]
    main([*arguments, "--out", str(tmp_path / "out")])
    first, *lines, last = capsys.readouterr().out.splitlines()
    assert first.startswith("resnet18, int8, weights: random STAND-IN")
    assert first.endswith("pothole from a probability of 0.5 on")
    assert "1 photo could not be read:" in lines
    assert "  b.jpg: empty file" in lines
    assert last == f"Table: {tmp_path}/out/part-*.parquet; numbers: {tmp_path}/out/summary.json"


def test_predict_in_json_prints_the_summary_alone(resnet18_model, tmp_path, capsys):
    Image.new("RGB", (64, 48)).save(tmp_path / "a.png")
    arguments = ["predict", str(tmp_path / "a.png"), "--model", str(resnet18_model), "--json"]
    main([*arguments, "--out", str(tmp_path / "out")])
    told = json.loads(capsys.readouterr().out)
    assert (told["photos"], told["photos_of_this_run"], told["backbone"]) == (1, 1, "resnet18")


def test_quiet_prints_nothing_and_too_many_unreadable_photos_exit_with_3(
    resnet18_model, tmp_path, capfd
):
    Image.new("RGB", (64, 48)).save(tmp_path / "a.png")
    (tmp_path / "b.jpg").write_bytes(b"")
    arguments = ["predict", str(tmp_path), "--model", str(resnet18_model), "--quiet"]
    main([*arguments, "--out", str(tmp_path / "one"), "--max-errors", "1"])
    assert capfd.readouterr() == ("", "")
    with pytest.raises(SystemExit) as stop:
        main([*arguments, "--out", str(tmp_path / "two"), "--max-errors", "0"])
    assert stop.value.code == 3
    assert "1 photos could not be read, more than --max-errors 0" in capfd.readouterr().err
    assert (tmp_path / "two/summary.json").exists()


@pytest.mark.parametrize(
    ("error", "code"),
    [(ValueError("wrong"), 2), (OSError("disk full"), 1), (KeyboardInterrupt, 130)],
)
def test_a_users_mistake_a_failing_machine_and_an_interrupt_have_their_own_exit_codes(
    error, code, monkeypatch, tmp_path
):
    def fail(_):
        raise error

    monkeypatch.setattr("potholes.commands.show_command._show", fail)
    with pytest.raises(SystemExit) as stop:
        main(["show", "--reports", str(tmp_path)])
    assert stop.value.code == code


def test_evaluate_says_which_model_and_how_good_it_is(tmp_path, params, capsys):
    model = write_tiny_model(tmp_path / "model", params.image)
    write_labelled(tmp_path / "photos", {"normal": 4, "pothole": 4})
    main(["evaluate", str(tmp_path / "photos"), "--model", str(model)])
    first, second, *rest = capsys.readouterr().out.splitlines()
    assert first == "resnet18, int8, weights: random STAND-IN, not ImageNet"
    assert second == "8 photos, 95 % intervals"
    assert rest[0].startswith("accuracy: ")
    assert rest[1].startswith("AUC: ")


@pytest.mark.parametrize("level", ["0", "1", "95"])
def test_a_level_that_is_no_share_is_refused(tmp_path, params, capsys, level):
    model = write_tiny_model(tmp_path / "model", params.image)
    with pytest.raises(SystemExit) as stop:
        main(["evaluate", str(tmp_path), "--model", str(model), "--level", level])
    assert stop.value.code == 2
    assert "expected a share between 0 and 1" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["onnx", "--weights", "w"], ["torchvision"]])
def test_export_asks_for_weights_for_torchvision_alone(arguments, tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["export", "--out", str(tmp_path / "x"), "--format", *arguments])
    assert stop.value.code == 2
    assert "--weights: needed for --format torchvision" in capsys.readouterr().err


def test_show_prints_the_table_of_the_last_run(tmp_path, capsys):
    write_project(tmp_path)
    main(["show", "--reports", str(tmp_path / "reports")])
    printed = capsys.readouterr().out
    assert "Stability_loss" in printed
    assert "Train_time" in printed
    assert printed.splitlines()[-2:] == [
        "Alarm, shortcut: by size alone",
        f"Page: {tmp_path / 'reports' / 'index.html'}",
    ]
    assert len(printed.splitlines()) <= 12


def test_show_in_full_has_the_verdicts_the_notes_and_the_advice(tmp_path, capsys):
    write_project(tmp_path)
    main(["show", "--full", "--reports", str(tmp_path / "reports")])
    printed = capsys.readouterr().out
    assert "right about 0.920 of val and 0.900 of train" in printed
    assert "Alarm, shortcut: by size alone; look at it" in printed


def test_a_reader_that_leaves_early_is_no_error(tmp_path):
    write_project(tmp_path)
    show = f"from potholes.cli import main; main(['show', '--reports', '{tmp_path / 'reports'}'])"
    command = f'{sys.executable} -c "{show}" | true'
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert done.stderr == ""
