"""The page to label photos on, in a real browser where Chromium is installed."""

import csv
import io
import json
import time
from importlib.resources import files
from pathlib import Path

import pytest
from PIL import Image

from potholes.files.rows import read_cells
from potholes.params import Params
from potholes.review.label_page import Shown, build_label_page, picture, thumbnail, write_label_page
from potholes.review.tables import LABEL_COLUMNS, read_labels
from tests.page.browser import CHROMIUM, Browser
from tests.photo_files import encoded, scene

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
EVIL = "</script><img src=x onerror=alert(1)>"
NAMES = ("a/1.jpg", '=cmd "x", y.jpg', f"b/{EVIL}.jpg", "حفرة 🕳️.jpg", "'quoted'.jpg")
TWO = ("normal", "pothole")
MODEL = "ab" * 32


def shown(params: Params, names: tuple[str, ...] = NAMES, seed: int = 0) -> list[Shown]:
    return [
        Shown(
            path=name,
            sha256=f"{number + seed:064x}",
            predicted="pothole",
            probability=0.5 + number / 100,
            picture=picture(encoded(scene(number + seed)), params.image, photos=len(names)),
        )
        for number, name in enumerate(names)
    ]


def page(folder: Path, params: Params, classes: tuple[str, ...] = TWO, *, seed: int = 0) -> Path:
    path = folder / "review.html"
    write_label_page(path, build_label_page(shown(params, seed=seed), classes, MODEL))
    return path


def progress(browser: Browser) -> str:
    return str(browser.run("document.getElementById('progress').textContent"))


def at(browser: Browser) -> str:
    return str(browser.run("document.getElementById('name').textContent"))


def saved(browser: Browser, folder: Path) -> Path:
    """The file that the button gives."""
    browser.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    before = set(folder.glob("*.csv"))
    browser.run("document.getElementById('save').click()")
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if new := set(folder.glob("*.csv")) - before:
            return new.pop()
        browser.run_async("new Promise(done => setTimeout(done, 50))")
    raise AssertionError("nothing was saved")


def load(browser: Browser, text: str) -> None:
    """Choose a file of this text, as a person would."""
    browser.run_async(
        "(async () => { const input = document.getElementById('load');"
        "const files = new DataTransfer();"
        f"files.items.add(new File([{json.dumps(text)}], 'labels.csv'));"
        "input.files = files.files; input.dispatchEvent(new Event('change'));"
        "await new Promise(done => setTimeout(done, 100)); })()"
    )


def test_the_bytes_are_the_same_each_time(tmp_path: Path, params: Params) -> None:
    assert page(tmp_path / "1", params).read_bytes() == page(tmp_path / "2", params).read_bytes()


def test_names_and_classes_are_no_markup(params: Params) -> None:
    html = build_label_page(shown(params), (EVIL, "pothole"), MODEL)
    assert EVIL not in html
    assert html.count("</script>") == 2


def test_a_thumbnail_shows_the_whole_photo_upright_within_its_bytes(params: Params) -> None:
    photo = scene(1, 1200, 600)
    exif = Image.Exif()
    exif[0x0112] = 6  # stored lying on its side
    data = encoded(photo, exif=exif)
    made = thumbnail(data, params.image, most=10**6)
    assert Image.open(io.BytesIO(made)).size == (360, 720)
    small = thumbnail(data, params.image, most=len(made) - 1)
    assert len(small) < len(made)
    assert Image.open(io.BytesIO(small)).size == (280, 560)
    assert Image.open(io.BytesIO(thumbnail(data, params.image, most=1))).size == (48, 96)


@needs_chromium
def test_two_keys_label_and_the_csv_has_what_adopt_reads(
    browser: Browser, tmp_path: Path, params: Params
) -> None:
    browser.open(page(tmp_path, params), 1440)
    assert at(browser) == NAMES[0]
    for key in "fjs21":
        browser.press(key)
    assert progress(browser) == "normal. 4 of 5 labelled, 1 skipped. All done: save labels.csv."
    file = saved(browser, tmp_path)
    rows = read_labels(file)
    assert [row.path for row in rows] == [NAMES[0], NAMES[1], NAMES[3], NAMES[4]]
    assert [row.label for row in rows] == ["normal", "pothole", "pothole", "normal"]
    assert {row.model for row in rows} == {MODEL}
    assert [row.probability for row in rows] == [0.5, 0.51, 0.53, 0.54]
    assert rows[1].sha256 == f"{1:064x}"
    assert read_cells(file)[0] == ["\ufeff" + LABEL_COLUMNS[0], *LABEL_COLUMNS[1:]]
    raw = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert raw[2][0] == f"'{NAMES[1]}"  # a spreadsheet must not run it
    assert browser.console == []


@needs_chromium
def test_undo_goes_back_to_the_photo_and_also_tomorrow(
    browser: Browser, tmp_path: Path, params: Params
) -> None:
    file = page(tmp_path, params, seed=10)
    browser.open(file, 800)
    browser.press("f")
    browser.press("j")
    browser.open(file, 800)
    assert progress(browser) == "2 of 5 labelled."
    assert at(browser) == NAMES[2]
    browser.press("u")
    assert at(browser) == NAMES[1]
    browser.press("j")
    browser.press("u")
    browser.press("u")
    browser.press("u")
    assert at(browser) == NAMES[0]
    assert progress(browser) == "Undone. 0 of 5 labelled."
    assert browser.run("document.getElementById('undo').disabled")


