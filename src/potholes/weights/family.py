"""`BACKBONES`: torchvision's ResNet family, and how one is built."""

from collections.abc import Callable
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor
from torchvision import models
from torchvision.models import ResNet

MEAN = (0.485, 0.456, 0.406)  # of ImageNet's RGB values in 0..1, as torchvision's presets have them
STD = (0.229, 0.224, 0.225)


def build(name: str, *, device: str = "cpu") -> ResNet:
    """A torchvision ResNet with torch's random initial weights, in eval mode, gradients off.

    On the device "meta" it has no weights yet, which saves drawing some to be replaced.
    Raises ValueError naming the known backbones if `name` is none of them.
    """
    if name not in BACKBONES:
        known = ", ".join(BACKBONES)
        raise ValueError(f"backbones: got {name!r}, expected torchvision ResNets: {known}")
    with torch.device(device):
        return freeze(BACKBONES[name][0](weights=None))


def freeze(model: ResNet) -> ResNet:
    """Eval mode, so that BatchNorm uses and keeps its statistics, and no gradients."""
    return model.eval().requires_grad_(False)


def body_state(model: ResNet) -> dict[str, NDArray[Any]]:
    """torchvision's state dict as arrays, without the fc layer that training replaces."""
    return {
        key: tensor.numpy()
        for key, tensor in model.state_dict().items()
        if not key.startswith("fc.")
    }


def load_body(name: str, state: dict[str, NDArray[Any]]) -> ResNet:
    """The backbone `name` with weights `state` (without fc).

    Raises ValueError naming the tensors that are missing, unknown or of another shape.
    """
    model = build(name, device="meta")
    tensors = {key: torch.from_numpy(array) for key, array in state.items()}
    head = {
        f"fc.{key}": torch.zeros_like(value, device="cpu")
        for key, value in model.fc.state_dict().items()
    }
    try:
        model.load_state_dict(tensors | head, strict=True, assign=True)
    except RuntimeError as error:
        raise ValueError(f"weights do not fit {name}: {' '.join(str(error).split())}") from None
    return freeze(model)


def normalise(pixels: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
    """Pixels uint8 [N, H, W, 3] to floats [N, 3, H, W] with mean 0 and std 1."""
    values = pixels.permute(0, 3, 1, 2).to(dtype) / 255
    mean, std = (torch.tensor(value, dtype=dtype).view(3, 1, 1) for value in (MEAN, STD))
    return (values - mean) / std


BACKBONES: dict[str, tuple[Callable[..., ResNet], models.WeightsEnum]] = {
    "resnet18": (models.resnet18, models.ResNet18_Weights.IMAGENET1K_V1),
    "resnet34": (models.resnet34, models.ResNet34_Weights.IMAGENET1K_V1),
    "resnet50": (models.resnet50, models.ResNet50_Weights.IMAGENET1K_V1),
    "resnet101": (models.resnet101, models.ResNet101_Weights.IMAGENET1K_V1),
    "resnet152": (models.resnet152, models.ResNet152_Weights.IMAGENET1K_V1),
    "resnext50_32x4d": (models.resnext50_32x4d, models.ResNeXt50_32X4D_Weights.IMAGENET1K_V1),
    "resnext101_32x8d": (models.resnext101_32x8d, models.ResNeXt101_32X8D_Weights.IMAGENET1K_V1),
    "resnext101_64x4d": (models.resnext101_64x4d, models.ResNeXt101_64X4D_Weights.IMAGENET1K_V1),
    "wide_resnet50_2": (models.wide_resnet50_2, models.Wide_ResNet50_2_Weights.IMAGENET1K_V1),
    "wide_resnet101_2": (models.wide_resnet101_2, models.Wide_ResNet101_2_Weights.IMAGENET1K_V1),
}
