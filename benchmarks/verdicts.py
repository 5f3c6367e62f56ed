"""How often verdicts are false and how often they are reached, against other tests.

python -m benchmarks.verdicts [SIMULATIONS [PART...]] prints markdown tables; parts: grid, unseen.
1,000 simulations by default (fewer for 400 and 800 photos); unseen took eight minutes for 700 on a
busy core, the grid takes several times as long.

docs/decisions/0017-verdicts-by-photo.md says on which worlds the test in use was tuned; those of
the part `unseen` are others or have other seeds. False is to say of
any pair of equal backbones that one is better; power is to say so of the better of two.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from benchmarks.simulated_backbones import calibrated, crossvalidated
from benchmarks.simulated_photos import World
from potholes.crossvalidation.held_out import draw_folds
from potholes.params import CrossvalidateParams, TrainParams
from potholes.params_file import load_params
from potholes.selection.holm import holm
from potholes.statistics.paired import paired
from potholes.statistics.resampled import corrected_variance

FOLDS = CrossvalidateParams(folds=5, repeats=5, seed=0)
LEVEL = 0.95
ROPE = 0.01  # a difference that does not matter, for the Bayesian test
CALIBRATION = 60  # simulations by which the distance of the classes is found
ACCURACY = {0.5: 0.92, 0.3: 0.93, 0.1: 0.95}  # by the share of positive photos
GAP = {100: 0.06, 200: 0.045, 400: 0.03, 800: 0.02}  # of two unequal backbones, by photos
Right = NDArray[np.bool_]  # [R, N]
# p and difference of two backbones; folds [R, N], groups [N]
Test = Callable[[Right, Right, NDArray[np.int64], NDArray[np.int64]], tuple[float, float]]


def in_use(
    a: Right, b: Right, folds: NDArray[np.int64], groups: NDArray[np.int64]
) -> tuple[float, float]:
    """`statistics.paired`."""
    del folds
    found = paired(a, b, groups)
    return found.p, found.difference


def corrected_t(
    a: Right, b: Right, folds: NDArray[np.int64], groups: NDArray[np.int64]
) -> tuple[float, float]:
    """Corrected resampled t of the folds' accuracies (Nadeau & Bengio 2003)."""
    difference, error, freedom = _resampled(a, b, folds, groups)
    return float(2 * stats.t.sf(abs(difference) / error, freedom)), difference


def bayesian(
    a: Right, b: Right, folds: NDArray[np.int64], groups: NDArray[np.int64]
) -> tuple[float, float]:
    """Bayesian correlated t (Corani & Benavoli 2015): that the lead is not above ROPE."""
    difference, error, freedom = _resampled(a, b, folds, groups)
    return float(stats.t.sf((abs(difference) - ROPE) / error, freedom)), difference


def mcnemar(
    a: Right, b: Right, folds: NDArray[np.int64], groups: NDArray[np.int64]
) -> tuple[float, float]:
    """Exact McNemar on photos about which one is right more often than the other."""
    del folds, groups
    lead = a.sum(axis=0) - b.sum(axis=0)
    more, less = int((lead > 0).sum()), int((lead < 0).sum())
    p = stats.binomtest(more, more + less).pvalue if more + less else 1.0
    return float(p), float((more - less) / len(lead))


def photo_z(
    a: Right, b: Right, folds: NDArray[np.int64], groups: NDArray[np.int64]
) -> tuple[float, float]:
    """Normal test of the photos' differences averaged over the repeats, variance times 1.45."""
    del folds
    averages = np.bincount(groups, a.mean(axis=0) - b.mean(axis=0))
    sizes = np.bincount(groups)
    difference = float(averages.sum() / sizes.sum())
    variance = 1.45 * float(((averages - difference * sizes) ** 2).sum()) / sizes.sum() ** 2
    if variance == 0:
        return 1.0, difference
    return float(2 * stats.norm.sf(abs(difference) / variance**0.5)), difference


TESTS: Mapping[str, Test] = {
    "in use": in_use,
    "corrected t": corrected_t,
    "Bayesian t": bayesian,
    "McNemar": mcnemar,
    "z × 1.45": photo_z,
}


def _resampled(
    a: Right, b: Right, folds: NDArray[np.int64], groups: NDArray[np.int64]
) -> tuple[float, float, int]:
    """Mean difference of the folds' accuracies, corrected standard error, degrees of freedom."""
    lead = a.astype(np.float64) - b
    count = int(folds.max()) + 1
    sums = [np.bincount(own, one, count) for own, one in zip(folds, lead, strict=True)]
    sizes = [np.bincount(own, minlength=count) for own in folds]
    scores = (np.array(sums) / np.array(sizes)).ravel()
    variance = corrected_variance(scores, 1 / (count - 1))
    independent = len(np.unique(groups))
    error = variance**0.5 if variance > 0 else 2**0.5 / (independent + 2)
    return float(scores.mean()), error, len(scores) - 1


