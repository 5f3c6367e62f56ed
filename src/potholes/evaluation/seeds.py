"""Luck of the seed: how the test scores vary if only the head's seed does."""

import numpy as np

from potholes.evaluation.operating_point import OperatingPoint
from potholes.features.tables import Features
from potholes.head.many_heads import fit_heads, products_of
from potholes.head.training import Task
from potholes.params import TrainParams
from potholes.probabilities import decide, macro_auc, probabilities

SEEDS = 20


def other_seeds(features: Features, train: TrainParams, point: OperatingPoint) -> dict[str, float]:
    """Test accuracy and AUC of SEEDS heads trained as the delivered one, but for the seed.

    A seed draws the first weights and the order of the photos. Of either score the mean, standard
    deviation, least and largest, as `test_acc_seeds_mean`, `…_sd`, `…_low` and `…_high`. None of
    these heads is chosen: the best of 20 on the test photos would be the luckiest. Raises Diverged
    as `fit_heads` does.
    """
    labels, task, classes = features.labels(), Task.of_splits(features), len(features.classes)
    test, products = features.mask("test", copies=False), products_of(features.values)
    truth, scores = labels[test], {"acc": list[float](), "auc": list[float]()}
    for number in range(1, SEEDS + 1):
        other = train.model_copy(update={"seed": (train.seed + number) % 2**32})
        (fit,) = fit_heads(features.values, labels, [task], classes, other, products)
        said = probabilities(fit.logits[test], point.temperature)
        scores["acc"].append(float((decide(said, point.threshold) == truth).mean()))
        scores["auc"].append(macro_auc(truth, said))
    return {
        f"test_{name}_seeds_{measure}": value
        for name, values in scores.items()
        for measure, value in _spread(values).items()
    }


def _spread(values: list[float]) -> dict[str, float]:
    return {
        "mean": float(np.mean(values)),
        "sd": float(np.std(values, ddof=1)),
        "low": min(values),
        "high": max(values),
    }
