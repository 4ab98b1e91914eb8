"""Masking: the level in each critical band below which a listener does not hear a change.

Model 1 of MPEG-1 (ISO/IEC 11172-3) as Qin et al. (2019) simplify it for adversaries: every
masker counts as a tone, which hides less than noise would, so that thresholds tend to be too
low. Two things differ here: only the strongest masker in each half Bark counts, and a change
is compared to the threshold by its power in a whole critical band, not bin by bin, since
many bins that are each too weak to be heard may be heard together.

Every function takes leading batch dimensions. Levels are in dB SPL, and a sine of full scale
has 96 dB, as in MPEG-1: what can be heard depends on how loud the music is played.
"""

import math

import torch
from torch import Tensor
from torch.nn.functional import pad

from music_adversaries.audio import SAMPLE_RATE, stft

FULL_SCALE_DB = 96.0
"""Level of a sine of full scale."""
SINE = stft.WINDOW**2 * 3 / 32
"""Sum of the squared magnitudes of a sine of full scale: WINDOW · Σw² / 4, w being Hann's."""
LOWEST_HZ = 20.0
"""Frequency below which the threshold in quiet is taken to be constant."""
CHUNK_FRAMES = 256
"""Frames whose thresholds are computed at once: some 25 MB."""
NOTHING = 1e-30


def bark(hz: Tensor) -> Tensor:
    """Critical-band rate of frequencies (Zwicker and Terhardt 1980)."""
    return 13 * torch.atan(0.00076 * hz) + 3.5 * torch.atan((hz / 7500) ** 2)


def quiet_threshold_db(hz: Tensor) -> Tensor:
    """Lowest level at which a tone is heard in quiet (Terhardt 1979)."""
    khz = hz.clamp_min(LOWEST_HZ) / 1000
    hump = 6.5 * torch.exp(-0.6 * (khz - 3.3) ** 2)
    return 3.64 * khz**-0.8 - hump + 0.001 * khz**4


BIN_HZ = torch.arange(stft.BINS) * SAMPLE_RATE / stft.WINDOW
BARKS = bark(BIN_HZ)
BAND = BARKS.long()
"""``(bins,)``: the critical band, one Bark wide, of each bin."""
BANDS = int(BAND[-1]) + 1
HALVES = [
    [int(each) for each in ((2 * BARKS).long() == half).nonzero()[[0, -1], 0]]
    for half in (2 * BARKS).long().unique().tolist()
]
"""First and last bin of each half Bark."""


def spectrum(waveform: Tensor) -> Tensor:
    """Spectrum ``(…, frames, bins)`` of ``(…, samples)`` with silence before and after.

    There is enough silence that two frames cover every sample, as `waveform_of` needs.
    """
    after = stft.HOP + -waveform.shape[-1] % stft.HOP
    return stft.analysis(pad(waveform, (stft.HOP, after)))


def waveform_of(spectrum: Tensor, samples: int) -> Tensor:
    """The waveform ``(…, samples)`` nearest to a spectrum like those of `spectrum`."""
    long = stft.overlap_add(spectrum, (spectrum.shape[-2] + 1) * stft.HOP)
    return long[..., stft.HOP : stft.HOP + samples]


def band_levels_db(spectrum: Tensor) -> Tensor:
    """Levels ``(…, frames, bands)`` in the critical bands of a spectrum."""
    power = spectrum.abs().square() / SINE
    bands = power.new_zeros((*power.shape[:-1], BANDS))
    return _db(bands.index_add(-1, BAND.to(power.device), power))


def thresholds_db(waveform: Tensor) -> Tensor:
    """Masking thresholds ``(…, frames, bands)`` of a waveform ``(…, samples)``.

    The threshold of a critical band is the least of its bins' thresholds, as for the subbands
    of MPEG-1. Frames are those of `spectrum`.
    """
    power = spectrum(waveform).abs().square() / SINE
    frames = power.flatten(0, -2)
    found = [_thresholds_db(chunk) for chunk in frames.split(CHUNK_FRAMES)]
    return torch.cat(found).unflatten(0, power.shape[:-1])


def excess_db(change: Tensor, thresholds: Tensor) -> Tensor:
    """Levels ``(…, frames, bands)`` of a change ``(…, samples)`` above the thresholds."""
    return band_levels_db(spectrum(change)) - thresholds


def _thresholds_db(power: Tensor) -> Tensor:
    """Thresholds ``(frames, bands)`` for squared magnitudes ``(frames, bins)``.

    A sine of full scale has a squared magnitude of 1.
    """
    levels, bins = _maskers(power)
    barks = BARKS.to(power.device)
    distance = barks - barks[bins][..., None]
    # Towards higher bands, a louder masker reaches farther.
    upwards = (-27 + 0.37 * (levels - 40).clamp_min(0))[..., None]
    spread = torch.where(distance < 0, 27.0, upwards) * distance
    peak = levels - 6.025 - 0.275 * barks[bins]
    quiet = quiet_threshold_db(BIN_HZ.to(power.device))
    masked = 10 ** ((peak[..., None] + spread) / 10)
    total = 10 * torch.log10(masked.sum(dim=-2) + 10 ** (quiet / 10))
    least = total.new_full((len(power), BANDS), math.inf)
    band = BAND.to(power.device).expand_as(total)
    return least.scatter_reduce(-1, band, total, "amin")


def _maskers(power: Tensor) -> tuple[Tensor, Tensor]:
    """Level and bin, each ``(frames, maskers)``, of the strongest peak in each half Bark.

    A peak has the power of three bins; the level is −inf if there is no audible peak.
    """
    left, right = pad(power, (1, 0))[..., :-1], pad(power, (0, 1))[..., 1:]
    level = _db(left + power + right)
    heard = level >= quiet_threshold_db(BIN_HZ.to(power.device))
    level = torch.where((power > left) & (power >= right) & heard, level, -math.inf)
    strongest = [level[..., first : last + 1].max(dim=-1) for first, last in HALVES]
    bins = [each.indices + first for each, (first, _) in zip(strongest, HALVES, strict=True)]
    return torch.stack([each.values for each in strongest], -1), torch.stack(bins, -1)


def _db(power: Tensor) -> Tensor:
    return FULL_SCALE_DB + 10 * torch.log10(power.clamp_min(NOTHING))
