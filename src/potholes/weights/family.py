"""`BACKBONES`: torchvision's ResNet family, how one is built, and what its parts are called.

What is known of the family without torch, its names, is at the top of `params`.
"""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from potholes.params import HEAD
from potholes.weights.torchvision_models import models

MEAN = (0.485, 0.456, 0.406)  # of ImageNet's RGB values in 0..1, as torchvision's presets have them
STD = (0.229, 0.224, 0.225)


def build(name: str, *, drawn: bool = True) -> nn.Module:
    """A torchvision ResNet with torch's random initial weights, in eval mode, gradients off.

    Without `drawn` its convolutions and head have any values: for who replaces them all.
    Raises ValueError naming the known backbones if `name` is none of them.
    """
    if name not in BACKBONES:
        known = ", ".join(BACKBONES)
        raise ValueError(f"backbones: got {name!r}, expected torchvision ResNets: {known}")
    with nullcontext() if drawn else _Undrawn():
        return freeze(BACKBONES[name][0](weights=None))


class _Undrawn(TorchFunctionMode):
    """Leaves initial weights undrawn: drawing them takes longer than anything else of a build.

    The device "meta" does so too, but imports torch's compiler for it, which takes 3.5 s.
    """

    def __torch_function__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        if function.__name__.endswith(("normal_", "uniform_")):  # torch.nn.init's, and tensors'
            return args[0] if args else kwargs["tensor"]
        return function(*args, **(kwargs or {}))


def freeze(model: nn.Module) -> nn.Module:
    """Eval mode, so that BatchNorm uses and keeps its statistics, and no gradients."""
    return model.eval().requires_grad_(False)


def body_state(model: nn.Module) -> dict[str, NDArray[Any]]:
    """torchvision's state dict as arrays, without the head that training replaces."""
    return {key: tensor.numpy() for key, tensor in model.state_dict().items() if not is_head(key)}


def load_body(name: str, state: dict[str, NDArray[Any]]) -> nn.Module:
    """The backbone `name` with weights `state` (without a head).

    Raises ValueError naming the tensors that are missing, unknown or of another shape.
    """
    model = build(name, drawn=False)
    tensors = {key: torch.from_numpy(array) for key, array in state.items()}
    head = {
        f"{HEAD}.{key}": torch.zeros_like(value)
        for key, value in head_of(model).state_dict().items()
    }
    try:
        model.load_state_dict(tensors | head, strict=True, assign=True)
    except RuntimeError as error:
        raise ValueError(f"weights do not fit {name}: {' '.join(str(error).split())}") from None
    return freeze(model)


def head_of(model: nn.Module) -> nn.Linear:
    """The last layer, which training replaces."""
    head = model.get_submodule(HEAD)
    assert isinstance(head, nn.Linear)
    return head


def is_head(name: str) -> bool:
    """Whether a parameter belongs to the last layer."""
    return name.startswith(f"{HEAD}.")


def is_shortcut(name: str) -> bool:
    """Whether a layer is on a shortcut, which the number in a ResNet's name does not count."""
    return "downsample" in name


def last_norms(model: nn.Module) -> list[nn.BatchNorm2d]:
    """Of each residual block the BatchNorm whose output is added to the shortcut."""
    ends = {models.resnet.BasicBlock: "bn2", models.resnet.Bottleneck: "bn3"}
    return [
        block.get_submodule(ends[type(block)])  # type: ignore[misc]
        for block in model.modules()
        if type(block) in ends
    ]


def normalise(pixels: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
    """Pixels uint8 [N, H, W, 3] to floats [N, 3, H, W] with mean 0 and std 1."""
    values = pixels.permute(0, 3, 1, 2).to(dtype) / 255
    mean, std = (torch.tensor(value, dtype=dtype).view(3, 1, 1) for value in (MEAN, STD))
    return (values - mean) / std


BACKBONES: dict[str, tuple[Callable[..., nn.Module], Any]] = {
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
