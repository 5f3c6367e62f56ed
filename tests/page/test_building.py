"""The page from small results with strange names: whole, escaped, self-contained."""

import base64
import hashlib
import html
import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from potholes.audit.tables import Alarm, AuditRow, SuggestedGroup, write_audit
from potholes.figures.drawing import Table
from potholes.figures.phrases import shown, tied
from potholes.page.building import SCRIPTS, build_page, write_page
from potholes.page.inputs import Inputs, State, read_inputs
from potholes.page.part_answer import answer
from potholes.page.part_comparison import RULES as EXPLAINED
from potholes.page.part_comparison import comparison
from potholes.page.part_data import data
from potholes.page.part_photos import mistakes, photos
from potholes.params_file import load_params
from potholes.report.fingerprint import FINGERPRINT, fingerprint
from potholes.report.results import read_results
from potholes.selection.rules import RULES
from potholes.wording import plural
from tests.factories import CLASSES, MACHINE, TWO, predictions, set_params, write_project

PARTS = ["answer", "comparison", "training", "test", "photos", "next", "data"]
EVIL = "<img src=x onerror=alert(1)>"
STRANGE = (EVIL, "a \"quoted\" 'name' & more", "🕳️\x00\n", "حفرة في الطريق", "")
VOID = {"meta", "img", "input", "br", "line", "rect", "circle", "polyline", "polygon", "link"}


def inputs(root: Path, backbones: Sequence[str] = TWO) -> Inputs:
    results = read_results(root / "reports", backbones)
    params = load_params(root / "params.yaml")
    names = "data/standardised", "data/explained", "data/predictions", "reports"
    folders = [root / name for name in names]
    tree, state = params.model_dump(mode="json"), State.of(root, params)
    return read_inputs(results, *folders, tree, state)


def page(root: Path, backbones: Sequence[str] = TWO, classes: Sequence[str] = CLASSES) -> str:
    write_project(root, backbones, classes=classes)
    return build_page(inputs(root, backbones))


