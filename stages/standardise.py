"""Photos to 224 x 224 PNGs with a manifest: python -m stages.standardise OUT."""

import sys
from pathlib import Path

from potholes.dataset.standardising import standardise
from potholes.dataset.tables import SPLITS, Summary
from potholes.params import DataParams, ImageParams, SplitParams
from potholes.photos.naming import printable
from potholes.stage import output_folder, stage

_LISTED = 20  # names shown of a long list; summary.json and rejected.csv have all


def main(data: DataParams, image: ImageParams, split: SplitParams, out_dir: Path) -> None:
    with output_folder(out_dir) as folder:
        summary = standardise(data, image, split, folder)
    print_summary(summary, out_dir)


def print_summary(summary: Summary, out_dir: Path) -> None:
    width = max(len("class"), *(len(printable(name)) for name in summary.photos))
    print(f"{'class':{width}}", *(f"{part:>6}" for part in SPLITS))
    for name, counts in summary.photos.items():
        print(f"{printable(name):{width}}", *(f"{counts[part]:6}" for part in SPLITS))
    print(
        f"{summary.groups} groups, the largest of {summary.largest_group} photos; "
        f"{summary.near_duplicates} photos have near-duplicates, {summary.exact_duplicates} exact"
    )
    print_list(
        "groups of near-duplicates in several classes",
        [", ".join(g) for g in summary.across_classes],
    )
    print_list("photos with a note", summary.notes)
    print_list("other files, not used", summary.other_files)
    print(f"{summary.rejected} files rejected ({out_dir / 'rejected.csv'})")


def print_list(title: str, names: list[str]) -> None:
    if not names:
        return
    print(f"{len(names)} {title}:")
    for name in names[:_LISTED]:
        print(f"  {printable(name)}")
    if len(names) > _LISTED:
        print(f"  and {len(names) - _LISTED} more, in summary.json")


if __name__ == "__main__":
    with stage() as params:
        main(params.data, params.image, params.split, Path(sys.argv[1]))
