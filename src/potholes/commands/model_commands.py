"""`potholes evaluate` and `export`: the model on other labelled photos, and for other programs."""

import argparse
from pathlib import Path

from potholes.commands.chosen_model import add_model_option, model_folder


def add_model(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands."""
    evaluate = commands.add_parser("evaluate", help="score the model on labelled photos")
    evaluate.add_argument("folder", type=Path, help="one sub-folder of photos a class")
    add_model_option(evaluate)
    evaluate.add_argument(
        "--level", type=float, default=0.95, help="of the intervals (default: %(default)s)"
    )
    evaluate.set_defaults(run=_evaluate)
    export = commands.add_parser("export", help="write the model for another program")
    add_model_option(export)
    export.add_argument(
        "--format",
        choices=["onnx", "torchvision"],
        required=True,
        help="onnx: one graph from pixels to probabilities; torchvision: a state dict",
    )
    export.add_argument(
        "--weights", type=Path, help="for torchvision: models/weights/NAME, which were compiled"
    )
    export.add_argument("--out", type=Path, required=True, help="the file to write")
    export.set_defaults(run=_export)


def _evaluate(options: argparse.Namespace) -> None:
    from potholes.prediction.classifier import Classifier
    from potholes.prediction.scored_folder import told
    from potholes.selection.tables import read_deployed
    from potholes.statistics.interval import check_level
    from potholes.wording import weights_note

    check_level(options.level)
    with model_folder(options.model) as model:
        classifier, own = Classifier.load(model), read_deployed(model)
    print(f"{own.backbone}, {own.precision}, {weights_note(own.origin)}", flush=True)
    print(told(classifier.evaluate(options.folder, level=options.level)))


def _export(options: argparse.Namespace) -> None:
    if (options.format == "torchvision") != (options.weights is not None):
        raise ValueError("--weights: needed for --format torchvision, and for it alone")
    from potholes.selection.model_folder import read_model
    from potholes.wording import weights_note

    with model_folder(options.model) as folder:
        model = read_model(folder)
        if options.weights:
            from potholes.export.state_dict import write_state_dict

            write_state_dict(options.out, model, options.weights)
        else:
            try:
                from potholes.export.whole_graph import write_whole_graph
            except ModuleNotFoundError as error:
                raise ValueError(f"--format onnx: {error}; run `pip install onnx`") from None
            write_whole_graph(options.out, model)
    deployed = model.deployed
    print(f"{deployed.backbone}, {weights_note(deployed.origin)}")
    print(f"{options.out}: {options.out.stat().st_size:,} bytes")
