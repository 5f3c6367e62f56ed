"""What axe-core says of the page, and tables as CSV, where Chromium is installed."""

import csv
import json
import time
from importlib.resources import files
from pathlib import Path

import pytest

from tests.page.browser import CHROMIUM, Browser
from tests.page.test_building import EVIL, STRANGE
from tests.page.test_gallery import project

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


def downloaded(browser: Browser, folder: Path, index: int) -> Path:
    """The file that the index-th button gives."""
    browser.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    before = set(folder.glob("*.csv"))
    browser.run(f"document.querySelectorAll('.csv')[{index}].click()")
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if new := set(folder.glob("*.csv")) - before:
            return new.pop()
        browser.run("new Promise(done => setTimeout(done, 50))")
    raise AssertionError("nothing was downloaded")


def test_a_figures_numbers_are_downloaded_as_csv(browser: Browser, tmp_path: Path) -> None:
    project(tmp_path, ("normal", "pothole"))
    browser.open(tmp_path / "index.html", 1440)
    labels = browser.run("[...document.querySelectorAll('.csv')].map(b => b.ariaLabel)")
    index = next(i for i, label in enumerate(labels) if "ROC on the test photos" in label)
    path = downloaded(browser, tmp_path, index)
    assert path.name == "roc-on-the-test-photos-pothole-against-normal.csv"
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfcurve,threshold,")
    assert data.count(b"\r\n") == data.count(b"\n")
    shown = browser.run(
        f"[...document.querySelectorAll('.csv')[{index}].nextElementSibling"
        ".querySelectorAll('tr')].map(r => [...r.cells].map(c => c.textContent))"
    )
    plain = [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in shown]
    assert list(csv.reader(data.decode("utf-8-sig").splitlines())) == plain
    assert browser.console == []
    assert [
        url for url in browser.requests if not url.startswith(("data:", "file:", "blob:"))
    ] == []


def test_cells_that_a_spreadsheet_would_run_are_text_and_numbers_stay_numbers(
    browser: Browser, tmp_path: Path
) -> None:
    project(tmp_path, ("normal", "pothole"))
    browser.open(tmp_path / "index.html", 1440)
    cells = ["=1+1", "+1.5", "-2e-3", "-a", "@x", 'a "b", c', "two\nlines", "–", "-5%", "é"]
    browser.run(
        "(row => { row.textContent = ''; for (const text of "
        f"{json.dumps(cells)}) row.insertCell().textContent = text; }})"
        "(document.querySelector('.csv').nextElementSibling.querySelector('tbody tr'))"
    )
    path = downloaded(browser, tmp_path, 0)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        row = list(csv.reader(lines))[1]
    assert row == ["'=1+1", "+1.5", "-2e-3", "'-a", "'@x", *cells[5:]]


TEN = (EVIL, *STRANGE[1:], "=1+1", "'; drop", "x" * 120, "ẞ", "</script>")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("classes", [("normal", "pothole"), TEN])
def test_axe_finds_nothing_serious(
    browser: Browser, tmp_path: Path, classes: tuple[str, ...], dark: bool
) -> None:
    project(tmp_path, classes)
    browser.open(tmp_path / "index.html", 1440, dark=dark)
    browser.run("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    browser.run(files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8") + ";0")
    found = browser.run_async("axe.run().then(found => JSON.stringify(found))")
    result = json.loads(found)
    assert len(result["passes"]) > 20
    serious = [
        (one["id"], [node["html"][:200] for node in one["nodes"]])
        for one in result["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []
