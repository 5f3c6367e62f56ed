"""Seeded random weights for where ImageNet's cannot be had: a stand-in, and called one."""

import torch
from torch import nn
from torchvision.models import ResNet
from torchvision.models.resnet import BasicBlock, Bottleneck

from potholes.weights.family import build, freeze, normalise
from potholes.weights.pink_noise import pink_noise

CALIBRATION_PICTURES = 48
BLOCK_GAIN = 0.1  # undamped, the residual sums of a deep stack grow without bound


def random_backbone(name: str, *, seed: int) -> ResNet:
    """A frozen ResNet with Kaiming weights (He et al. 2015), a function of (name, seed).

    The last BatchNorm gain of every block is 0.1, and the BatchNorm statistics are those of one
    pass over 48 seeded pink-noise pictures.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = build(name)
    for module in model.modules():
        if isinstance(module, BasicBlock):
            nn.init.constant_(module.bn2.weight, BLOCK_GAIN)
        if isinstance(module, Bottleneck):
            nn.init.constant_(module.bn3.weight, BLOCK_GAIN)
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None  # the plain mean over the pass, not a moving one
    pictures = torch.from_numpy(pink_noise(CALIBRATION_PICTURES, seed=seed))
    with torch.inference_mode():
        model.train()(normalise(pictures))
    return freeze(model)
