"""Gradients against closed forms, and systems that mask theirs."""

import numpy as np
import pytest
import torch
from linear_victims import LABELS, SAMPLES, LinearInWaveform, loud_waveforms, magnitude_system

from music_adversaries.adversaries import gradient_checks
from music_adversaries.audio import stft

HEARD = stft.span(0, stft.frame_count(SAMPLES))[1]


def victim(kind=LinearInWaveform, **settings):
    """A system that is linear in the samples and judges all frames as one unit."""
    system = kind(**settings)
    system.unit_frames = stft.frame_count(SAMPLES)
    return system


def rows_of(system, target="b", excerpts=2):
    waveforms = list(loud_waveforms(0, excerpts).numpy())
    return list(
        gradient_checks.check_gradients(system, waveforms, [target] * excerpts)
    ), waveforms


def test_norms_are_those_of_the_closed_forms():
    system = victim(norm=0.05)
    weight = system.weight.double().numpy()
    rows, waveforms = rows_of(system)
    assert [number for number, _ in rows] == [0, 0, 1, 1]
    for number, row in rows:
        scores = weight @ waveforms[number].astype(np.float64)
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        rival = max((0, 2), key=lambda label: scores[label])
        expected = {
            "cross_entropy": (shares - [0, 1, 0]) @ weight,
            "boundary": weight[rival] - weight[1],
        }[row["cost"]]
        assert row["gradient_norm"] == pytest.approx(np.linalg.norm(expected), rel=1e-4)
        assert row["zero_share"] == 0
        assert row["difference_error_140db"] < 1e-4
        assert row["predicted_clean"] == LABELS[int(scores.argmax())]


def test_the_cross_entropy_is_summed_over_units():
    scores = torch.randn(2, 5, 3, generator=torch.Generator().manual_seed(0))
    posterior = scores.double().softmax(dim=-1).numpy()
    expected = [-np.log(posterior[row, :, target]).sum() for row, target in ((0, 2), (1, 0))]
    found = gradient_checks.summed_cross_entropy(scores, torch.tensor([2, 0]))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize("unit_frames", [1, 3])
def test_only_samples_that_reach_a_unit_are_heard(unit_frames):
    system = magnitude_system(unit_frames)
    heard = gradient_checks.heard_samples(system, SAMPLES)
    waveform = loud_waveforms(1)[:1]
    scores = system(system.front_end(waveform))
    for place, matters in ((heard - 2, True), (heard, False), (SAMPLES - 1, False)):
        changed = waveform.clone()
        changed[0, place:] += 0.5
        differs = not torch.equal(system(system.front_end(changed)), scores)
        assert differs == matters


def test_the_gradient_of_a_real_front_end_agrees_with_differences():
    rows, _ = rows_of(magnitude_system())
    for _, row in rows:
        # The window is 0 at the very first sample.
        assert row["zero_share"] == pytest.approx(1 / HEARD)
        assert row["gradient_norm"] > 0
        assert row["difference_error_140db"] < 1e-3


class Quantised(LinearInWaveform):
    """Rounds what it hears, so that its gradient is 0 everywhere."""

    def front_end(self, waveforms):
        return torch.round(waveforms * 1e3) / 1e3


def test_a_rounded_input_has_no_gradient():
    rows, _ = rows_of(victim(Quantised))
    for _, row in rows:
        assert row["gradient_norm"] == 0 and row["zero_share"] == 1
        assert np.isnan(row["difference_error_140db"])


class Deceptive(LinearInWaveform):
    """Its gradient is that of twice its scores."""

    def forward(self, waveforms):
        scores = super().forward(waveforms)
        return 2 * scores - scores.detach()


def test_a_gradient_that_is_not_the_costs_own_departs_from_the_difference():
    rows, _ = rows_of(victim(Deceptive, norm=0.05))
    for _, row in rows:
        assert row["difference_error_140db"] == pytest.approx(0.5, abs=1e-3)


class Shattered(LinearInWaveform):
    """Right at every point, and of no use a step further: a wave as short as 100 dB."""

    def forward(self, waveforms):
        scores = super().forward(waveforms)
        return scores + 1e-3 * torch.sin(1e4 * scores)


def test_a_gradient_of_short_reach_is_seen_at_the_larger_step_alone():
    rows, _ = rows_of(victim(Shattered, norm=0.05))
    for _, row in rows:
        if row["cost"] == "boundary":
            assert row["difference_error_140db"] < 0.01 < row["difference_error_80db"]


def test_the_system_stays_as_it_was():
    system = magnitude_system()
    rows_of(system)
    assert system.standardisation.mean.dtype == torch.float32