def outcomes(
    right: NDArray[np.bool_], folds: NDArray[np.int64], groups: NDArray[np.int64], test: Test
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """p and difference [S, B, B] of each pair of B backbones that are right [S, B, R, N]."""
    shape = (len(right), right.shape[1], right.shape[1])
    p, difference = np.ones(shape), np.zeros(shape)
    for s, one in enumerate(right):
        for a, b in combinations(range(len(one)), 2):
            p[s, a, b], difference[s, a, b] = test(one[a], one[b], folds, groups)
    return p, difference


def any_said(p: NDArray[np.float64], count: int) -> float:
    """How often any pair of `count` equal backbones is told apart, by p [S, B, B].

    The B backbones are taken in sets of `count`: every simulation is used several times.
    """
    found = []
    for start in range(0, p.shape[1] - count + 1, count):
        own = p[:, start : start + count, start : start + count]
        pairs = own[:, *np.triu_indices(count, 1)]
        found.append([(holm(row) < 1 - LEVEL).any() for row in pairs])
    return float(np.mean(found))


def simulated(
    world: World,
    accuracies: Sequence[float],
    simulations: int,
    train: TrainParams,
    params: CrossvalidateParams = FOLDS,
) -> tuple[NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64]]:
    """Right [S, B, R, N], folds [R, N] and groups [N] of backbones of these accuracies."""
    fitted = calibrated(world, accuracies, train, params, CALIBRATION * (5 if world.widths else 1))
    found = crossvalidated(fitted, simulations, train, params)
    groups = world.groups(world.photos)
    folds = draw_folds(world.labels(world.photos), groups, params).held_out_in
    return np.stack([one.right for one in found], axis=1), folds, groups


def grid(simulations: int, train: TrainParams) -> Iterator[str]:
    """Every number of photos, correlation, share of positives and number of backbones."""
    yield "| photos | correlation | positive | test | false, 2 | false, 3 | false, 6 | power |"
    yield "|---|---|---|---|---|---|---|---|"
    for photos in (100, 200, 400, 800):
        count = simulations * min(1, 200 / photos)
        for common in (0.5, 0.7, 0.9):
            for positive, accuracy in sorted(ACCURACY.items()):
                world = World(photos, 50, (), 21, common=common, positive=positive)
                equal = simulated(world, (accuracy,) * 6, round(count), train)
                half = GAP[photos] / 2
                world = World(photos, 50, (), 22, common=common, positive=positive)
                unlike = simulated(world, (accuracy - half, accuracy + half), round(count), train)
                for name, test in TESTS.items():
                    p, _ = outcomes(*equal, test)
                    false = " | ".join(f"{any_said(p, size):.1%}" for size in (2, 3, 6))
                    cell = f"| {photos} | {common} | {positive} | {name} | {false}"
                    yield f"{cell} | {power(unlike, test):.0%} |"


def power(
    unlike: tuple[NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64]], test: Test
) -> float:
    """How often the second of two backbones is called better."""
    p, difference = outcomes(*unlike, test)
    return float(((p[:, 0, 1] < 1 - LEVEL) & (difference[:, 0, 1] < 0)).mean())


UNSEEN: Mapping[str, tuple[World, CrossvalidateParams]] = {
    "512 features, 100 photos, correlation 0.5": (World(100, 512, (), 41, common=0.5), FOLDS),
    "512 features, 100 photos, correlation 0.9": (World(100, 512, (), 41, common=0.9), FOLDS),
    "512 features, 300 photos": (World(300, 512, (), 41), FOLDS),
    "50 and 512 features, 200 photos": (World(200, 512, (), 41, widths=(50, 512)), FOLDS),
    "10 and 200 features, 200 photos": (World(200, 200, (), 41, widths=(10, 200)), FOLDS),
    "noise of t(3), 100 photos, correlation 0.5": (World(100, 50, (), 41, 0.5, tails=3), FOLDS),
    "noise of t(3), 400 photos": (World(400, 50, (), 41, tails=3), FOLDS),
    "deviations 1 : 3, 200 photos": (World(200, 50, (), 41, spread=3), FOLDS),
    "groups of 8 (0.9), 200 photos, correlation 0.5": (
        World(200, 50, (), 41, 0.5, group=8, within=0.9),
        FOLDS,
    ),
    "groups of 8 (0.5), 304 photos": (World(304, 50, (), 41, group=8, within=0.5), FOLDS),
    "groups of 4 (0.9), 200 photos": (World(200, 50, (), 41, group=4, within=0.9), FOLDS),
    "3 folds, 5 repeats, 200 photos": (
        World(200, 50, (), 41),
        CrossvalidateParams(folds=3, repeats=5, seed=0),
    ),
    "10 folds, 3 repeats, 200 photos": (
        World(200, 50, (), 41),
        CrossvalidateParams(folds=10, repeats=3, seed=0),
    ),
    "5 folds, 1 repeat, 200 photos": (
        World(200, 50, (), 41),
        CrossvalidateParams(folds=5, repeats=1, seed=0),
    ),
}


def unseen(simulations: int, train: TrainParams) -> Iterator[str]:
    """Two equal backbones of accuracy 0.9 (0.98 in the last row) in worlds unlike the grid's."""
    yield f"| world | {' | '.join(TESTS)} |"
    yield f"|---|{'---|' * len(TESTS)}"
    for title, (world, params) in UNSEEN.items():
        yield _unseen_row(title, world, (0.9, 0.9), simulations, train, params)
    perfect = World(400, 50, (), 41)
    yield _unseen_row("accuracy 0.98, 400 photos", perfect, (0.98,) * 2, simulations, train, FOLDS)


def _unseen_row(
    title: str,
    world: World,
    accuracies: Sequence[float],
    simulations: int,
    train: TrainParams,
    params: CrossvalidateParams,
) -> str:
    found = simulated(world, accuracies, simulations, train, params)
    shares = [any_said(outcomes(*found, test)[0], 2) for test in TESTS.values()]
    return f"| {title} | {' | '.join(f'{share:.1%}' for share in shares)} |"


def main(simulations: int, *parts: str) -> None:
    train = load_params().train
    for part in parts or ("grid", "unseen"):
        lines = grid(simulations, train) if part == "grid" else unseen(simulations, train)
        print(f"\n### {part}\n")
        for line in lines:
            print(line, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, *sys.argv[2:])
