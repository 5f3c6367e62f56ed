"""How often 95 % intervals of test scores hold the truth where a class is rare.

python -m benchmarks.rare_classes [SIMULATIONS]   (2000 a cell; half a minute on one core)

Scores of two normal classes; the positive ones 1, 2 and 1/2 times as spread as the negative ones;
at least one photo is positive. AUC in every cell, beside DeLong's variance on the logit scale
alone. The other scores depend on where photos are called positive: at the cut where as many are
called so as are, and at the one where both classes are found equally often.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from potholes.probabilities import auc
from potholes.statistics.auc_interval import auc_limits
from potholes.statistics.binomial import wilson
from potholes.statistics.delong import placements
from potholes.statistics.interval import (
    Interval,
    interval_of_mean,
    logit_limits,
    normal_quantile,
)

SPREADS = (1.0, 2.0, 0.5)
AREAS = (0.8, 0.93, 0.99)
PHOTOS = (64, 100, 400)
BALANCES = (0.5, 0.2, 0.1, 0.05, 0.02)
NAMES = ("accuracy", "balanced accuracy", "recall", "precision", "F1", "average precision")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Cell:
    """Two normal classes: the negative one is standard normal."""

    area: float
    photos: int
    balance: float
    spread: float

    @property
    def positives(self) -> int:
        """At least one."""
        return max(1, round(self.balance * self.photos))

    @property
    def shift(self) -> float:
        """Mean of the positive class."""
        return float(ndtri(self.area) * np.hypot(1, self.spread))

    def scores(self, simulations: int) -> tuple[NDArray[np.bool_], Floats]:
        """positive [N], the first ones, and scores [S, N]."""
        seed = [round(1000 * self.area), self.photos, self.positives, round(10 * self.spread)]
        scores = np.random.default_rng(seed).standard_normal((simulations, self.photos))
        positive = np.arange(self.photos) < self.positives
        scores[:, positive] = self.spread * scores[:, positive] + self.shift
        return positive, scores

    def found(self, cut: float) -> float:
        """Share of the positive class above the cut."""
        return float(ndtr((self.shift - cut) / self.spread))


@dataclass(frozen=True)
class Result:
    """Shares of intervals: that hold the truth, that lie above it; and their mean width."""

    coverage: float
    above: float
    width: float

    @classmethod
    def of(cls, low: Floats, high: Floats, truth: float) -> "Result":
        """Of intervals low [S], high [S]."""
        held = (low <= truth) & (truth <= high)
        return cls(float(held.mean()), float((low > truth).mean()), float((high - low).mean()))

    @property
    def short(self) -> str:
        """`96.4, 1.5 (0.22)`: coverage and share above in %, width."""
        return f"{100 * self.coverage:.1f}, {100 * self.above:.1f} ({self.width:.2f})"

    def __str__(self) -> str:
        return f"{100 * self.coverage:.1f} % | {self.width:.3f}"


def areas_and_variances(positive: NDArray[np.bool_], scores: Floats) -> tuple[Floats, Floats]:
    """Of scores [S, N]: areas [S], DeLong's variances [S] (infinite with one photo of a class)."""
    parts = placements(positive, scores)
    variances = np.zeros(len(scores))
    for part in (parts.positive, parts.negative):
        photos = part.shape[1]
        variances += part.var(axis=1) / (photos - 1) if photos > 1 else np.inf
    return auc(positive, scores), variances


def delong_alone(areas: Floats, variances: Floats) -> tuple[Floats, Floats]:
    """On the logit scale; nothing is said (0 to 1) where that degenerates."""
    sound = (areas > 0) & (areas < 1) & np.isfinite(variances) & (variances > 0)
    shares, errors = np.where(sound, areas, 0.5), np.sqrt(np.where(sound, variances, 1.0))
    low, high = logit_limits(shares, errors, normal_quantile(0.95))
    return np.where(sound, low, 0.0), np.where(sound, high, 1.0)


def area_results(cell: Cell, simulations: int) -> tuple[Result, Result]:
    """Of the interval in use, and of DeLong's alone."""
    positive, scores = cell.scores(simulations)
    areas, variances = areas_and_variances(positive, scores)
    sizes = (np.array([float(own.sum())]) for own in (positive, ~positive))
    in_use = auc_limits(areas, variances, *sizes)
    return (
        Result.of(*in_use, cell.area),
        Result.of(*delong_alone(areas, variances), cell.area),
    )


def share_intervals(found: int, alarms: int, positives: int, negatives: int) -> dict[str, Interval]:
    """As `evaluation.class_scores` and `scoring` make them, from the counts."""
    corrected = partial(wilson, corrected=True)
    right = found + negatives - alarms
    both = [(found, positives), (negatives - alarms, negatives)]
    recalls = [corrected(part / whole, whole) for part, whole in both]
    called, either = found + alarms, positives + alarms
    jaccard = corrected(found / either, either)
    f1 = Interval(*(2 * limit / (1 + limit) for limit in (jaccard.low, jaccard.high)))
    return {
        "accuracy": corrected(right / (positives + negatives), positives + negatives),
        "balanced accuracy": interval_of_mean([part / whole for part, whole in both], recalls),
        "recall": recalls[0],
        "precision": corrected(found / called, called) if called else Interval(0.0, 1.0),
        "F1": f1,
    }


