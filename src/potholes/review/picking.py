"""Which photos teach a head most: uncertain ones, spread out.

Ash et al. 2020, "Deep Batch Active Learning by Diverse, Uncertain Gradient Lower Bounds" (BADGE,
ICLR): a photo's gradient embedding is the gradient of the loss with respect to the head's weights,
had it the label that the head gives it. With probabilities p, that label y and features h it is
(p - onehot(y)) times h: long where the head is unsure, and pointing where the features do. A set of
them that is spread out is uncertain and diverse at once.
"""

import numpy as np
from numpy.typing import NDArray

from potholes.parallel import one_thread

Floats = NDArray[np.float64]


@one_thread
def spread_out(probabilities: Floats, features: NDArray[np.float32], count: int) -> list[int]:
    """At most `count` of N photos by probabilities [N, C] and features [N, D], best first.

    Greedy k-center (Sener & Savarese 2018, "Active Learning for Convolutional Neural Networks: A
    Core-Set Approach", ICLR) on gradient embeddings of centred features: the longest one first,
    then always the one farthest from all before it. BADGE draws by k-means++ instead; this is its
    version without chance, and was no worse (docs/review.md).
    """
    error = probabilities.copy()
    error[np.arange(len(error)), error.argmax(axis=1)] -= 1
    centred = features - features.mean(axis=0, dtype=np.float64)
    inputs = np.hstack([centred, np.ones((len(centred), 1))])
    lengths = (error**2).sum(axis=1) * (inputs**2).sum(axis=1)
    distances, chosen = lengths.copy(), list[int]()
    for _ in range(min(count, len(error))):
        index = int(distances.argmax())
        chosen.append(index)
        products = (error @ error[index]) * (inputs @ inputs[index])
        there = np.maximum(lengths + lengths[index] - 2 * products, 0)
        distances = np.minimum(distances, there)
        distances[chosen] = -1
    return chosen