class Structure(HTMLParser):
    """Ids, headings, tags that stay open, attributes that load or run something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.loaded: list[str] = []
        self.handlers: list[str] = []
        self.tags: list[str] = []
        self.labels: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        for key, value in attrs:
            if key == "id":
                self.ids.append(str(value))
            if key in ("src", "href", "action", "data", "srcset"):
                self.loaded.append(str(value))
            if key.startswith("on") or key == "style":
                self.handlers.append(key)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open = self.open[:-1] if tag not in VOID else self.open

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"{tag} closed out of turn"


def test_the_page_has_every_part_in_order_each_with_a_sentence(tmp_path: Path) -> None:
    text = page(tmp_path)
    assert re.findall(r'<section id="(\w+)"', text) == PARTS
    for section in re.split("<section ", text)[1:]:
        lead = re.search(r'class="lead">([^<]+)</p>', section)
        assert lead is not None
        assert lead[1].strip().endswith(".")
    assert "Best with stand-in weights: <em>resnet18</em>, epoch 2 of 3" in text


def test_who_may_not_deploy_and_what_is_not_real_is_said_first(tmp_path: Path) -> None:
    write_project(tmp_path / "a")
    made = inputs(tmp_path / "a")
    said = answer(made)
    assert (said.heading, said.generated) == ("Best with stand-in weights:", len(made.samples))
    write_project(tmp_path / "b", origin="imagenet")
    set_params(tmp_path / "b", {"data.labelled": "data/raw/labelled"})
    said = answer(inputs(tmp_path / "b"))
    assert (said.heading, said.generated) == ("Deploy", 0)


def test_misses_and_false_alarms_are_in_the_answer(tmp_path: Path) -> None:
    write_project(tmp_path)
    made = inputs(tmp_path)
    table = made.chosen.evaluated.predictions
    pairs = list(zip(table.truth, table.labels, strict=True))
    missed, false = pairs.count(("pothole", "normal")), pairs.count(("normal", "pothole"))
    positive = table.truth.count("pothole")
    words = f"missed {missed} of {positive} photos of pothole and raised "
    assert f"{words}{plural(false, 'false alarm')}" in answer(made).sentences[1]


@pytest.mark.parametrize("classes", [CLASSES, ("a", "b", "c"), STRANGE])
@pytest.mark.parametrize("backbones", [TWO, ("resnet50",)])
def test_the_page_is_whole_for_any_number_of_classes_and_backbones(
    tmp_path: Path, classes: tuple[str, ...], backbones: tuple[str, ...]
) -> None:
    found = Structure(page(tmp_path, backbones, classes))
    assert found.open == []
    assert len(found.ids) == len(set(found.ids))
    assert found.headings.count(1) == 1
    steps = [b - a for a, b in zip(found.headings, found.headings[1:], strict=False)]
    assert max(steps) <= 1
    assert found.handlers == []
    assert ("threshold-here" in found.ids) == (len(classes) == 2)
    assert ("filter-called" in found.ids) == (len(classes) > 2)
    assert ("filter-by" in found.ids) == (len(backbones) > 1)


def test_names_from_outside_are_shown_as_text(tmp_path: Path) -> None:
    text = page(tmp_path, TWO, STRANGE)
    assert EVIL not in text
    assert f"<bdi>{html.escape(EVIL)}</bdi>" in text
    assert "<bdi>حفرة في الطريق</bdi>" in text
    assert "<bdi>🕳️��</bdi>" in text
    assert "<bdi>(empty)</bdi>" in text
    assert "\x00" not in text
    assert shown("") == "(empty)"


def test_a_name_cannot_leave_the_data_of_the_script(tmp_path: Path) -> None:
    text = page(tmp_path, TWO, ("</script><script>alert(1)</script>", "z"))
    assert text.count("<script") == 2
    assert text.count("</script>") == 2


def test_nothing_is_loaded_from_elsewhere(tmp_path: Path) -> None:
    text = page(tmp_path)
    anchors = [value for value in Structure(text).loaded if not value.startswith("data:image/")]
    assert {value[0] for value in anchors} == {"#"}
    assert {value[1:] for value in anchors} <= set(Structure(text).ids)
    assert not re.search(r"https?:|url\(|@import|//[a-z]+\.", re.sub('base64,[^"]+', "", text))


def test_the_policy_allows_this_style_and_script_alone(tmp_path: Path) -> None:
    text = page(tmp_path)
    policy = html.unescape(re.findall(r'Security-Policy" content="([^"]+)"', text)[0])
    for kind in ("style", "script"):
        (body,) = re.findall(f"<{kind}>(.*?)</{kind}>", text, re.S)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_scripts_are_short() -> None:
    folder = Path(__file__).parents[2] / "src/potholes/page/templates"
    assert {path.name for path in folder.glob("*.js")} == set(SCRIPTS)
    lines = [(folder / name).read_text(encoding="utf-8").splitlines() for name in SCRIPTS]
    assert sum(map(len, lines)) <= 300


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    first = page(tmp_path / "one", TWO, STRANGE)
    assert first == page(tmp_path / "two", TWO, STRANGE)
    write_page(tmp_path / "index.html", inputs(tmp_path / "one"))
    assert (tmp_path / "index.html").read_bytes() == first.encode()


def test_the_roc_shades_the_chosen_backbone_alone_and_lists_the_limits_of_all(
    tmp_path: Path,
) -> None:
    text = page(tmp_path)
    figure = text[text.index("<figcaption><bdi>ROC") : text.index("<figcaption><bdi>Precision")]
    assert figure.count("<polygon") == 1
    assert 'class="s0 band"' in figure
    assert (
        "Shaded: where resnet18&#39;s true point lies at any one threshold, with 95% confidence."
        in figure
    )
    limits = tied("0.900 (0.600 to 0.950)")
    assert figure.count(f"<bdi>{limits}</bdi>") == len(TWO)


def test_with_more_classes_no_area_hides_another(tmp_path: Path) -> None:
    text = page(tmp_path, TWO, ("a", "b", "c"))
    figure = text[text.index("<figcaption><bdi>ROC") : text.index("<figcaption><bdi>Precision")]
    assert "<polygon" not in figure
    assert "Shaded" not in figure


def test_the_page_tells_its_state_and_how_mlflow_finds_it(tmp_path: Path) -> None:
    text = page(tmp_path)
    params = load_params(tmp_path / "params.yaml")
    known = fingerprint(tmp_path, params, running="track")  # as the runs bear it
    assert f'tags.{FINGERPRINT} = "{known}"' in html.unescape(text)


def test_results_of_other_params_have_no_fingerprint_but_a_cure(tmp_path: Path) -> None:
    write_project(tmp_path)
    set_params(tmp_path, {"train.lr": 0.5})
    text = html.unescape(build_page(inputs(tmp_path)))
    assert "ran with another `train` than params.yaml has; run `dvc repro`" in text
    assert "tags.fingerprint" not in text


def test_a_machine_is_told_once_and_several_are_told_apart(tmp_path: Path) -> None:
    write_project(tmp_path)
    made = inputs(tmp_path)
    alone = data(made)
    assert alone.machines.header == ["what", "used"]
    assert ["processor", "Example 9000"] in alone.machines.rows
    assert alone.durations.header[-1] == "for"
    other = replace(MACHINE, processor="Old 1", versions={"Python": "3.11.0", "extra": "1"})
    mixed = [replace(made.durations[0], machine=other), *made.durations[1:]]
    both = data(replace(made, durations=mixed))
    assert both.machines.header == ["what", "machine 1", "machine 2"]
    assert ["processor", "Old 1", "Example 9000"] in both.machines.rows
    assert ["torch", "–", "2.14.1"] in both.machines.rows
    assert [row[-1] for row in both.durations.rows] == ["1", *"2" * (len(mixed) - 1)]


def test_the_sizes_of_the_photos_are_told(tmp_path: Path) -> None:
    write_project(tmp_path)
    made = inputs(tmp_path)
    assert data(made).sizes.startswith("The photos have 9 × 9 pixels and 0.00 MB in all")
    large = replace(made.samples[0], width=4000, height=3000, bytes=2_500_000)
    sizes = data(replace(made, samples=[large, *made.samples[1:]])).sizes
    assert sizes.startswith("The photos have 9 × 9 to 4,000 × 3,000 pixels and 2.50 MB in all")
    assert sizes.endswith("all could be used.")


@pytest.mark.parametrize(
    ("origin", "backbones", "end"),
    [("random", TWO, ""), ("folder", TWO[:1], ""), ("folder", TWO, ", and one such file")],
)
def test_the_origin_speaks_of_every_backbone(
    tmp_path: Path, origin: str, backbones: tuple[str, ...], end: str
) -> None:
    write_project(tmp_path, backbones, origin=origin)
    made = inputs(tmp_path, backbones)
    said = data(made).origin
    assert said.startswith(made.results.selection.origin_detail + end)
    assert (len(said) > len(made.results.selection.origin_detail)) == bool(end)


def test_durations_and_machines_alone_differ_from_run_to_run(tmp_path: Path) -> None:
    """Another run's times change the numbers that are called times, and nothing else."""
    write_project(tmp_path)
    made = inputs(tmp_path)
    slower = [replace(one, seconds=one.seconds * 2) for one in made.durations]
    before, after = (
        build_page(one).splitlines() for one in (made, replace(made, durations=slower))
    )
    changed = [line for line, other in zip(before, after, strict=True) if line != other]
    assert len(changed) == 2 + len(slower)  # photos a second of two backbones, and their table
    moved = replace(MACHINE, processor="Other", cores=9)
    elsewhere = [replace(one, machine=moved) for one in made.durations]
    after = build_page(replace(made, durations=elsewhere)).splitlines()
    changed = [line for line, other in zip(before, after, strict=True) if line != other]
    assert len(changed) == 2
    assert "Example 9000" in changed[0]


