import json
from pathlib import Path

from potholes.tracking.private_paths import PrivatePaths, private_paths

HOME = PrivatePaths({"/home/me": "~", "/home/me/pot holes & <more>é": "."})


def test_the_longest_path_goes_first_and_only_whole_names_go() -> None:
    assert HOME.hide("/home/me/x, /home/me, /home/men") == "~/x, ~, /home/men"
    assert HOME.hide("at /home/me/pot holes & <more>é/a.csv") == "at ./a.csv"


def test_a_path_is_found_in_json_html_and_addresses_too() -> None:
    path = "/home/me/pot holes & <more>é"
    assert HOME.hide(json.dumps({"a": path})) == '{"a": "."}'
    assert HOME.hide("<p>/home/me/pot holes &amp; &lt;more&gt;é/x</p>") == "<p>./x</p>"
    assert HOME.hide("file:///home/me/pot%20holes%20%26%20%3Cmore%3E%C3%A9/x") == "file://./x"


def test_folders_of_project_user_dvc_and_params_are_private(tmp_path: Path) -> None:
    environ = {"HOME": "/home/me", "DVC_ROOT": "/srv/main"}
    private = private_paths(tmp_path, environ, ["/mnt/share/roads", "data/raw", "0.01"])
    text = f"{tmp_path}/a /srv/main/b /home/me/c /mnt/share/roads/d data/raw"
    assert private.hide(text) == "./a ./b ~/c …/roads/d data/raw"


def test_a_home_of_slash_hides_nothing(tmp_path: Path) -> None:
    assert private_paths(tmp_path, {"HOME": "/"}, []).hide("a/b") == "a/b"