def truths(cell: Cell, cut: float) -> dict[str, float]:
    """The scores of the two classes in the cell's numbers, at the cut."""
    share, found, alarms = cell.positives / cell.photos, cell.found(cut), float(ndtr(-cut))
    right, called = share * found, share * found + (1 - share) * alarms
    return {
        "accuracy": right + (1 - share) * (1 - alarms),
        "balanced accuracy": (found + 1 - alarms) / 2,
        "recall": found,
        "precision": right / called,
        "F1": 2 * right / (share + called),
    }


def cuts(cell: Cell) -> Iterator[float]:
    """As many called positive as are; both classes found equally often."""
    share = cell.positives / cell.photos
    differences: tuple[Callable[[float], float], ...] = (
        lambda cut: share * cell.found(cut) + (1 - share) * float(ndtr(-cut)) - share,
        lambda cut: cell.found(cut) - float(ndtr(cut)),
    )
    for difference in differences:
        yield brentq(difference, -40, 40)


def share_results(cell: Cell, cut: float, simulations: int) -> dict[str, Result]:
    """By name, over the same simulations as the areas."""
    positive, scores = cell.scores(simulations)
    called = scores >= cut
    counts = np.stack([(called & own).sum(axis=1) for own in (positive, ~positive)], axis=1)
    pairs, which = np.unique(counts, axis=0, return_inverse=True)
    sizes = cell.positives, cell.photos - cell.positives
    known = [share_intervals(found, alarms, *sizes) for found, alarms in pairs.tolist()]
    results = {}
    for name, truth in truths(cell, cut).items():
        low, high = np.array([(own[name].low, own[name].high) for own in known])[which.ravel()].T
        results[name] = Result.of(low, high, truth)
    return results


def average_precisions(positive: NDArray[np.bool_], scores: Floats) -> Floats:
    """[S] of scores [S, N] without ties."""
    hits = positive[np.argsort(-scores, axis=1)]
    precision = np.cumsum(hits, axis=1) / np.arange(1, scores.shape[1] + 1)
    return np.asarray((precision * hits).sum(axis=1) / positive.sum())


def average_precision_result(cell: Cell, simulations: int) -> Result:
    """Against the mean precision over the quantiles of the positive class."""
    positive, scores = cell.scores(simulations)
    found = average_precisions(positive, scores).tolist()
    limits = [wilson(min(one, 1.0), cell.positives, corrected=True) for one in found]
    share, recall = cell.positives / cell.photos, (np.arange(4000) + 0.5) / 4000
    alarms = ndtr(-(cell.shift + cell.spread * ndtri(1 - recall)))
    truth = float((share * recall / (share * recall + (1 - share) * alarms)).mean())
    low, high = np.array([(own.low, own.high) for own in limits]).T
    return Result.of(low, high, truth)


def print_areas(spread: float, simulations: int) -> None:
    """Coverage, share above the truth (mean width) of the interval in use; DeLong's alone below."""
    print(f"\nAUC, positives {spread:g} times as spread: coverage, too optimistic (width); %")
    print("| AUC | n | " + " | ".join(f"{100 * b:g} % positive" for b in BALANCES) + " |")
    print("|---" * (2 + len(BALANCES)) + "|")
    for area, photos in product(AREAS, PHOTOS):
        cells = [Cell(area, photos, balance, spread) for balance in BALANCES]
        both = [area_results(cell, simulations) for cell in cells]
        for name, own in zip(
            (f"{area} | {photos}", "DeLong |"), zip(*both, strict=True), strict=True
        ):
            print(f"| {name} | " + " | ".join(one.short for one in own) + " |", flush=True)


def print_shares(spread: float, simulations: int) -> None:
    """Of every score, over all cells and both cuts: the lowest coverages and where."""
    found: dict[str, list[tuple[float, str]]] = {name: [] for name in NAMES}
    for area, photos, balance in product(AREAS, PHOTOS, BALANCES):
        cell = Cell(area, photos, balance, spread)
        where = f"AUC {area}, n {photos}, {cell.positives} positive"
        for cut in cuts(cell):
            for name, result in share_results(cell, cut, simulations).items():
                found[name].append((result.coverage, where))
        result = average_precision_result(cell, simulations)
        found[NAMES[-1]].append((result.coverage, where))
    print(f"\npositives {spread:g} times as spread: lowest and mean coverage, %")
    print("| score | lowest | where | mean |\n|---|---|---|---|")
    for name, own in found.items():
        least, where = min(own)
        mean = np.mean([coverage for coverage, _ in own])
        print(f"| {name} | {100 * least:.1f} | {where} | {100 * mean:.1f} |", flush=True)


def main(simulations: int) -> None:
    for spread in SPREADS:
        print_areas(spread, simulations)
        print_shares(spread, simulations)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
