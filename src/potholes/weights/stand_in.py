"""Seeded random weights, a stand-in where ImageNet's are not available.

Every processor makes the same bytes: NumPy draws the weights, and the BatchNorm statistics are
rounded so coarsely, from float64, that the order in which a kernel adds up cannot show.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from torch import Tensor, nn

from potholes.parallel import cores
from potholes.weights.family import build, last_norms, normalise
from potholes.weights.pink_noise import CALIBRATION_SIDE, pink_noise

CALIBRATION_PICTURES = 8
STATISTIC_BITS = 8  # that are kept of a mean or a variance
BLOCK_GAIN = 0.1  # undamped, the residual sums of a deep stack grow without bound


def random_backbone(name: str, *, seed: int) -> nn.Module:
    """A frozen ResNet with Kaiming weights (He et al. 2015), a function of (name, seed).

    The last BatchNorm gain of every block is 0.1, and the BatchNorm statistics are those of
    seeded pink-noise pictures. The head, which training replaces, is 0.
    """
    model = build(name, drawn=False)
    _draw_convolutions(model, seed)
    for module in model.modules():
        if isinstance(module, nn.Linear):
            nn.init.zeros_(module.weight)
            nn.init.zeros_(module.bias)
    for norm in last_norms(model):
        nn.init.constant_(norm.weight, BLOCK_GAIN)
    _set_statistics(model, seed)
    return model


def _draw_convolutions(model: nn.Module, seed: int) -> None:
    convolutions = [module for module in model.modules() if isinstance(module, nn.Conv2d)]
    with ThreadPoolExecutor(cores()) as pool:
        indices = range(len(convolutions))
        weights = pool.map(_kaiming, convolutions, ([seed, index] for index in indices))
        for module, weight in zip(convolutions, weights, strict=True):
            module.weight = nn.Parameter(weight, requires_grad=False)


def _kaiming(module: nn.Conv2d, seed: list[int]) -> Tensor:
    """Normal weights [out, in / groups, height, width] of variance 2 / fan out.

    Drawn in float64: the logarithms in the normal's tails may differ in their last bits.
    """
    draws = np.random.default_rng(seed).standard_normal(tuple(module.weight.shape))
    draws *= np.sqrt(2 / draws[:, 0].size)
    return torch.from_numpy(draws.astype(np.float32))


def _set_statistics(model: nn.Module, seed: int) -> None:
    """Each BatchNorm's statistics from one pass in float64, rounded before they are used."""
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    hooks = [norm.register_forward_pre_hook(_measure) for norm in norms]
    pictures = pink_noise(CALIBRATION_PICTURES, seed=seed, side=CALIBRATION_SIDE)
    with torch.inference_mode():
        model.double()(normalise(torch.from_numpy(pictures), torch.float64))
    for hook in hooks:
        hook.remove()
    model.float()


def _measure(norm: nn.Module, inputs: tuple[Tensor]) -> None:
    """Set the statistics of `norm` to those of its input [N, C, H, W]."""
    assert isinstance(norm, nn.BatchNorm2d)
    variance, mean = torch.var_mean(inputs[0], dim=(0, 2, 3))
    norm.running_var = _rounded(variance, torch.frexp(variance).exponent)
    # a mean may be anything from 0: its steps are parts of the standard deviation
    norm.running_mean = _rounded(mean, torch.frexp(norm.running_var.sqrt()).exponent)


def _rounded(values: Tensor, exponent: Tensor) -> Tensor:
    """Values below 2 ** exponent with STATISTIC_BITS bits."""
    step = torch.ldexp(torch.ones_like(values), exponent - STATISTIC_BITS)
    return torch.round(values / step) * step
