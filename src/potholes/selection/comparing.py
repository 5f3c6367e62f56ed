"""The backbones beside each other: rows of the comparison, and a verdict on every pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import combinations

import numpy as np

from potholes.compilation.tables import CompiledFacts
from potholes.crossvalidation.tables import CrossValidationSummary, FoldScore, tested_over_trained
from potholes.evaluation.tables import Evaluation, TestPredictions
from potholes.selection.tables import Comparison, TestDifference, Verdict
from potholes.selection.verdicts import verdicts
from potholes.statistics.delong import macro_auc_difference
from potholes.weights.tables import Origin


@dataclass(frozen=True)
class Candidate:
    """What is known of one backbone with its head."""

    facts: CompiledFacts
    summary: CrossValidationSummary
    folds: list[FoldScore]
    evaluation: Evaluation
    predictions: TestPredictions


@dataclass(frozen=True)
class Compared:
    """A row a backbone, and for every pair what cross-validation and the test photos say."""

    rows: list[Comparison]
    verdicts: list[Verdict]
    test_differences: list[TestDifference]


def compare(candidates: Mapping[str, Candidate], origin: Origin, *, level: float) -> Compared:
    """The candidates, by name, beside each other."""
    found = candidates.values()
    folds = {name: one.folds for name, one in candidates.items()}
    tests = {name: one.predictions for name, one in candidates.items()}
    return Compared(
        rows=[comparison_row(one.evaluation, one.summary, one.facts, origin) for one in found],
        verdicts=pair_verdicts(folds, next(iter(found)).summary, level=level),
        test_differences=auc_differences(tests, level=level),
    )


def comparison_row(
    evaluation: Evaluation, validation: CrossValidationSummary, facts: CompiledFacts, origin: Origin
) -> Comparison:
    """One backbone's row, each field from the file that has it."""
    known = {
        **vars(facts),
        **vars(validation),
        **vars(validation.convergence),
        **vars(evaluation),
        **evaluation.metrics,
        "rarest_share": evaluation.rarest_share,
        "model_bytes": facts.bytes,
        "weights": origin.kind,
    }
    return Comparison(**{field.name: known[field.name] for field in fields(Comparison)})


def pair_verdicts(
    folds: Mapping[str, Sequence[FoldScore]], validation: CrossValidationSummary, *, level: float
) -> list[Verdict]:
    """Which backbone is better than which, by accuracy over the same folds of the same photos."""
    scores = {name: np.array([fold.acc for fold in rows]) for name, rows in folds.items()}
    if len(scores) < 2:
        return []
    drawn = {tuple((f.repeat, f.fold, f.photos) for f in rows) for rows in folds.values()}
    assert len(drawn) == 1, "backbones were cross-validated on unlike folds"
    return verdicts(
        scores,
        validation.photos,
        ratio=tested_over_trained(next(iter(folds.values()))),
        effective=validation.effective_photos,
        level=level,
    )


def auc_differences(tables: Mapping[str, TestPredictions], *, level: float) -> list[TestDifference]:
    """DeLong's difference of the test AUC (macro AUC, if more than two classes) of every pair."""
    found = []
    for a, b in combinations(tables, 2):
        first, second = tables[a], tables[b]
        assert first.sample_ids == second.sample_ids, (a, b)
        truth = np.array([first.classes.index(label) for label in first.truth])
        _, groups = np.unique(first.group_ids, return_inverse=True)
        scores = first.probabilities, second.probabilities
        one = macro_auc_difference(truth, *scores, groups=groups, level=level)
        found.append(TestDifference(a, b, one.difference, one.low, one.high))
    return found