def test_parts_with_nothing_to_show_say_so(tmp_path: Path) -> None:
    write_project(tmp_path, ("resnet18",))
    write_audit(tmp_path / "reports/audit", [], [], [], [])
    text = build_page(inputs(tmp_path, ("resnet18",)))
    assert "No alarm" in text
    assert "nothing to compare it with" in text
    assert "a verdict needs two backbones" in text
    assert text.count("no label is doubted") == 2
    assert "no photos look like frames of one drive" in text
    assert "every photo could be used" in text


def test_a_stand_in_is_the_first_alarm_and_a_suggestion_has_its_command(tmp_path: Path) -> None:
    write_project(tmp_path)
    alarms = [Alarm("leak", "a", "b"), Alarm("stand-in weights", "c", "d")]
    label = AuditRow("photo 5.jpg", "pothole", "normal", -0.8, 1)
    write_audit(tmp_path / "reports/audit", [label], alarms, [], [SuggestedGroup("x", "y")])
    text = build_page(inputs(tmp_path))
    assert text.index("Alarm: <bdi>stand-in") < text.index("Alarm: <bdi>leak")
    assert "cp reports/audit/photos.csv" in text


def test_mistakes_are_all_shown_the_most_confident_first_up_to_the_budget(tmp_path: Path) -> None:
    table = predictions()
    truth = ["normal"] * 6
    shares = table.probabilities.copy()
    shares[1], shares[3] = (0.4, 0.6), (0.05, 0.95)
    made = replace(table, truth=truth, probabilities=shares)
    assert mistakes(made) == [3, 1]
    write_project(tmp_path)
    part = photos(inputs(tmp_path))
    assert [one.sample_id for one in part.mistakes] == ["photo 5.jpg"]
    assert part.mistakes[0].others == ["resnet50: normal 0.90\N{NO-BREAK SPACE}✗"]
    assert (part.mistakes[0].truth, part.mistakes[0].called) == ("pothole", "normal")
    assert part.mistakes[0].overlay.startswith("data:image/webp")
    assert [one.row for one in part.right] == [0, 1, 2, 3, 4]  # all as near
    for most in range(7):
        few = photos(replace(inputs(tmp_path), sheet=2, max_photos=most))
        assert len(few.random) == min(2, most)
        rows = {one.row for one in [*few.random, *few.mistakes, *few.right]}
        assert len(rows) == len(few.mistakes) + len(few.right) == most
        assert few.order.startswith(
            "As delivered, 1 mistake on 6 test photos, the most confident first;"
        )
        assert {5: "1 test photo is not", 4: "2 test photos are not"}.get(most, "") in few.order
        assert ("not shown" in few.order) == (most < 6)
    none = photos(replace(inputs(tmp_path), sheet=0, max_photos=0))
    assert "6 test photos (1 mistake among them) are not shown: the page holds 0" in none.order


