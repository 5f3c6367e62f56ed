"""How well a small table predicts a class: cross-validated logistic regression."""

import numpy as np
from numpy.typing import NDArray

from potholes.parallel import one_thread
from potholes.probabilities import on_grid
from potholes.statistics.folds import fewest_groups, repeated_folds

Floats = NDArray[np.float64]

FOLDS = 5

_RIDGE = 1.0  # L2 penalty, half a squared weight costs as much as one nat of one photo
_STEPS = 25  # of Newton's method, which has converged long before
_CLOSE = 1e-9  # largest change of a weight that is none


@one_thread
def logistic_odds(table: Floats, positive: NDArray[np.bool_], folds: NDArray[np.int64]) -> Floats:
    """Log-odds [N] of being positive [N], each from the rows of other folds [N] of table [N, P].

    L2-penalised logistic regression on `columns` of the table; folds as `logistic_folds` draws.
    """
    x = columns(table)
    odds = np.zeros(len(positive))
    for fold in np.unique(folds):
        out = folds == fold
        odds[out] = x[out] @ fit_logistic(x[~out], positive[~out])
    return on_grid(odds)  # photos with equal rows tie, whatever the kernel


def logistic_folds(
    positive: NDArray[np.bool_], groups: NDArray[np.int64], *, seed: int
) -> NDArray[np.int64]:
    """Up to 5 folds [N] that part no group [N].

    Raises ValueError where the positive or the other photos have fewer than two groups.
    """
    count = min(FOLDS, fewest_groups((positive, ~positive), groups))
    if count < 2:
        raise ValueError(f"got {count} groups of a class, expected 2 or more; add photos")
    (folds,) = repeated_folds(
        positive.astype(np.str_), groups.astype(np.str_), folds=count, repeats=1, seed=seed
    )
    return np.asarray(folds)


def columns(table: Floats) -> Floats:
    """Of table [N, P]: ones, then of each column its rank, the rank's square, and a missing flag.

    A rank is that among all rows, -1..1, equals sharing theirs, so that no unit and no outlier
    matters; the square (from -1/3 to 2/3 around its mean) is for classes that lie in the middle of
    another; a missing value (NaN) has the middle rank and a flag. Constant columns are left out.
    """
    parts = [np.ones(len(table))]
    for values in table.T:
        missing = np.isnan(values)
        rank = np.zeros(len(values))
        rank[~missing] = _ranks(values[~missing])
        square = np.where(missing, 0.0, rank**2 - 1 / 3)
        parts += [part for part in (rank, square, missing * 1.0) if np.ptp(part) > 0]
    return np.stack(parts, axis=1)


def _ranks(values: Floats) -> Floats:
    """Mean ranks scaled to -1..1, the ends themselves left out."""
    _, index, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - counts / 2
    return np.asarray(2 * middle[index] / max(len(values), 1) - 1)


def fit_logistic(x: Floats, positive: NDArray[np.bool_]) -> Floats:
    """Weights [P] of logistic regression on x [N, P], whose first column is 1 and not penalised.

    The minimum of the summed cross-entropy plus half the squared weights, by Newton's method with
    halved steps where a whole one does not lower it.
    """
    penalty = np.full(x.shape[1], _RIDGE)
    penalty[0] = 1e-6  # an intercept of one class alone would not end
    weight = np.zeros(x.shape[1])
    value = _objective(weight, x, positive, penalty)
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-(x @ weight)))
        slope = x.T @ (chance - positive) + penalty * weight
        curvature = (x.T * (chance * (1 - chance))) @ x + np.diag(penalty)
        step = np.linalg.solve(curvature, slope)
        size = 1.0
        while size > _CLOSE and _objective(weight - size * step, x, positive, penalty) > value:
            size /= 2
        weight = weight - size * step
        value = _objective(weight, x, positive, penalty)
        if np.abs(size * step).max() < _CLOSE:
            break
    return weight


def _objective(weight: Floats, x: Floats, positive: NDArray[np.bool_], penalty: Floats) -> float:
    odds = x @ weight
    return float(np.logaddexp(0, np.where(positive, -odds, odds)).sum() + penalty @ weight**2 / 2)
