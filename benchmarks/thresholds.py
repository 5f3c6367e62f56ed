"""What the chosen temperature and threshold cost, by simulations whose truth is known.

python -m benchmarks.thresholds [SIMULATIONS [PART...]] prints markdown tables; parts are right,
wrong and trained. 100 simulations a cell by default: five minutes on one core.

Photos are two normal classes, so that the cost of every threshold has a closed form. In `right`
every repeat's log-odds are right for its features, and those of the repeats correlate; in `wrong`
a constant is added to them, or they are multiplied. In `trained` the heads are the project's:
5 x 5 folds choose temperature and threshold, and one head, trained as `stages.train` does, is
delivered; the constant is added to the log-odds of all of them.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr

from benchmarks.simulated_heads import fit_simulated
from potholes.crossvalidation.held_out import draw_folds
from potholes.evaluation.costs import bayes_threshold, choose_threshold, expected_cost
from potholes.evaluation.recalibration import recalibrate
from potholes.evaluation.temperature import choose_temperature
from potholes.params import CrossvalidateParams, TrainParams
from potholes.params_file import load_params
from potholes.statistics.folds import repeated_folds

PHOTOS = (100, 256, 800)
SHARES = (0.5, 0.1)  # of photos that are positive
COSTS = ((1.0, 1.0), (5.0, 1.0))  # of a miss, of a false alarm
FOLDS = CrossvalidateParams(folds=5, repeats=5, seed=0)
DISTANCE = 3.0  # of the classes' means: the best accuracy is 0.933
WIDTH = 50
ALIKE = 0.85  # correlation of a photo's log-odds in two repeats, within a class
SHIFT = 1.5
WRONG = {  # (shift, factor) of the log-odds
    "none": (0.0, 1.0),
    "+1.5": (SHIFT, 1.0),
    "-1.5": (-SHIFT, 1.0),
    "too sure, x 2": (0.0, 2.0),
    "not sure enough, x 0.5": (0.0, 0.5),
}
Doubles = NDArray[np.float64]
Rows = Iterator[tuple[Sequence[str], Iterator["Photos"]]]


@dataclass(frozen=True)
class Photos:
    """One simulation: what cross-validation says of N photos, and the delivered head's truth."""

    log_odds: Doubles  # [R, N], out of fold
    positive: NDArray[np.bool_]  # [N]
    groups: NDArray[np.int64]  # [N]
    means: tuple[float, float]  # of the delivered head's log-odds, negative and positive photos
    deviation: float  # within a class
    share: float  # of photos that are positive
    held_out_in: NDArray[np.int64]  # [R, N]

    def cost(self, odds: float, miss: float, false_alarm: float) -> float:
        """True mean cost of a photo if log-odds from `odds` on are called positive."""
        low, high = ((odds - mean) / self.deviation for mean in self.means)
        return float(self.share * miss * ndtr(high) + (1 - self.share) * false_alarm * ndtr(-low))

    def best(self, miss: float, false_alarm: float) -> float:
        """The log-odds at which the true cost is least."""
        prior = logit(self.share) + np.log(miss / false_alarm)
        gap = self.means[1] - self.means[0]
        return float(sum(self.means) / 2 - self.deviation**2 / gap * prior)


@dataclass(frozen=True)
class Found:
    """Of one simulation and pair of costs."""

    moved: bool  # the threshold is not Bayes'
    delivered: float  # true cost of a photo
    bayes: float  # of Bayes' threshold with the chosen temperature
    as_trained: float  # of Bayes' threshold without one
    least: float
    expected: float  # what cross-validation says of `delivered`