def test_every_rule_of_choice_is_explained() -> None:
    assert set(EXPLAINED) == set(RULES)


def test_the_changed_copies_are_shown_and_a_missing_sheet_is_named(tmp_path: Path) -> None:
    text = page(tmp_path)
    assert 'class="sheet" src="data:image/webp;base64,' in text
    sheet = tmp_path / "reports/figures/augmentation.png"
    sheet.unlink()
    with pytest.raises(ValueError, match=r"augmentation\.png: not found; run `dvc repro`"):
        build_page(inputs(tmp_path))


def test_every_number_of_the_comparison_is_under_its_own_header(tmp_path: Path) -> None:
    write_project(tmp_path)
    part = comparison(inputs(tmp_path))
    first: dict[str, str] = {}
    for table in (part.scores, part.fit):
        first |= dict(zip(table.header, table.rows[0], strict=True))
    assert (first["CV_acc"], first["Converged_acc"]) == (
        "0.910 (0.890 to 0.930)",
        "0.920 (0.900 to 0.940)",
    )
    assert (first["Train_time"], first["size, MB"], first["threshold"]) == (
        "3.5 s + 250 ms",
        "11.4",
        "0.50",
    )


def test_a_row_that_does_not_fit_its_header_is_a_mistake_of_the_program() -> None:
    for header, rows in ((["a", "b"], [["1"]]), (["a", "a"], [["1", "2"]])):
        with pytest.raises(AssertionError):
            Table(header, rows)
