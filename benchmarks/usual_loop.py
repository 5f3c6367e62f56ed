"""The usual way, to compare with: the frozen backbone runs in every epoch, in torch's float32.

python -m benchmarks.usual_loop LABELLED BACKBONE EPOCHS [WEIGHTS]

Photos of LABELLED/<class>/, 80 % to train on and 20 % held out, the pipeline's kinds of
augmentation drawn anew in each epoch, decoding by 2 workers, eval mode throughout, the head by
SGD and StepLR. WEIGHTS is a folder of torchvision state dicts; without one, the stand-in.
"""

import sys
import time
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision.models import ResNet
from torchvision.transforms import v2

from potholes.params import HEAD, Params
from potholes.params_file import load_params
from potholes.weights.family import MEAN, STD, head_of
from potholes.weights.sources import weighted_backbones

WORKERS = 2
TO_TENSOR = [v2.PILToTensor(), v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)]
AUGMENTED = v2.Compose(
    [
        v2.RandomResizedCrop(224, (0.5, 1)),
        v2.RandomHorizontalFlip(),
        v2.RandomRotation(15),
        v2.ColorJitter(0.25, 0.25, 0.25, 0.03),
        v2.RandomGrayscale(0.1),
        *TO_TENSOR,
    ]
)
PLAIN = v2.Compose([v2.Resize((224, 224)), *TO_TENSOR])


class Photos(Dataset[tuple[Tensor, int]]):
    """Photos and their class, read and transformed when they are asked for."""

    def __init__(self, files: list[tuple[Path, int]], transform: v2.Transform) -> None:
        self.files, self.transform = files, transform

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        path, label = self.files[index]
        return self.transform(Image.open(path).convert("RGB")), label


def split_files(labelled: Path) -> tuple[list[tuple[Path, int]], list[tuple[Path, int]]]:
    """Four fifths and one fifth of the files, in an order drawn from a fixed seed."""
    folders = sorted(path for path in labelled.iterdir() if path.is_dir())
    files = [(path, c) for c, folder in enumerate(folders) for path in sorted(folder.iterdir())]
    order = torch.randperm(len(files), generator=torch.Generator().manual_seed(0)).tolist()
    cut = len(files) * 4 // 5
    return [files[i] for i in order[:cut]], [files[i] for i in order[cut:]]


def train(model: ResNet, loader: DataLoader[Any], optimiser: torch.optim.Optimizer) -> None:
    """One epoch of the head; the frozen part needs no gradient but runs for every photo."""
    for pictures, labels in loader:
        optimiser.zero_grad()
        nn.functional.cross_entropy(model(pictures), labels).backward()  # type: ignore[no-untyped-call]
        optimiser.step()


def accuracy(model: ResNet, loader: DataLoader[Any]) -> float:
    """Of the held-out photos."""
    with torch.inference_mode():
        hits = [(model(pictures).argmax(1) == labels) for pictures, labels in loader]
    return torch.cat(hits).float().mean().item()


def run(labelled: Path, name: str, epochs: int, weights: str, params: Params) -> None:
    source = params.weights.model_copy(update={"source": weights})
    ((_, weighted),) = weighted_backbones([name], source)
    model, settings = weighted.model, params.train
    torch.manual_seed(0)
    classes = len([path for path in labelled.iterdir() if path.is_dir()])
    setattr(model, HEAD, nn.Linear(head_of(model).in_features, classes))
    head = head_of(model).parameters()
    optimiser = torch.optim.SGD(head, lr=settings.lr, momentum=settings.momentum)
    schedule = torch.optim.lr_scheduler.StepLR(optimiser, settings.step_size, settings.gamma)
    seen, held_out = split_files(labelled)
    size = settings.batch_size
    training = DataLoader(Photos(seen, AUGMENTED), size, shuffle=True, num_workers=WORKERS)
    judging = DataLoader(Photos(held_out, PLAIN), size, num_workers=WORKERS)
    for _ in range(epochs):
        start = time.perf_counter()
        train(model, training, optimiser)
        schedule.step()
        score = accuracy(model, judging)
        print(
            f"epoch {time.perf_counter() - start:.2f} s, held-out accuracy {score:.4f}", flush=True
        )


if __name__ == "__main__":
    labelled, name, epochs, *weights = sys.argv[1:]
    run(Path(labelled), name, int(epochs), weights[0] if weights else "random", load_params())
