"""The page in a real browser, where Chromium is installed."""

import base64
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, precision_score, recall_score

from potholes.audit.tables import AuditRow
from potholes.evaluation.tables import read_evaluation, write_evaluation
from potholes.page.building import write_page
from potholes.page.inputs import Inputs
from potholes.photos.tables import Rejected
from tests.factories import TWO, predictions, write_project
from tests.page.browser import CHROMIUM, Browser
from tests.page.test_building import EVIL, inputs

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
LONG = "a_very_long_class_name_without_any_space_" * 4


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("page"), ("normal", "pothole"))


def written(root: Path, classes: tuple[str, ...]) -> Path:
    write_project(root, classes=classes)
    write_page(root / "index.html", inputs(root))
    return root / "index.html"


NAMES = (
    f"{EVIL}.jpg",
    "a \"quoted\" 'name' & more.jpg",
    "🕳️ 🚧.jpg",
    "حفرة في الطريق.jpg",
    "\N{RIGHT-TO-LEFT OVERRIDE}gpj.road",
    "x" * 240,
)


def with_names(root: Path, classes: tuple[str, ...]) -> Inputs:
    """A project whose six photos bear NAMES, everywhere on the page."""
    write_project(root, classes=classes)
    for name in TWO:
        made = read_evaluation(root / "reports/evaluate" / name)
        table = replace(made.predictions, sample_ids=list(NAMES))
        write_evaluation(root / "reports/evaluate" / name, replace(made, predictions=table))
    made = inputs(root)
    samples = [
        replace(one, sample_id=name, group_id="alike")
        for one, name in zip(made.samples, NAMES, strict=True)
    ]
    labels = [AuditRow(name, classes[1], classes[0], -0.8, 1) for name in NAMES]
    return replace(
        made,
        explained={},
        samples=samples,
        results=replace(made.results, labels=labels),
        rejected=[Rejected(name, "truncated") for name in NAMES],
        summary=replace(made.summary, near_duplicates=6, across_classes=[list(NAMES[:2])]),
    )


@pytest.mark.parametrize("width", [360, 1440])
def test_strange_names_of_photos_are_text_and_keep_the_layout_whole(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    write_page(tmp_path / "index.html", with_names(tmp_path, (EVIL, "حفرة في الطريق")))
    browser.open(tmp_path / "index.html", width)
    browser.run("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert browser.run("document.documentElement.scrollWidth") <= width
    assert browser.run("[...document.images].every(one => one.src.startsWith('data:') || !one.src)")
    texts = browser.run("[...document.querySelectorAll('bdi')].map(one => one.textContent)")
    assert {name: texts.count(name) for name in NAMES if texts.count(name) < 4} == {}
    wide = browser.run(
        "[...document.querySelectorAll('.photo, .alarm, figure')].filter(one => "
        "one.scrollWidth > one.clientWidth + 1).map(one => one.outerHTML.slice(0, 99))"
    )
    assert wide == []
    assert browser.console == []


def test_on_a_telephone_a_table_of_sentences_is_a_list_with_its_headers(
    browser: Browser, file: Path
) -> None:
    browser.open(file, 360)
    row = "document.querySelector('#comparison .wrap tbody tr')"
    assert browser.run(f"{row}.cells[2].getBoundingClientRect().right") <= 360
    label = f"getComputedStyle({row}.cells[1], '::before').content"
    assert "resnet18" in browser.run(label)
    browser.open(file, 1440)
    assert browser.run(label) == "none"


def test_paper_is_white_in_the_dark_theme_too(browser: Browser, file: Path) -> None:
    browser.open(file, 800, dark=True)
    browser.send("Emulation.setEmulatedMedia", media="print")
    shade = "getComputedStyle(document.body).backgroundColor"
    white = browser.run(shade)
    browser.send("Emulation.setEmulatedMedia", media="")
    assert white == "rgb(255, 255, 255)"


def own_requests(browser: Browser) -> list[str]:
    return [url for url in browser.requests if not url.startswith(("data:", "file:"))]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 800, 1440, 2560])
