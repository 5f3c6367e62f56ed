"""What people would pick instead, time and accuracy side by side, on one split of one folder.

python -m benchmarks.alternatives LABELLED [WEIGHTS]

resnet18. Engines and heads see the same standardised photos and copies; fastai and ultralytics
read the same photos from folders and train as their guides do. Packages of the extra `compare`
that are not installed are left out, and named.
"""

import sys
import time
from collections.abc import Callable
from contextlib import chdir
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torchvision.models import ResNet

from benchmarks.quality import Drawn, draw, head_probabilities, pictures
from potholes.compilation.compiler import compile_backbone
from potholes.compilation.engine import load_engine
from potholes.features.extraction import loaded_batches
from potholes.files.png import read_png
from potholes.params import Params
from potholes.params_file import load_params
from potholes.weights.family import body_state, load_body, normalise
from potholes.weights.sources import weighted_backbones

NAME, EPOCHS, SIZE = "resnet18", 20, 32
Run = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


def body(model: ResNet) -> ResNet:
    """A copy that returns features."""
    copy = load_body(NAME, body_state(model))
    copy.fc = torch.nn.Identity()
    return copy


def torch_engine(model: ResNet, *, compiled: bool) -> Run:
    network = torch.compile(body(model), options={"freezing": True}) if compiled else body(model)

    def run(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        with torch.no_grad():
            return np.asarray(network(normalise(torch.from_numpy(pixels))).numpy())

    return run


def openvino_engine(model: ResNet) -> Run:
    import openvino

    example = torch.zeros(SIZE, 3, 224, 224)
    converted = openvino.convert_model(body(model), example_input=example)
    settings = {"PERFORMANCE_HINT": "THROUGHPUT", "INFERENCE_PRECISION_HINT": "f32"}
    network = openvino.Core().compile_model(converted, "CPU", settings)
    return lambda pixels: network(normalise(torch.from_numpy(pixels)).numpy())[0]


def own_engine(model: ResNet, params: Params, precision: str) -> Run:
    settings = params.backbone.model_copy(update={"precision": precision})
    graph = compile_backbone(NAME, model, settings).graph
    return load_engine(graph, device="cpu", precision=precision).features


def engines(model: ResNet, params: Params) -> dict[str, Callable[[], Run]]:
    """How each is made ready; its seconds are told apart from those of the photos."""
    made = {
        "ours, int8": lambda: own_engine(model, params, "int8"),
        "ours, float32": lambda: own_engine(model, params, "float32"),
        "torch eager": lambda: torch_engine(model, compiled=False),
        "torch.compile, freezing": lambda: torch_engine(model, compiled=True),
    }
    if find_spec("openvino"):
        made["OpenVINO float32"] = lambda: openvino_engine(model)
    return made


def extracted(run: Run, paths: list[Path]) -> NDArray[np.float32]:
    """Features of the pictures; the last short batch is filled up, so no engine compiles twice."""
    parts = []
    for loaded in loaded_batches(paths, read_png, batch_size=SIZE):
        filled = [*loaded, *[loaded[-1]] * (SIZE - len(loaded))]
        parts.append(run(np.stack(filled))[: len(loaded)])
    return np.concatenate(parts)


def by_engine(model: ResNet, paths: list[Path], drawn: Drawn, params: Params) -> None:
    for name, make in engines(model, params).items():
        start = time.perf_counter()
        run = make()
        run(np.stack([read_png(path) for path in paths[:SIZE]]))
        ready = time.perf_counter()
        features = extracted(run, paths)
        done = time.perf_counter()
        rate = f"{len(paths) / (done - ready):.1f} photos/s, ready in {ready - start:.1f} s"
        _tell(f"engine: {name}", rate, drawn, head_probabilities(features, drawn, params))
        if name == "ours, int8":
            by_head(features, drawn, params)


def by_head(features: NDArray[np.float32], drawn: Drawn, params: Params) -> None:
    start = time.perf_counter()
    probabilities = head_probabilities(features, drawn, params)
    _tell("head: ours, 20 epochs", f"{time.perf_counter() - start:.2f} s", drawn, probabilities)
    for what, inverse in (("C=1", 1.0), ("C=0.01", 0.01)):
        start = time.perf_counter()
        learner = make_pipeline(StandardScaler(), LogisticRegression(C=inverse, max_iter=1000))
        learner.fit(features[drawn.task.train], drawn.labels[drawn.task.train])
        seconds = time.perf_counter() - start
        name = f"head: scikit-learn LogisticRegression {what}"
        _tell(name, f"{seconds:.2f} s", drawn, learner.predict_proba(features[drawn.test]))


def link_folders(folder: Path, paths: list[Path], drawn: Drawn) -> None:
    """train, val and test folders with one sub-folder a class, photos only."""
    splits = {"train": drawn.task.train_photos, "val": drawn.task.val, "test": drawn.test}
    for split, rows in splits.items():
        for row in np.flatnonzero(rows):
            target = folder / split / str(drawn.labels[row]) / paths[row].name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(paths[row])


def fastai(model: ResNet, folder: Path, drawn: Drawn) -> None:
    from fastai.vision import all as fast

    start = time.perf_counter()
    loaders = fast.ImageDataLoaders.from_folder(
        folder, train="train", valid="val", bs=SIZE, num_workers=2,
        batch_tfms=fast.aug_transforms(size=224),
    )  # fmt: skip
    learner = fast.Learner(
        loaders,
        torch.nn.Sequential(body(model), torch.nn.Linear(model.fc.in_features, 2)),
        loss_func=torch.nn.CrossEntropyLoss(),
        metrics=fast.accuracy,
        path=folder,
    )
    with learner.no_bar(), learner.no_logging():
        learner.fit_one_cycle(EPOCHS)
        seconds = time.perf_counter() - start
        files = _in_order(folder / "test", drawn)
        probabilities, _ = learner.get_preds(dl=loaders.test_dl(files))
    _tell(f"fastai, {EPOCHS} epochs", f"{seconds:.0f} s", drawn, probabilities.numpy())


def ultralytics(folder: Path, drawn: Drawn) -> None:
    from ultralytics import YOLO

    start = time.perf_counter()
    network = YOLO("yolo11n-cls.yaml")
    options = {"imgsz": 224, "batch": SIZE, "workers": 2, "device": "cpu", "verbose": False}
    with chdir(folder):
        network.train(data=str(folder), epochs=EPOCHS, plots=False, amp=False, **options)
        seconds = time.perf_counter() - start
        files = [str(path) for path in _in_order(folder / "test", drawn)]
        results = network.predict(files, imgsz=224, verbose=False)
    probabilities = np.stack([result.probs.data.numpy() for result in results])
    what = f"ultralytics yolo11n-cls from scratch, {EPOCHS} epochs"
    _tell(what, f"{seconds:.0f} s", drawn, probabilities)


def _in_order(folder: Path, drawn: Drawn) -> list[Path]:
    """Test files in the order of the rows of drawn.test."""
    path_of = {path.name: path for path in folder.rglob("*.png")}
    return [path_of[name] for name in drawn.names]


def _tell(what: str, cost: str, drawn: Drawn, probabilities: NDArray[np.floating]) -> None:
    truth = drawn.labels[drawn.test]
    accuracy = (probabilities.argmax(axis=1) == truth).mean()
    area = roc_auc_score(truth, probabilities[:, 1])
    print(f"| {what} | {cost} | {accuracy:.3f} | {area:.3f} |", flush=True)


def main(labelled: Path, weights: str) -> None:
    params = load_params()
    data = params.data.model_copy(update={"labelled": str(labelled), "on_bad_image": "skip"})
    params = params.model_copy(update={"data": data})
    source = params.weights.model_copy(update={"source": weights})
    ((_, weighted),) = weighted_backbones([NAME], source)
    with TemporaryDirectory() as name:
        folder = Path(name)
        paths, samples = pictures(params, folder / "pictures")
        drawn = draw(samples, params, seed=0, names=[path.name for path in paths])
        print(
            f"| what | cost | test accuracy of {drawn.test.sum()} | test AUC |\n|---|---|---|---|"
        )
        by_engine(weighted.model, paths, drawn, params)
        link_folders(folder / "folders", paths, drawn)
        for package, train in (
            ("fastai", lambda: fastai(weighted.model, folder / "folders", drawn)),
            ("ultralytics", lambda: ultralytics(folder / "folders", drawn)),
        ):
            if find_spec(package):
                train()  # type: ignore[no-untyped-call]
            else:
                print(f"| {package} | not installed | | |")


if __name__ == "__main__":
    labelled, *weights = sys.argv[1:]
    main(Path(labelled).resolve(), weights[0] if weights else "random")
