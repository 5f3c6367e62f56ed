"""Which rows of a prediction table are worth a closer look: a shortlist, in one pass over it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from potholes.files.optional import without
from potholes.files.rows import PROBABILITY
from potholes.review.picking import FLOOR

_ROWS = 65_536  # read at once


@dataclass(frozen=True)
class Candidates:
    """M photos of a table that could be read, by path, of C classes."""

    classes: list[str]
    paths: list[str]
    predicted: list[str]
    probabilities: NDArray[np.float64]  # [M, C]
    unlike: NDArray[np.float64]  # [M] 0..1, how unlike the training photos; 0 where not known
    disagreed: NDArray[np.bool_]  # [M] whether the backbones name different classes

    @property
    def scores(self) -> NDArray[np.float64]:
        """[M], how much a label is worth: by uncertainty, up to half as much again by unlike."""
        return (FLOOR + self.uncertainty) * (1 + self.unlike / 2)

    @property
    def uncertainty(self) -> NDArray[np.float64]:
        """[M], 0 sure to 1 undecided: 1 less the margin; 1 where the backbones disagree."""
        best = np.sort(self.probabilities, axis=1)[:, -2:]
        return np.where(self.disagreed, 1.0, 1 - (best[:, 1] - best[:, 0]))

    def take(self, rows: NDArray[np.int64]) -> "Candidates":
        """Those of `rows`, in their order."""
        return Candidates(
            self.classes,
            [self.paths[row] for row in rows.tolist()],
            [self.predicted[row] for row in rows.tolist()],
            self.probabilities[rows],
            self.unlike[rows],
            self.disagreed[rows],
        )

    def followed_by(self, other: "Candidates") -> "Candidates":
        """These and then the others."""
        return Candidates(
            self.classes,
            self.paths + other.paths,
            self.predicted + other.predicted,
            np.concatenate([self.probabilities, other.probabilities]),
            np.concatenate([self.unlike, other.unlike]),
            np.concatenate([self.disagreed, other.disagreed]),
        )


@dataclass(frozen=True)
class Shortlist:
    """The drawn candidates, by path, and of how many photos."""

    candidates: Candidates
    weights: NDArray[np.float64]  # [M], of photos in the table that each stands for, by score
    photos: int  # in the table that could be read
    disagreed: int  # of them: on which the backbones disagree


def shortlist(out: Path, backbone: str, *, most: int, seed: int) -> Shortlist:
    """At most `most` photos of the table in `out`, drawn so that uncertain ones are likelier.

    Photos are kept for a large log(score) plus Gumbel noise: drawing without replacement with
    chances in proportion to the score (power sampling: Kirsch et al. 2023, "Stochastic Batch
    Acquisition", TMLR). A weight is the score over the chance of having been kept (Kool et al.
    2019, "Stochastic Beams and Where to Find Them", ICML), so that k-means on the shortlist sees
    the table: all scores where everything is kept, nearly equal weights where little is. Memory is
    that of one block of rows and the shortlist. Where `out` has a folder for each backbone, the
    table is that of `backbone`. Raises ValueError for an `out` that is none, is not finished, or
    has no photo.
    """
    rng, kept, keys = np.random.default_rng(seed), None, np.empty(0)
    photos, disagreed, limit = 0, 0, -np.inf
    for block in _blocks(out, backbone):
        noise = -np.log(-np.log(rng.uniform(1e-12, 1, len(block.paths))))
        photos, disagreed = photos + len(block.paths), disagreed + int(block.disagreed.sum())
        keys = np.concatenate([keys, np.log(block.scores) + noise])
        kept = block if kept is None else kept.followed_by(block)
        order = np.argsort(-keys, kind="stable")
        limit = max([limit, *keys[order[most : most + 1]].tolist()])
        rows = np.sort(order[:most])
        kept, keys = kept.take(rows), keys[rows]
    if kept is None or not kept.paths:
        raise ValueError(f"{out}: no photo that could be read; predict a folder that has some")
    by_path = sorted(range(len(kept.paths)), key=kept.paths.__getitem__)
    kept = kept.take(np.array(by_path))
    weights = kept.scores / -np.expm1(-kept.scores * np.exp(-limit))
    return Shortlist(kept, weights, photos, disagreed)


def _blocks(out: Path, backbone: str) -> Iterator[Candidates]:
    """Blocks of the table's photos without an error, in its order."""
    if not out.is_dir():
        raise ValueError(f"{out}: no such folder; expected one that `potholes predict` wrote")
    others = [folder for folder in sorted(out.iterdir()) if folder.name != backbone]
    own, beside = (out, []) if _files(out) else (out / backbone, [f for f in others if _files(f)])
    files = _files(own)
    if not files:
        raise ValueError(
            f"{own}: no part-*.parquet and no predictions.parquet; expected a folder that "
            "`potholes predict` wrote"
        )
    if files[0].name.startswith("part-") and not (own / "summary.json").exists():
        raise ValueError(f"{own}: not finished; run `potholes predict` with --resume first")
    tables = [_rows(files), *(_rows(_files(folder)) for folder in beside)]
    for first, *rest in zip_longest(*tables):
        if first is None or any(one is None or one.paths != first.paths for one in rest):
            raise ValueError(f"{out}: the backbones' tables are of different photos; predict again")
        unequal = [np.array(one.predicted) != np.array(first.predicted) for one in rest]
        disagreed = np.any(unequal, axis=0) if rest else first.disagreed
        block = Candidates(
            first.classes,
            first.paths,
            first.predicted,
            first.probabilities,
            first.unlike,
            disagreed,
        )
        yield block.take(np.flatnonzero([label is not None for label in block.predicted]))


def _files(folder: Path) -> list[Path]:
    whole = folder / "predictions.parquet"
    return [whole] if whole.exists() else sorted(folder.glob("part-*.parquet"))


@without("pandas")
def _rows(files: list[Path]) -> Iterator[Candidates]:
    """Blocks of all rows of the files; no class is predicted where a photo failed."""
    import pyarrow.parquet as pq

    for file in files:
        table = pq.ParquetFile(file)
        names = [name for name in table.schema_arrow.names if name.startswith(PROBABILITY)]
        if not names:
            raise ValueError(f"{file}: has no {PROBABILITY}<class>; predict without --top-k")
        unlike = ["unlike"] if "unlike" in table.schema_arrow.names else []
        columns = ["path", "label", *names, *unlike]
        for batch in table.iter_batches(_ROWS, columns=columns, use_threads=False):
            values = [batch[name].to_numpy(zero_copy_only=False) for name in [*names, *unlike]]
            count = batch.num_rows
            yield Candidates(
                [name.removeprefix(PROBABILITY) for name in names],
                batch["path"].to_pylist(),
                batch["label"].to_pylist(),
                np.stack(values[: len(names)], axis=1).astype(np.float64),
                np.nan_to_num(values[-1].astype(np.float64)) if unlike else np.zeros(count),
                np.zeros(count, dtype=np.bool_),
            )