def test_nothing_is_wider_than_the_window_and_nothing_is_asked_for(
    browser: Browser, file: Path, width: int, dark: bool
) -> None:
    browser.open(file, width, dark=dark)
    assert browser.run("document.documentElement.scrollWidth") <= width
    paper = browser.run("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(21, 24, 27)" if dark else "rgb(255, 255, 255)")
    assert browser.console == []
    assert own_requests(browser) == []


def test_strange_and_long_names_keep_the_layout_whole_and_run_nothing(
    browser: Browser, tmp_path: Path
) -> None:
    browser.open(written(tmp_path, (EVIL, LONG, "حفرة", "🕳️")), 360)
    assert browser.run("document.documentElement.scrollWidth") <= 360
    assert browser.run("[...document.images].every(one => one.src.startsWith('data:') || !one.src)")
    assert EVIL in browser.run("document.body.innerText")
    assert browser.console == []


@pytest.mark.parametrize("threshold", [0.0, 0.05, 0.1, 0.5, 0.9, 0.95, 1.0])
def test_the_slider_shows_what_scikit_learn_counts(
    browser: Browser, file: Path, threshold: float
) -> None:
    browser.open(file, 1440)
    browser.slide("threshold", threshold)
    table = predictions()
    truth = np.array([name == "pothole" for name in table.truth])
    called = table.probabilities[:, 1] >= threshold
    scores = {
        "recall": recall_score(truth, called),
        "accuracy": accuracy_score(truth, called),
        "precision": precision_score(truth, called, zero_division=0) if called.any() else None,
    }
    for name, score in scores.items():
        shown = browser.run(f"document.getElementById('{name}').textContent")
        assert shown == ("–" if score is None else f"{score:.3f}")
    cells = browser.run("[...document.querySelectorAll('#confusion td b')].map(b => b.textContent)")
    pairs = [(False, False), (False, True), (True, False), (True, True)]
    assert list(map(int, cells)) == [int(((truth == t) & (called == c)).sum()) for t, c in pairs]
    browser.run("document.querySelector('#slider .threshold button').click()")
    assert browser.run("document.querySelector('#slider output').textContent") == "0.50"


def test_the_switch_changes_the_theme_and_back(browser: Browser, file: Path) -> None:
    browser.open(file, 800)
    shade = "getComputedStyle(document.body).backgroundColor"
    seen = [browser.run(shade)]
    for _ in range(2):
        browser.run("document.getElementById('theme').click()")
        seen.append(browser.run(shade))
    assert seen == ["rgb(255, 255, 255)", "rgb(21, 24, 27)", "rgb(255, 255, 255)"]


def test_photos_are_enlarged_by_keyboard_and_arrows_move_on(browser: Browser, file: Path) -> None:
    browser.open(file, 800)
    browser.run("document.querySelector('.gallery img').focus()")
    browser.press("Enter")
    assert browser.run("document.getElementById('large').open")
    captions = [browser.run("document.getElementById('large-caption').textContent")]
    for key in ("ArrowRight", "ArrowLeft"):
        browser.press(key)
        captions.append(browser.run("document.getElementById('large-caption').textContent"))
    assert captions[0] == captions[2] != captions[1]
    browser.press("Escape")
    assert not browser.run("document.getElementById('large').open")
    assert browser.run("document.activeElement.closest('.photo') !== null")


def test_without_scripts_everything_that_matters_is_there(browser: Browser, file: Path) -> None:
    browser.open(file, 800, scripts=False)
    text = browser.run("document.body.innerText")
    for words in (
        "Best with stand-in weights: resnet18",
        "Confusion matrix",
        "The same as a table",
        "[pothole] normal",
    ):
        assert words in text
    assert not browser.run("document.getElementById('slider').checkVisibility()")
    assert not browser.run("document.getElementById('theme').checkVisibility()")
    assert browser.console == []


def test_it_prints(browser: Browser, file: Path) -> None:
    browser.open(file, 800)
    made = browser.send("Page.printToPDF", printBackground=True)
    assert base64.b64decode(made["data"]).startswith(b"%PDF")


def test_two_backbones_are_in_the_contents(browser: Browser, file: Path) -> None:
    browser.open(file, 800)
    browser.press("Tab")
    assert browser.run("document.activeElement.textContent") == "Skip to the answer"
    assert all(name in browser.run("document.body.innerText") for name in TWO)
