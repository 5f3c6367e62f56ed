import copy
import subprocess
import sys

import numpy as np
import pytest
import torch

from potholes.compilation.compiler import torch_features
from potholes.params import BACKBONE_NAMES
from potholes.weights.family import BACKBONES, body_state, build, last_norms, load_body, normalise
from potholes.weights.pink_noise import pink_noise
from potholes.weights.stand_in import random_backbone


def test_an_unknown_backbone_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match=r"got 'resnet19', expected .*resnet18, resnet34"):
        build("resnet19")


def test_the_params_know_exactly_these_backbones():
    assert tuple(BACKBONES) == BACKBONE_NAMES


def test_every_backbone_has_weights_with_a_pinned_hash():
    for name, (_, weights) in BACKBONES.items():
        stem, digits = weights.url.rsplit("/", 1)[-1].removesuffix(".pth").rsplit("-", 1)
        assert stem == name
        assert len(bytes.fromhex(digits)) == 4


def test_a_body_comes_back_as_the_same_network(random_resnet18):
    state = body_state(random_resnet18)
    assert not [key for key in state if key.startswith("fc.")]
    other = load_body("resnet18", state)
    pictures = pink_noise(1, seed=5)
    assert np.array_equal(
        torch_features(other, pictures), torch_features(random_resnet18, pictures)
    )


def test_weights_of_another_backbone_are_refused(random_resnet18):
    with pytest.raises(ValueError, match="do not fit resnet34"):
        load_body("resnet34", body_state(random_resnet18))


def test_a_frozen_backbone_is_not_changed_by_being_run(random_resnet18):
    model = copy.deepcopy(random_resnet18)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    torch_features(model, pink_noise(2, seed=0))
    assert all(torch.equal(before[key], value) for key, value in model.state_dict().items())
    assert not any(parameter.requires_grad for parameter in model.parameters())
    assert not any(module.training for module in model.modules())


def test_normalising_is_torchvisions():
    pixels = pink_noise(1, seed=0)
    from torchvision.models import ResNet18_Weights

    preset = ResNet18_Weights.IMAGENET1K_V1.transforms()
    picture = torch.from_numpy(pixels[0]).permute(2, 0, 1)
    expected = (picture / 255 - torch.tensor(preset.mean)[:, None, None]) / torch.tensor(
        preset.std
    )[:, None, None]
    assert torch.allclose(normalise(torch.from_numpy(pixels))[0], expected, atol=1e-6)


def test_the_stand_in_is_a_function_of_its_seed(few_pictures):
    first, again, other = (random_backbone("resnet18", seed=seed) for seed in (0, 0, 1))
    same = [
        torch.equal(a, b)
        for a, b in zip(first.state_dict().values(), again.state_dict().values(), strict=True)
    ]
    assert all(same)
    assert not torch.equal(other.conv1.weight, again.conv1.weight)


def test_the_stand_in_leaves_torchs_random_numbers_alone(few_pictures):
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    random_backbone("resnet18", seed=0)
    assert torch.equal(torch.rand(1), expected)


def test_the_stand_ins_features_are_of_a_sane_size(random_resnet18):
    features = torch_features(random_resnet18, pink_noise(4, seed=9))
    assert 0.1 < features.mean() < 3
    assert features.std(axis=0).mean() > 0.01


def test_pink_noise_is_a_function_of_seed_and_place():
    three, two = pink_noise(3, seed=1), pink_noise(2, seed=1)
    assert np.array_equal(three[:2], two)
    assert not np.array_equal(pink_noise(1, seed=2), two[:1])


def test_pink_noise_falls_as_one_over_frequency():
    gray = pink_noise(8, seed=0).mean(axis=3)
    power = np.abs(np.fft.rfft2(gray - gray.mean(axis=(1, 2), keepdims=True))).mean(axis=0)
    assert power[0, 4] / power[0, 16] == pytest.approx(4, rel=0.5)


def test_torchvision_is_imported_without_torchs_compiler():
    program = """
import sys
from potholes.weights.family import build
assert "torchvision" in sys.modules and "torch._dynamo" not in sys.modules
build("resnet18", drawn=False)
assert "torch._dynamo" not in sys.modules
import torch._dynamo.utils
assert torch._dynamo.utils.is_compile_supported("cpu") in (True, False)
assert torch._dynamo.utils.__file__
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_last_norm_of_each_block_is_found():
    assert len(last_norms(build("resnet18", drawn=False))) == 8
    assert len(last_norms(build("resnet50", drawn=False))) == 16