def ideal(
    photos: int, share: float, wrong: tuple[float, float], simulations: int, group: int = 1
) -> Iterator[Photos]:
    """Log-odds that are right in every repeat, times a factor, plus a shift; alike in groups."""
    rng = np.random.default_rng([photos, round(100 * share), group])
    shift, factor = wrong
    folds = np.tile(np.arange(photos) % FOLDS.folds, (FOLDS.repeats, 1))
    middle, half = logit(share), DISTANCE**2 / 2
    means = tuple(shift + factor * (middle + side) for side in (-half, half))
    for _ in range(simulations):
        positive = rng.random(photos // group) < share
        if positive.all() or not positive.any():
            positive[0] = not positive[0]
        noise = rng.standard_normal((FOLDS.repeats, len(positive))) * (1 - ALIKE) ** 0.5
        noise += rng.standard_normal(len(positive)) * ALIKE**0.5
        right = middle + np.where(positive, half, -half) + DISTANCE * noise
        log_odds = np.repeat(shift + factor * right, group, axis=1)
        groups = np.arange(log_odds.shape[1]) // group
        yield Photos(
            log_odds,
            np.repeat(positive, group),
            groups,
            (means[0], means[1]),
            factor * DISTANCE,
            share,
            folds[:, : len(groups)],
        )


def trained(
    photos: int, share: float, shift: float, simulations: int, train: TrainParams
) -> Iterator[Photos]:
    """Out-of-fold log-odds of trained heads, plus a shift, and one head that is delivered."""
    labels = (np.arange(photos) < round(photos * share)).astype(np.int64)
    groups = np.arange(photos)
    folds = draw_folds(labels.astype(np.str_), groups, FOLDS)
    part = folds.train.sum(axis=1).mean() / folds.train.any(axis=0).sum()
    shared = train.model_copy(update={"batch_size": round(train.batch_size / part)})
    (drawn,) = repeated_folds(labels.astype(np.str_), groups, folds=4, repeats=1, seed=0)
    val = (drawn == 0)[:, None]
    by = folds.held_out_in + FOLDS.folds * np.arange(FOLDS.repeats)[:, None]  # [R, N], the head
    rng = np.random.default_rng([photos, round(100 * share)])
    features = rng.standard_normal((simulations, photos, WIDTH), dtype=np.float32)
    features[:, :, 0] += ((labels - 0.5) * DISTANCE).astype(np.float32)
    fold_heads = fit_simulated(features, labels, folds.train.T, folds.choosers.T, shared)
    logits = fold_heads.logits(features)  # [S, N, J]
    delivered = fit_simulated(features, labels, ~val, val, train)
    for index in range(simulations):
        weight = delivered.weight[index, 0].astype(np.float64)
        bias, half = float(delivered.bias[index, 0]) + shift, weight[0] * DISTANCE / 2
        yield Photos(
            logits[index][groups, by].astype(np.float64) + shift,
            labels == 1,
            groups,
            (bias - half, bias + half),
            float(np.linalg.norm(weight)),
            share,
            folds.held_out_in,
        )


def found(photos: Photos) -> tuple[float, list[Found]]:
    """The temperature, and what comes of it for each of COSTS."""
    odds, positive = photos.log_odds, photos.positive
    logits = np.stack([np.zeros_like(odds), odds], axis=2)
    labels = positive.astype(np.int64)
    temperature = choose_temperature(logits, labels, groups=photos.groups).value
    fitted = recalibrate(odds, positive, temperature=temperature, groups=photos.groups)
    results = []
    for miss, alarm in COSTS:
        bayes = bayes_threshold(miss, alarm)
        threshold = choose_threshold(bayes, fitted, temperature=temperature)
        said = expected_cost(
            expit(odds / temperature) >= threshold,
            positive,
            photos.held_out_in,
            miss_cost=miss,
            false_alarm_cost=alarm,
        )
        results.append(
            Found(
                threshold != bayes,
                photos.cost(float(logit(threshold)) * temperature, miss, alarm),
                photos.cost(float(logit(bayes)) * temperature, miss, alarm),
                photos.cost(float(logit(bayes)), miss, alarm),
                photos.cost(photos.best(miss, alarm), miss, alarm),
                said.mean,
            )
        )
    return temperature, results


def cells(simulated: Iterator[Photos]) -> list[str]:
    """Share of T that are not 1, and four columns for each of COSTS."""
    temperatures, results = zip(*map(found, simulated), strict=True)
    row = [f"{np.mean([t != 1 for t in temperatures]):.1%}"]
    for pair in zip(*results, strict=True):
        delivered, bayes, before, least, said = (
            float(np.mean([getattr(one, name) for one in pair]))
            for name in ("delivered", "bayes", "as_trained", "least", "expected")
        )
        avoidable = before - least
        repaired = (before - delivered) / avoidable if avoidable > 0.05 * least else None
        row += [f"{np.mean([one.moved for one in pair]):.1%}", f"{delivered / bayes:.4f}"]
        row += ["-" if repaired is None else f"{repaired:.0%}", f"{said / delivered:.3f}"]
    return row


def table(title: str, rows: Rows) -> None:
    """Print the cells of every row."""
    per_cost = [
        f"{what}, {miss:g}:{alarm:g}"
        for miss, alarm in COSTS
        for what in ("not Bayes'", "cost / Bayes'", "repaired", "expected / true cost")
    ]
    head = ["miscalibration", "positive", "n", "T not 1", *per_cost]
    print(f"\n### {title}\n\n| {' | '.join(head)} |\n{'|---' * len(head)}|", flush=True)
    for names, simulated in rows:
        print(f"| {' | '.join([*names, *cells(simulated)])} |", flush=True)


def main(simulations: int, *parts: str) -> None:
    train = load_params().train
    grid = [(share, photos) for share in SHARES for photos in PHOTOS]
    for part in parts or ("right", "wrong", "trained"):
        if part == "right":
            rows = _ideal_rows(["none"], grid, simulations)
            table("Right log-odds", rows)
            rows = _ideal_rows(["none"], [(0.5, photos) for photos in PHOTOS], simulations, group=4)
            table("Right log-odds, four photos a group, alike in everything", rows)
        elif part == "wrong":
            table("Wrong log-odds", _ideal_rows([*WRONG][1:], grid, simulations))
        else:
            rows = (
                (
                    (f"{shift:+g}" if shift else "as trained", f"{share:.0%}", str(photos)),
                    trained(photos, share, shift, simulations, train),
                )
                for shift in (0.0, SHIFT, -SHIFT)
                for share, photos in grid
            )
            table("Heads as the project trains them", rows)


def _ideal_rows(
    wrong: Sequence[str], grid: Sequence[tuple[float, int]], simulations: int, group: int = 1
) -> Rows:
    return (
        ((name, f"{share:.0%}", str(photos)), ideal(photos, share, WRONG[name], simulations, group))
        for name in wrong
        for share, photos in grid
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100, *sys.argv[2:])
