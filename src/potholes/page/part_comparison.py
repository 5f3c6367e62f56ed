"""Part 2: the backbones side by side, verdicts on their pairs, what each rule chooses."""

from dataclasses import dataclass

from potholes.figures.drawing import Chart, Table
from potholes.figures.phrases import listed, score, scored, seconds
from potholes.page.inputs import Inputs
from potholes.report.charts_comparison import comparison_charts
from potholes.report.results import Outcome
from potholes.selection.tables import Verdict
from potholes.wording import megabytes, plural, with_limits

RULES = {
    "best_crossvalidated": "the highest cross-validated accuracy",
    "best_converged": "the highest one of heads trained until nothing changes, cross-validated",
    "one_standard_error": "the cheapest within one standard error of the best",
    "fit_accuracy_auc": "drops unstable fits, then takes the best validation accuracy, then AUC",
    "best_validation": "the highest validation accuracy",
}


@dataclass(frozen=True)
class ComparisonPart:
    """Tables and figures of the part; `verdicts` has no rows for a single backbone."""

    opening: str
    scores: Table
    fit: Table  # the method's measures of fit, and what a backbone costs
    accuracies: Table
    draw: str  # whether val drew easy photos
    thresholds: list[str]
    charts: list[Chart]
    verdicts: Table
    cheaper: str
    rules: Table
    difference: float  # select.difference


def comparison(inputs: Inputs) -> ComparisonPart:
    """The part for all backbones."""
    results = inputs.results
    cheaper = results.selection.cheaper
    return ComparisonPart(
        opening=_opening(inputs),
        scores=_scores(inputs),
        fit=_fit(inputs),
        accuracies=_accuracies(inputs.chosen),
        draw=_draw(inputs.chosen),
        thresholds=_thresholds(results.backbones),
        charts=comparison_charts(results, inputs.level),
        verdicts=_verdicts(inputs),
        cheaper=f"{cheaper.sentence}." if cheaper else "",
        rules=Table(
            ["rule", "what it takes", "would choose"],
            [
                [
                    f"{rule}{' (in use)' if rule == results.selection.rule else ''}",
                    RULES[rule],
                    name,
                ]
                for rule, name in results.selection.rules.items()
            ],
        ),
        difference=inputs.params["select"]["difference"],
    )


def _opening(inputs: Inputs) -> str:
    verdicts = inputs.results.selection.verdicts
    if len(inputs.results.backbones) == 1:
        return "Only one backbone was trained, so there is nothing to compare it with."
    shown = [verdict for verdict in verdicts if verdict.better is not None]
    if not shown:
        return (
            "No backbone is significantly better than another: every difference in accuracy may "
            "be chance."
        )
    pairs = [f"{one.better} is better than {_loser(one)}" for one in shown]
    rest = len(verdicts) - len(shown)
    more = f"; the other {plural(rest, 'difference')} may be chance" if rest else ""
    return f"Beyond chance, {listed(pairs)}{more}."


def _loser(verdict: Verdict) -> str:
    return verdict.b if verdict.better == verdict.a else verdict.a


def _scores(inputs: Inputs) -> Table:
    header = ["backbone", "CV_acc", "Converged_acc", "Test_acc", "CV_auc", "Test_auc", "threshold"]
    rows = []
    for one in inputs.results.backbones:
        row = one.scores
        rows.append(
            [
                one.name,
                scored(row.cv_acc, row.cv_acc_low, row.cv_acc_high),
                scored(row.converged_acc, row.converged_acc_low, row.converged_acc_high),
                scored(row.test_acc, row.test_acc_low, row.test_acc_high),
                scored(row.cv_auc, row.cv_auc_low, row.cv_auc_high),
                scored(row.test_auc, row.test_auc_low, row.test_auc_high),
                "–" if row.threshold is None else f"{row.threshold:.2f}",
            ]
        )
    return _of_backbones(inputs, header, rows)


