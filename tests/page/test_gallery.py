"""Threshold, filters and enlarged photos on the page, where Chromium is installed."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from potholes.evaluation.tables import TestPredictions, read_evaluation, write_evaluation
from potholes.page.building import write_page
from potholes.probabilities import as_written_all, decide
from potholes.wording import plural
from tests.factories import TWO, write_project
from tests.page.browser import CHROMIUM, Browser
from tests.page.test_building import inputs

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
THRESHOLD = 0.42345  # between two steps of the slider
SEEN = "[...document.querySelectorAll('#gallery .photo:not([hidden])')]"
CAPTIONS = f"{SEEN}.map(one => one.querySelector('strong').textContent)"


def answers(classes: tuple[str, ...], seed: int, table: TestPredictions) -> TestPredictions:
    """Other answers on the same photos; with two classes, some just beside a slider's step."""
    said = np.random.default_rng(seed).dirichlet(np.ones(len(classes)), len(table.truth))
    if len(classes) == 2:
        said[:3, 1] = 0.3499999, 0.35, 0.4234
        said[:, 0] = 1 - said[:, 1]
    said = as_written_all(said)
    labels = [classes[index] for index in decide(said, THRESHOLD)]
    return replace(table, probabilities=said, labels=labels)


def project(root: Path, classes: tuple[str, ...], most: int = 120) -> list[TestPredictions]:
    """Write a page of two backbones with answers of their own; return them, the chosen's first."""
    write_project(root, classes=classes)
    tables = []
    for seed, name in enumerate(TWO):
        folder = root / "reports/evaluate" / name
        made = read_evaluation(folder)
        table = answers(classes, seed, made.predictions)
        tables.append(table)
        threshold = THRESHOLD if len(classes) == 2 else None
        scores = replace(made.evaluation, threshold=threshold)
        write_evaluation(folder, replace(made, evaluation=scores, predictions=table))
    write_page(root / "index.html", replace(inputs(root), max_photos=most))
    return tables


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[TestPredictions]]:
    root = tmp_path_factory.mktemp("two")
    return root / "index.html", project(root, ("normal", "pothole"))


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[TestPredictions]]:
    root = tmp_path_factory.mktemp("three")
    return root / "index.html", project(root, ("a", "b", "c"))


def choose(browser: Browser, name: str, value: str) -> None:
    browser.run(
        f"(s => {{ s.value = {json.dumps(value)}; s.dispatchEvent(new Event('change')); }})"
        f"(document.getElementById('filter-{name}'))"
    )


def text(browser: Browser, name: str) -> Any:
    return browser.run(f"document.getElementById('{name}').textContent")


@pytest.mark.parametrize("slider", ["threshold", "threshold-here"])
@pytest.mark.parametrize("threshold", [0.05, 0.35, 0.36, 0.43, 0.95])
def test_the_threshold_moves_matrix_captions_and_what_is_seen(
    browser: Browser, two: tuple[Path, list[TestPredictions]], threshold: float, slider: str
) -> None:
    file, (table, _) = two
    browser.open(file, 1440)
    browser.slide(slider, threshold)
    truth = np.array([name == "pothole" for name in table.truth])
    called = table.probabilities[:, 1] >= threshold
    delivered = table.probabilities[:, 1] >= THRESHOLD
    matrix = confusion_matrix(truth, called, labels=[False, True])
    wrong = int(matrix.sum() - np.trace(matrix))
    cells = browser.run("[...document.querySelectorAll('#confusion td b')].map(b => b.textContent)")
    assert list(map(int, cells)) == matrix.ravel().tolist()
    assert text(browser, "filtered").startswith(f"{wrong} of 6")
    assert browser.run(f"{SEEN}.length") == wrong
    assert browser.run(f"{SEEN}.every(one => one.classList.contains('wrong'))")
    choose(browser, "kind", "")
    names = np.array(table.classes)
    shown = dict(
        browser.run(
            f"{SEEN}.map(one => [one.dataset.row, one.querySelector('strong').textContent + "
            "(one.querySelector('.flag').hidden ? '' : ' wrong')])"
        )
    )
    assert shown == {
        str(row): f"[{names[int(t)]}] {names[int(c)]}{'' if t == c else ' wrong'}"
        for row, (t, c) in enumerate(zip(truth, called, strict=True))
    }
    worse, better = (
        int(((called == way) & (delivered != called)).sum()) for way in (~truth, truth)
    )
    assert f"instead of the delivered 0.42: {worse} photo" in text(browser, "moved")
    assert f"newly wrong, {better} newly right. {wrong} mistake" in text(browser, "moved")
    for one in ("threshold", "threshold-here"):
        assert float(browser.run(f"document.getElementById('{one}').value")) == threshold


