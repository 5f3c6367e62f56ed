"""`potholes review` and `potholes adopt`: their options and what they print."""

import argparse
from pathlib import Path

from potholes.commands.chosen_model import add_model_option, model_folder


def add_review(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add both to the command line."""
    review = commands.add_parser("review", help="make a page to label the most instructive photos")
    review.add_argument("out", type=Path, help="folder that `potholes predict` wrote")
    _add_source(review)
    add_model_option(review)
    review.add_argument(
        "--photos", type=int, default=50, help="how many to label (default: %(default)s)"
    )
    review.add_argument("--page", type=Path, help="the page to write (default: OUT/review.html)")
    review.add_argument(
        "--seed", type=int, default=0, help="another one picks others (default: %(default)s)"
    )
    review.set_defaults(run=_review)
    adopt = commands.add_parser("adopt", help="copy reviewed photos into the labelled folder")
    adopt.add_argument("labels", type=Path, help="the CSV that the page of `review` saved")
    _add_source(adopt)
    adopt.add_argument(
        "--into", type=Path, required=True, help="labelled folder, such as data/raw/labelled"
    )
    adopt.add_argument(
        "--new", action="store_true", help="begin a labelled folder where there is none"
    )
    adopt.add_argument(
        "--subfolder", default="", help="sub-folder of each class for these photos (default: none)"
    )
    adopt.set_defaults(run=_adopt)


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--source", type=Path, required=True, help="folder of the photos that were predicted"
    )


def _review(options: argparse.Namespace) -> None:
    from potholes.review.reviewing import review

    page = options.page or options.out / "review.html"
    with model_folder(options.model) as model:
        picked = review(options.out, options.source, model, options.photos, page, seed=options.seed)
    print(f"{picked.photos} of {picked.candidates} photos to label, the most instructive first")
    if picked.disagreed:
        print(f"the backbones disagree on {picked.disagreed} of the {picked.candidates}")
    print(f"page: {page} ({page.stat().st_size / 1e6:.1f} MB); open it in a browser")


def _adopt(options: argparse.Namespace) -> None:
    from potholes.params_file import load_params
    from potholes.photos.naming import printable
    from potholes.review.adopting import adopt

    params = load_params()
    if not (options.new or options.into.exists()):
        raise ValueError(
            f"--into: {options.into}: no such folder; data.labelled is {params.data.labelled}; "
            "add --new to begin another labelled folder"
        )
    done = adopt(options.labels, options.source, options.into, params, subfolder=options.subfolder)
    print(
        f"{len(done.copied)} photos copied into {options.into}, {done.present} were there already"
    )
    if done.splits:
        print("split: " + ", ".join(f"{n} {name}" for name, n in sorted(done.splits.items())))
    for path, others in done.left_out.items():
        print(
            f"left out: {printable(path)} is a near-duplicate of photos of two splits, such as "
            f"{printable(others[0])}"
        )
    if Path(params.data.labelled) != options.into:
        print(f"params.yaml: data.labelled is {params.data.labelled}; set it to {options.into}")
    pointer = options.into.with_name(f"{options.into.name}.dvc")
    track = f"dvc add {options.into} && " if done.copied and pointer.exists() else ""
    print(f"next: {track}dvc repro")
