"""Did the split draw easy photos for val?"""

import numpy as np

from potholes.crossvalidation.tables import OutOfFold, SplitDraw
from potholes.features.tables import Features
from potholes.statistics.binomial import wilson
from potholes.statistics.groups import effective_number
from potholes.statistics.interval import interval_of_difference


def split_draw(features: Features, photos: OutOfFold, *, level: float) -> SplitDraw | None:
    """Accuracy of `photos` by their split, and the interval of the difference, val minus train.

    Both are of heads that have not seen the photo, so that only the photos differ. The interval is
    Newcombe's (1998, method 10) square-and-add of Wilson's limits over effective numbers. None
    where one of the two has no photo.
    """
    split = {row.sample_id: row.split for row in features.rows}
    in_val = np.array([split[sample_id] == "val" for sample_id in photos.sample_ids])
    if in_val.all() or not in_val.any():
        return None
    hits = photos.right.mean(axis=0)
    val, train = (float(hits[part].mean()) for part in (in_val, ~in_val))
    one, other = (
        wilson(share, effective_number(photos.groups[part]), level=level)
        for share, part in ((val, in_val), (train, ~in_val))
    )
    limits = interval_of_difference(val, train, one, other)
    return SplitDraw(train, val, val - train, limits.low, limits.high)