def test_a_reset_gives_back_the_delivered_answers_which_lie_between_two_steps(
    browser: Browser, two: tuple[Path, list[TestPredictions]]
) -> None:
    file, (table, _) = two
    browser.open(file, 1440)
    before = browser.run("document.getElementById('photos').innerText")
    browser.slide("threshold-here", 0.9)
    assert browser.run("document.getElementById('photos').innerText") != before
    browser.run("document.querySelector('.filters .threshold button').click()")
    assert browser.run("document.getElementById('photos').innerText") == before
    wrong = sum(a != b for a, b in zip(table.truth, table.labels, strict=True))
    assert browser.run(f"{SEEN}.length") == wrong
    assert text(browser, "moved").startswith(f"{wrong} mistake")


def test_arrow_keys_move_the_threshold(
    browser: Browser, two: tuple[Path, list[TestPredictions]]
) -> None:
    browser.open(two[0], 1440)
    browser.run("document.getElementById('threshold-here').focus()")
    browser.press("ArrowRight")
    assert browser.run("document.querySelector('.filters output').textContent") == "0.43"
    assert "At threshold 0.43" in text(browser, "moved")


@pytest.mark.parametrize("by", [0, 1])
def test_two_classes_are_filtered_by_truth_by_kind_of_error_and_by_backbone(
    browser: Browser, two: tuple[Path, list[TestPredictions]], by: int
) -> None:
    file, tables = two
    browser.open(file, 1440)
    choose(browser, "by", str(by))
    pairs = list(zip(tables[by].truth, tables[by].labels, strict=True))
    kinds = {
        "": lambda t, c: True,
        "wrong": lambda t, c: t != c,
        "right": lambda t, c: t == c,
        "1>0": lambda t, c: (t, c) == ("pothole", "normal"),
        "0>1": lambda t, c: (t, c) == ("normal", "pothole"),
    }
    for kind, fits in kinds.items():
        choose(browser, "kind", kind)
        for value, label in (("", None), ("0", "normal"), ("1", "pothole")):
            choose(browser, "truth", value)
            count = sum(fits(t, c) and label in (None, t) for t, c in pairs)
            assert browser.run(f"{SEEN}.length") == count
            rest = "; “all photos” shows the others too" if kind else ""
            said = rest if count else ": no photo fits. Choose another kind or class."
            assert text(browser, "filtered") == f"{count} of 6 shown{said}"
    options = browser.run("[...document.querySelectorAll('#filter-kind option')].map(o => o.text)")
    assert options[3:] == ["normal called pothole", "pothole called normal"]


@pytest.mark.parametrize("by", [0, 1])
def test_captions_and_counts_are_those_of_the_backbone_that_is_looked_at(
    browser: Browser, two: tuple[Path, list[TestPredictions]], by: int
) -> None:
    file, tables = two
    browser.open(file, 1440)
    choose(browser, "kind", "")
    choose(browser, "by", str(by))
    told = browser.run(
        f"{SEEN}.map(one => [Number(one.dataset.row), one.querySelector('.called').textContent, "
        "one.classList.contains('wrong')])"
    )
    table = tables[by]
    assert sorted(told) == [
        [row, call, call != truth]
        for row, (truth, call) in enumerate(zip(table.truth, table.labels, strict=True))
    ]
    wrong = sum(a != b for a, b in zip(table.truth, table.labels, strict=True))
    words = "mistake." if wrong == 1 else "mistakes."
    whose = f"{TWO[by]}, at its own threshold: " if by else ""
    assert text(browser, "moved") == f"{whose}{wrong} {words}"
    random = browser.run(
        "[...document.querySelectorAll('.gallery:not(#gallery) .photo[data-row]')].map(one => "
        "[Number(one.dataset.row), one.querySelector('.called').textContent])"
    )
    assert random
    assert all(call == tables[0].labels[row] for row, call in random)