@needs_chromium
def test_another_page_has_other_labels(browser: Browser, tmp_path: Path, params: Params) -> None:
    browser.open(page(tmp_path, params, seed=20), 800)
    browser.press("f")
    browser.open(page(tmp_path, params, seed=30), 800)
    assert progress(browser) == "0 of 5 labelled."


@needs_chromium
def test_a_saved_csv_goes_on_in_another_browser(
    browser: Browser, tmp_path: Path, params: Params
) -> None:
    file = page(tmp_path, params, seed=40)
    browser.open(file, 800)
    for key in "fjjf":
        browser.press(key)
    text = saved(browser, tmp_path).read_bytes().decode("utf-8")
    browser.run("localStorage.clear()")
    browser.open(file, 800)
    other = text + f"elsewhere.jpg,normal,,,,\r\na/1.jpg,pothole,,,,{'0' * 64}\r\n"
    load(browser, other)
    assert progress(browser) == "4 labels loaded. 4 of 5 labelled."
    assert at(browser) == NAMES[4]
    assert "2 of 6 lines are of other photos" in browser.run(
        "document.getElementById('trouble').textContent"
    )
    (tmp_path / "again").mkdir()
    assert saved(browser, tmp_path / "again").read_bytes().decode("utf-8") == text
    browser.press("u")
    assert progress(browser) == "Undone. 0 of 5 labelled."


@needs_chromium
def test_a_file_that_is_no_labels_csv_is_told(
    browser: Browser, tmp_path: Path, params: Params
) -> None:
    browser.open(page(tmp_path, params, seed=50), 800)
    load(browser, "photo,truth\na,b\n")
    assert "has no columns path and label" in browser.run(
        "document.getElementById('trouble').textContent"
    )
    assert progress(browser) == "0 of 5 labelled."


@needs_chromium
def test_digits_label_where_there_are_more_classes(
    browser: Browser, tmp_path: Path, params: Params
) -> None:
    classes = tuple(f"class {number}" for number in range(1, 12))
    browser.open(page(tmp_path, params, classes, seed=60), 800)
    browser.press("9")
    assert progress(browser) == "class 9. 1 of 5 labelled."
    browser.press("f")
    assert progress(browser) == "class 9. 1 of 5 labelled."
    browser.run("document.querySelectorAll('#answers button')[10].click()")
    assert progress(browser) == "class 11. 2 of 5 labelled."


@needs_chromium
def test_what_the_model_says_is_told_only_when_asked(
    browser: Browser, tmp_path: Path, params: Params
) -> None:
    browser.open(page(tmp_path, params, seed=70), 800)
    assert "The model says" not in browser.run("document.getElementById('one').innerText")
    browser.run("document.getElementById('tell').click()")
    assert "The model says pothole (0.50)" in browser.run(
        "document.getElementById('one').innerText"
    )


@needs_chromium
def test_a_browser_that_remembers_nothing_says_so(
    browser: Browser, tmp_path: Path, params: Params
) -> None:
    browser.open(page(tmp_path, params, seed=80), 800)
    browser.run("Storage.prototype.setItem = () => { throw new Error('full'); }; 0")
    browser.press("f")
    assert "does not remember your labels: save labels.csv" in browser.run(
        "document.getElementById('trouble').textContent"
    )
    assert progress(browser) == "normal. 1 of 5 labelled."


@needs_chromium
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 800, 2560])
def test_nothing_is_wider_than_the_window_and_nothing_is_asked_for(
    browser: Browser, tmp_path: Path, params: Params, width: int, dark: bool
) -> None:
    long = "a_very_long_class_name_without_any_space_" * 4
    browser.open(page(tmp_path, params, (EVIL, long)), width, dark=dark)
    assert browser.run("document.documentElement.scrollWidth") <= width
    bottom = browser.run("document.getElementById('answers').getBoundingClientRect().bottom")
    assert bottom <= 900 or width == 360
    paper = browser.run("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(21, 24, 27)" if dark else "rgb(255, 255, 255)")
    assert EVIL in browser.run("document.getElementById('answers').innerText")
    assert browser.console == []
    assert [url for url in browser.requests if not url.startswith(("data:", "file:"))] == []


@needs_chromium
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_serious(
    browser: Browser, tmp_path: Path, params: Params, dark: bool
) -> None:
    browser.open(page(tmp_path, params, seed=90), 1440, dark=dark)
    browser.press("f")
    browser.press("s")
    browser.run("document.getElementById('tell').click()")
    browser.run(files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8") + ";0")
    result = json.loads(browser.run_async("axe.run().then(found => JSON.stringify(found))"))
    assert len(result["passes"]) > 15
    serious = [
        (one["id"], [node["html"][:200] for node in one["nodes"]])
        for one in result["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []


@needs_chromium
def test_without_scripts_it_says_what_is_needed(
    browser: Browser, tmp_path: Path, params: Params
) -> None:
    browser.open(page(tmp_path, params), 800, scripts=False)
    assert "Allow scripts for this file" in browser.run("document.body.innerText")
