"""The backbones beside each other: rows of the comparison, and a verdict on every pair."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from itertools import combinations
from pathlib import Path

import numpy as np

from potholes.compilation.tables import CompiledFacts, read_compiled
from potholes.crossvalidation.tables import (
    OUT_OF_FOLD_FILE,
    SUMMARY_FILE,
    CrossValidationSummary,
    OutOfFold,
    read_out_of_fold,
)
from potholes.evaluation.tables import (
    PREDICTIONS_FILE,
    SCORES_FILE,
    Evaluation,
    TestPredictions,
    read_predictions,
)
from potholes.files.documents import read_document
from potholes.files.rows import as_written
from potholes.selection.holm import holm, holm_levels, p_of
from potholes.selection.tables import Comparison, TestDifference, Verdict
from potholes.selection.verdicts import Plan, verdicts
from potholes.statistics.delong import AucDifference, macro_auc_difference
from potholes.weights.tables import Origin


@dataclass(frozen=True)
class Candidate:
    """What is known of one backbone with its head."""

    facts: CompiledFacts
    summary: CrossValidationSummary
    out_of_fold: OutOfFold
    evaluation: Evaluation
    predictions: TestPredictions


def read_candidate(backbone: Path, crossvalidated: Path, evaluated: Path) -> Candidate:
    """What the folders of one backbone's stages say of it."""
    return Candidate(
        facts=read_compiled(backbone),
        summary=read_document(crossvalidated / SUMMARY_FILE, CrossValidationSummary),
        out_of_fold=read_out_of_fold(crossvalidated / OUT_OF_FOLD_FILE),
        evaluation=read_document(evaluated / SCORES_FILE, Evaluation),
        predictions=read_predictions(evaluated / PREDICTIONS_FILE),
    )


@dataclass(frozen=True)
class Compared:
    """A row a backbone, and for every pair what cross-validation and the test photos say."""

    rows: list[Comparison]
    verdicts: list[Verdict]
    test_differences: list[TestDifference]


def compare(
    candidates: Mapping[str, Candidate], origin: Origin, plan: Plan, *, level: float
) -> Compared:
    """The candidates, by name, beside each other."""
    found = candidates.values()
    photos = {name: one.out_of_fold for name, one in candidates.items()}
    tests = {name: one.predictions for name, one in candidates.items()}
    return Compared(
        rows=[comparison_row(one.evaluation, one.summary, one.facts, origin) for one in found],
        verdicts=pair_verdicts(photos, plan, level=level),
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


def pair_verdicts(photos: Mapping[str, OutOfFold], plan: Plan, *, level: float) -> list[Verdict]:
    """Which backbone is more accurate than which, over the same folds of the same photos."""
    first = next(iter(photos.values()))
    for one in photos.values():
        assert one.sample_ids == first.sample_ids, "backbones were cross-validated on unlike photos"
        assert (one.held_out_in == first.held_out_in).all(), "... on unlike folds"
    right = {name: one.right for name, one in photos.items()}
    return verdicts(right, first.groups, plan, level=level)


def auc_differences(tables: Mapping[str, TestPredictions], *, level: float) -> list[TestDifference]:
    """DeLong's difference of the test AUC (macro AUC, if more than two classes) of every pair.

    Adjusted by Holm over the pairs, as the verdicts are.
    """
    pairs = list(combinations(tables, 2))
    at = [_auc_difference(tables[a], tables[b]) for a, b in pairs]
    p = np.array([as_written(p_of(one)) for one in at])
    adjusted, levels = holm(p).tolist(), holm_levels(p, level).tolist()
    found = []
    for (a, b), one, q, own_level in zip(pairs, at, adjusted, levels, strict=True):
        result = one(own_level)
        better = None if q >= 1 - level else a if result.difference > 0 else b
        limits = result.difference, result.low, result.high
        found.append(TestDifference(a, b, *limits, q, better))
    return found


def _auc_difference(
    first: TestPredictions, second: TestPredictions
) -> Callable[[float], AucDifference]:
    """The difference of two heads' test AUC as a function of the interval's level."""
    assert first.sample_ids == second.sample_ids
    truth = np.array([first.classes.index(label) for label in first.truth])
    _, groups = np.unique(first.group_ids, return_inverse=True)
    scores = first.probabilities, second.probabilities
    return lambda level: macro_auc_difference(truth, *scores, groups=groups, level=level)