def test_more_classes_are_filtered_by_what_was_called_and_have_no_threshold(
    browser: Browser, three: tuple[Path, list[TestPredictions]]
) -> None:
    file, (table, _) = three
    browser.open(file, 1440)
    assert browser.run("document.querySelectorAll('.threshold').length") == 0
    wrong = sum(a != b for a, b in zip(table.truth, table.labels, strict=True))
    assert browser.run(f"{SEEN}.length") == wrong > 0
    choose(browser, "kind", "")
    for index, name in enumerate(table.classes):
        choose(browser, "called", str(index))
        assert browser.run(f"{SEEN}.length") == table.labels.count(name)
    assert browser.console == []


def test_arrow_keys_move_on_among_the_seen_ones_and_the_focus_returns(
    browser: Browser, two: tuple[Path, list[TestPredictions]]
) -> None:
    browser.open(two[0], 1440)
    choose(browser, "kind", "right")
    rows = browser.run(f"{SEEN}.map(one => one.dataset.row)")
    names = browser.run(f"{SEEN}.map(one => one.querySelector('img').alt)")
    assert 1 < len(rows) < 6
    browser.run(f"{SEEN}[0].querySelector('img').focus()")
    browser.press("Enter")
    passed = [browser.run("document.getElementById('large-picture').alt")]
    for _ in range(len(rows)):
        browser.press("ArrowRight")
        passed.append(browser.run("document.getElementById('large-picture').alt"))
    assert passed == [*names, names[-1]]
    browser.run(
        "window.closing = new Promise(done => document.getElementById('large')"
        ".addEventListener('close', () => done())); 0"
    )
    browser.press("Escape")
    browser.run_async("window.closing")  # the event comes after the key's answer
    assert browser.run("document.activeElement.closest('.photo').dataset.row") == rows[-1]


def test_mistakes_that_do_not_fit_are_counted_and_photos_without_a_place_named(
    browser: Browser, tmp_path: Path
) -> None:
    (table, _) = project(tmp_path, ("normal", "pothole"), most=3)
    browser.open(tmp_path / "index.html", 1440)
    wrong = sum(a != b for a, b in zip(table.truth, table.labels, strict=True))
    hidden = wrong - browser.run(f"{SEEN}.length")
    among = f" ({plural(hidden, 'mistake')} among them)" if hidden else ""
    words = f"3 test photos{among} are not shown: the page holds 3"
    assert words in browser.run("document.body.innerText")
    browser.slide("threshold-here", 0)
    truth = table.truth.count("normal")
    here = browser.run(f"{SEEN}.length")
    assert text(browser, "moved").endswith(f"{truth} mistakes, {here} of them on this page.")
    assert here < truth


def test_a_page_without_test_photos_still_moves_the_matrix(
    browser: Browser, tmp_path: Path
) -> None:
    project(tmp_path, ("normal", "pothole"), most=0)
    browser.open(tmp_path / "index.html", 1440)
    browser.slide("threshold", 0)
    assert text(browser, "recall") == "1.000"
    assert "the page holds no test photos" in browser.run("document.body.innerText")
    assert browser.console == []


def test_without_scripts_mistakes_then_right_ones_are_all_there(
    browser: Browser, two: tuple[Path, list[TestPredictions]]
) -> None:
    browser.open(two[0], 1440, scripts=False)
    shown = browser.run(
        "[...document.querySelectorAll('#gallery .photo, #gallery h4')]"
        ".map(one => one.checkVisibility() && (one.tagName == 'H4' ? one.textContent[0] : "
        "one.classList.contains('wrong') ? 'm' : 'r')).join('')"
    )
    wrong = sum(a != b for a, b in zip(two[1][0].truth, two[1][0].labels, strict=True))
    assert shown == "M" + "m" * wrong + "R" + "r" * (6 - wrong)
    assert not browser.run("document.querySelector('.filters').checkVisibility()")
    assert browser.run("document.querySelectorAll('.csv').length") == 0
    assert browser.run("document.querySelectorAll('.chart details table').length") > 3
