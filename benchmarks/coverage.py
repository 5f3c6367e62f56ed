"""How often 95 % intervals hold the truth: Wilson's and the ROC's exactly, an AUC's by simulation.

python -m benchmarks.coverage [SIMULATIONS]   (4000; about two minutes on one core)

Rare classes have their own tables, `benchmarks.rare_classes`, more than two classes
`benchmarks.many_classes`.

Grouped photos: groups of 1 to 12 photos; a photo is right as its group's first one is, with the
given probability (the square root of the correlation), else by itself.
Scores are binormal, half of the photos positive. Beside the interval in use: plain DeLong
(area +- 1.96 standard errors, cut at 0 and 1) and the percentile bootstrap (1,000 resamples within
either class, a tenth of the simulations).
"""

import sys

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri
from scipy.stats import binom

from benchmarks.rare_classes import Result, areas_and_variances
from potholes.statistics.auc_interval import auc_limits
from potholes.statistics.binomial import wilson
from potholes.statistics.groups import effective_number
from potholes.statistics.interval import normal_quantile

SHARES = (0.70, 0.85, 0.93, 0.95, 0.99)
AREAS = (0.7, 0.93, 0.99)
PHOTOS = (40, 100, 400)
RESAMPLES = 1000

Floats = NDArray[np.float64]


def wilson_coverage(shares: Floats, photos: int, *, corrected: bool, level: float = 0.95) -> Floats:
    """Exact coverage of shares [S]: the probability of the counts whose interval holds each."""
    counts = np.arange(photos + 1)
    limits = [wilson(c / photos, photos, level=level, corrected=corrected) for c in counts]
    low, high = np.array([(own.low, own.high) for own in limits]).T
    held = (low <= shares[:, None]) & (shares[:, None] <= high)
    return np.asarray((binom.pmf(counts, photos, shares[:, None]) * held).sum(axis=1))


def roc_coverage(area: float, positives: int, negatives: int, level: float = 0.95) -> Floats:
    """Exact coverage of the rectangles of a binormal ROC curve's points, at 199 thresholds.

    At a threshold the called positive and negative photos are independent binomial counts, so it
    is the product of both coverages.
    """
    false_rates = np.arange(1, 200) / 200
    true_rates = ndtr(ndtri(false_rates) + ndtri(area) * np.sqrt(2))
    side = np.sqrt(level)
    both = [
        wilson_coverage(rates, photos, corrected=True, level=side)
        for rates, photos in ((false_rates, negatives), (true_rates, positives))
    ]
    return np.asarray(both[0] * both[1])


def binormal(area: float, photos: int, sd: float, simulations: int) -> Floats:
    """Scores [S, photos], the first half of which are positive and of standard deviation sd."""
    rng = np.random.default_rng([photos, round(1000 * area), round(10 * sd)])
    scores = rng.standard_normal((simulations, photos))
    half = photos // 2
    scores[:, :half] = sd * scores[:, :half] + ndtri(area) * np.hypot(1, sd)
    return scores


def in_use(positive: NDArray[np.bool_], scores: Floats, truth: float) -> Result:
    """`auc_interval` of every row of scores [S, N]."""
    sizes = (np.array([float(own.sum())]) for own in (positive, ~positive))
    return Result.of(*auc_limits(*areas_and_variances(positive, scores), *sizes), truth)


def plain_delong(positive: NDArray[np.bool_], scores: Floats, truth: float) -> Result:
    """area +- 1.96 standard errors."""
    areas, variances = areas_and_variances(positive, scores)
    reach = normal_quantile(0.95) * np.sqrt(variances)
    return Result.of(np.maximum(areas - reach, 0), np.minimum(areas + reach, 1), truth)