def _fit(inputs: Inputs) -> Table:
    header = ["backbone", "Stability_loss", "Stability_acc", "Train_time", "Val_acc (Best_acc)"]
    header += ["Best_epoch", "photos a second", "size, MB"]
    rows = []
    for one in inputs.results.backbones:
        row, rate = one.scores, inputs.photos_a_second.get(one.name)
        rows.append(
            [
                one.name,
                f"{row.stability_loss:.4f}",
                f"{row.stability_acc:.4f}",
                f"{seconds(one.time.extraction)} + {seconds(one.time.head)}",
                score(row.best_acc),
                f"{row.best_epoch} of {len(one.history)}",
                "–" if rate is None else f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}",
                megabytes(row.model_bytes),
            ]
        )
    return _of_backbones(inputs, header, rows)


def _of_backbones(inputs: Inputs, header: list[str], rows: list[list[str]]) -> Table:
    names = [one.name for one in inputs.results.backbones]
    return Table(header, rows, names.index(inputs.chosen.name))


def _accuracies(chosen: Outcome) -> Table:
    row = chosen.scores
    trained, tested = chosen.cross_validated.photos, chosen.evaluated.evaluation.test_photos
    rows = [
        [
            "cross-validated (CV_acc)",
            score(row.cv_acc),
            f"{plural(trained, 'photo')} of train and val, each by heads that had not seen it",
            "believe this one first: most photos, many heads",
        ],
        [
            "test (Test_acc)",
            score(row.test_acc),
            f"{plural(tested, 'photo')} that no choice has seen, by the delivered head",
            "an honest check of this head; few photos, so it varies more",
        ],
        [
            "validation (Val_acc, the method's Best_acc)",
            score(row.best_acc),
            "the photos of val, at the epoch that suits them best",
            "too high: the same photos chose the epoch",
        ],
    ]
    return Table(["accuracy", chosen.name, "measured on", "how to read it"], rows)


def _draw(chosen: Outcome) -> str:
    split = chosen.cross_validated.split
    if split is None:
        return ""
    found = f"so val drew {split.drew} photos" if split.drew else "no more than chance explains"
    return (
        f"Heads that had not seen them are right about {score(split.val_acc)} of val and "
        f"{score(split.train_acc)} of train: a difference of "
        f"{with_limits(split.difference, split.low, split.high)}, {found}."
    )


def _thresholds(backbones: list[Outcome]) -> list[str]:
    """What the test accuracy would be at 0.5 where another threshold is delivered."""
    return [
        f"{one.name} calls a photo {one.evaluated.evaluation.classes[1]} from probability "
        f"{one.scores.threshold:.2f} on, not from 0.50, so a lower probability can be its answer; "
        f"at 0.50 its test accuracy would be {score(one.scores.test_acc_at_half)}."
        for one in backbones
        if one.scores.threshold not in (None, 0.5)
    ]


def _verdicts(inputs: Inputs) -> Table:
    selection = inputs.results.selection
    heads = {(one.a, one.b): one for one in selection.test_differences}
    rows = []
    for one in selection.verdicts:
        head = heads.get((one.a, one.b))
        low, high = one.observed_photos_low, one.observed_photos_high
        rows.append(
            [
                f"{one.a} − {one.b}",
                with_limits(one.difference, one.low, one.high),
                f"{one.p:.3f}",
                f"{one.better} is better" if one.better else "may be chance",
                f"{one.detectable:.3f}",
                f"{one.photos_low:,} to {one.photos_high:,}",
                "–" if low is None or high is None else f"{low:,} to {high:,}",
                with_limits(head.difference, head.low, head.high) if head else "–",
            ]
        )
    header = ["pair", "difference in accuracy", "p (Holm)", "verdict", "smallest these photos show"]
    header += [f"more photos to show {inputs.params['select']['difference']:g}"]
    header += ["more photos to show the observed", "test AUC of these heads, difference"]
    return Table(header, rows)
