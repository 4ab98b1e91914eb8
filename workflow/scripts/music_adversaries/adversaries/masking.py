"""Changes that are inaudible: limited by the masking threshold of the excerpt."""

import torch
from torch import Tensor
from torch.nn.functional import max_pool2d

from music_adversaries.audio import masking_threshold as ear
from music_adversaries.audio import stft
from music_adversaries.snr_limits import NO_MARGIN

ROUNDS = 10
"""The most alternating projections onto bands and waveforms; fewer if all bands comply."""
NEIGHBOURS = 3
"""Width of the neighbourhood, in frames and in bands, from which sound leaks into a band."""
ROUNDING_POWER = 2**-30 / 12 * 3 / 8 * stft.WINDOW / ear.SINE
"""Mean power of 16-bit rounding noise in a bin, relative to a full-scale sine."""
ROUNDING_PEAK = 2.5
"""The largest amplitude of rounding noise in a band, about, relative to its mean."""


class Masking:
    """The constraint that a change's level is at most a limit, in each critical band and frame.

    The limit is the excerpt's masking threshold (`masking_threshold.thresholds_db`) plus
    ``margin_db``. As a `constraints.Constraint`, its set is convex and contains zero change.
    """

    def __init__(self, margin_db: float) -> None:
        self.margin_db = margin_db
        self._originals = torch.empty(0)
        self._limits_db = torch.empty(0)

    def project(self, waveforms: Tensor, originals: Tensor) -> Tensor:
        """Waveforms near ``waveforms`` whose changes are in the set, or nearly so.

        Alternating projections: bands that are too loud are scaled down, and the waveform
        nearest to the resulting spectrum is taken. As frames overlap and bands leak, sound
        from loud neighbours returns to a band; so from the second round on, neighbours are
        scaled down as well.
        """
        found, limits_db = waveforms, self._limits(originals)
        for turn in range(ROUNDS):
            held = self.holds(found, originals)
            if bool(held.all()):
                break
            spectrum = ear.spectrum(found - originals)
            lowered_db = (ear.band_levels_db(spectrum) - aims_db(limits_db)).clamp_min(0)
            if turn > 0:
                lowered_db = max_pool2d(
                    lowered_db, NEIGHBOURS, stride=1, padding=NEIGHBOURS // 2
                )
            gains = 10 ** (-lowered_db / 20)
            change = ear.waveform_of(
                gains[..., ear.BAND.to(gains.device)] * spectrum, found.shape[-1]
            )
            found = torch.where(held[:, None], found, originals + change)
        return found

    def holds(self, waveforms: Tensor, originals: Tensor) -> Tensor:
        excess_db = ear.excess_db(waveforms - originals, self._limits(originals))
        return (excess_db <= 0).flatten(1).all(dim=-1)

    def radius(self, originals: Tensor) -> Tensor:
        """Norm ``(excerpts, 1)`` of a change that is at the limit in every band."""
        power = 10 ** ((self._limits(originals) - ear.FULL_SCALE_DB) / 10)
        # A sine of full scale has the mean square 1/2; every frame counts for a hop.
        return (power.sum(dim=(-2, -1)) * stft.HOP / 2).sqrt()[:, None]

    def _limits(self, originals: Tensor) -> Tensor:
        """The limits ``(excerpts, frames, bands)``; those of the last originals are cached."""
        if originals is not self._originals:
            self._originals = originals
            self._limits_db = ear.thresholds_db(originals) + self.margin_db
        return self._limits_db


def aims_db(limits_db: Tensor) -> Tensor:
    """Levels below limits ``(…, bands)`` that leave room for 16-bit rounding noise."""
    bins = torch.bincount(ear.BAND).to(limits_db)
    rounding = (bins * ROUNDING_POWER).sqrt() * ROUNDING_PEAK
    amplitude = 10 ** ((limits_db - ear.FULL_SCALE_DB) / 20)
    return ear.FULL_SCALE_DB + 20 * torch.log10((amplitude - rounding).clamp_min(ear.NOTHING))


def masking_constraint(margin_db: float | str) -> list[Masking]:
    """The constraint with this margin, in a list; an empty list for ``none``."""
    return [] if margin_db == NO_MARGIN else [Masking(float(margin_db))]
