"""The smallest change, against closed forms on linear systems, and what is promised of it."""

import numpy as np
import pytest
import torch
from linear_victims import LABELS, LinearInWaveform, loud_waveforms

from music_adversaries import spectra
from music_adversaries.adversaries.minimum import Settings, attack

# Steps of 16 bits change a norm of 1 by 1e-7: they do not matter to what is found here.


def plan(**changes):
    return Settings(**{"most_iterations": 60, "stop_confidence": 0.0} | changes)


def change_norms(found, originals):
    return [
        float(np.linalg.norm(each.waveform.astype(np.float64) - original.double().numpy()))
        for each, original in zip(found, originals, strict=True)
    ]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("classes", [2, 3])
def test_on_a_linear_system_it_is_within_a_hundredth_of_the_closed_form(seed, classes):
    system, originals = LinearInWaveform(seed, classes), loud_waveforms(seed, 4)
    targets = [(system.label(original) + 1) % classes for original in originals]
    found = attack(system, originals, torch.tensor(targets), plan())
    smallest = [
        system.smallest_to_reach(*pair) for pair in zip(originals, targets, strict=True)
    ]
    for norm, least, target, each in zip(
        change_norms(found, originals), smallest, targets, found, strict=True
    ):
        assert system.label(each.waveform) == target
        assert least * (1 - 1e-4) < norm < least * 1.01