def bootstrap(positive: NDArray[np.bool_], scores: Floats, truth: float) -> Result:
    """2.5th to 97.5th percentile of the areas of resampled photos, as counts of each photo."""
    rng = np.random.default_rng(0)
    half = int(positive.sum())
    limits = []
    for row in scores:
        first, second = (
            rng.multinomial(half, np.full(half, 1 / half), RESAMPLES).astype(np.float32)
            for _ in range(2)
        )
        order = (row[positive][:, None] > row[~positive]).astype(np.float32)
        areas = ((first @ order) * second).sum(axis=1) / half**2
        limits.append(np.percentile(areas, [2.5, 97.5]))
    low, high = np.array(limits).T
    return Result.of(low, high, truth)


def print_wilson() -> None:
    """The table of exact coverages, corrected for continuity (and not)."""
    print("| true accuracy | " + " | ".join(f"n = {n}" for n in PHOTOS) + " |")
    print("|---|" + "---|" * len(PHOTOS))
    for share in SHARES:
        one = np.array([share])
        both = [
            [wilson_coverage(one, n, corrected=c).item() for c in (True, False)] for n in PHOTOS
        ]
        cells = (f"{100 * own:.1f} % ({100 * plain:.1f} %)" for own, plain in both)
        print(f"| {share:.2f} | " + " | ".join(cells) + " |", flush=True)


def print_roc() -> None:
    """Exact coverage of the ROC's rectangles: the least and the mean over thresholds."""
    print("\n| AUC | positives | negatives | least | mean |")
    print("|---" * 5 + "|")
    for area in AREAS:
        for positives, negatives in ((32, 32), (32, 400), (400, 32), (100, 100), (400, 400)):
            held = roc_coverage(area, positives, negatives)
            cells = " | ".join(f"{100 * own:.1f} %" for own in (held.min(), held.mean()))
            print(f"| {area} | {positives} | {negatives} | {cells} |", flush=True)


def print_areas(sd: float, simulations: int) -> None:
    """Coverage and mean width for every true area and number of photos."""
    print(
        f"\nsd of positive scores = {sd:g} times that of negative ones, {simulations} simulations"
    )
    print("| AUC | n | in use | width | plain DeLong | width | bootstrap | width |")
    print("|---" * 8 + "|")
    for area in AREAS:
        for photos in PHOTOS:
            positive = np.arange(photos) < photos // 2
            scores = binormal(area, photos, sd, simulations)
            cells = [
                in_use(positive, scores, area),
                plain_delong(positive, scores, area),
                bootstrap(positive, scores[: max(1, simulations // 10)], area),
            ]
            print(f"| {area} | {photos} | " + " | ".join(map(str, cells)) + " |", flush=True)


def grouped(share: float, groups: int, alike: float, simulations: int) -> tuple[Result, Result]:
    """Wilson's with the effective number, and as if all photos were independent."""
    rng = np.random.default_rng([groups, round(100 * alike)])
    limits = np.empty((2, 2, simulations))  # effective number or photos, low or high
    for run in range(simulations):
        members = np.repeat(np.arange(groups), rng.integers(1, 13, groups))
        own, first = rng.random(len(members)) < share, (rng.random(groups) < share)[members]
        right = float(np.where(rng.random(len(members)) < alike, first, own).mean())
        for index, n in enumerate((effective_number(members), float(len(members)))):
            interval = wilson(right, n, corrected=True)
            limits[index, :, run] = interval.low, interval.high
    effective, ignored = (Result.of(low, high, share) for low, high in limits)
    return effective, ignored


def print_grouped(simulations: int) -> None:
    """Coverage of accuracies of grouped photos."""
    print(f"\naccuracy 0.9 of grouped photos, {simulations} simulations")
    print("| groups | correlation | effective number | width | groups ignored | width |")
    print("|---" * 6 + "|")
    for groups in (20, 40, 100):
        for alike in (1.0, 0.7):
            cells = " | ".join(map(str, grouped(0.9, groups, alike, simulations)))
            print(f"| {groups} | {alike**2:.2f} | {cells} |", flush=True)


def main(simulations: int) -> None:
    print_wilson()
    print_roc()
    for sd in (1.0, 2.0):
        print_areas(sd, simulations)
    print_grouped(simulations)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000)
