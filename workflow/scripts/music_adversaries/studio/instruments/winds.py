"""Reeds, flutes and voices: a source, breath, and formants."""

from dataclasses import dataclass, field

import numpy as np

from ..sound import bandpass, cycle, fall, highpass, lowpass, phase, rise, scan, vibrato
from .instrument import Pitched

NUMBER = np.arange(1, 120)

#: Centres in Hz of the first three formants (Peterson & Barney 1952, men, rounded).
VOWELS = {
    "a": (730.0, 1090.0, 2440.0),
    "e": (530.0, 1840.0, 2480.0),
    "i": (270.0, 2290.0, 3010.0),
    "o": (570.0, 840.0, 2410.0),
    "u": (300.0, 870.0, 2240.0),
}


@dataclass(frozen=True)
class Wind(Pitched):
    """A blown tube.

    ``even`` is the level of even harmonics (a clarinet has few), ``slope`` the exponent
    with which harmonics fall, ``breath`` the level of blown noise, ``scoop_cents`` how far
    below a tone starts, and ``formant_hz`` where the bell or the box speaks.
    """

    even: float = 1.0
    slope: float = 1.2
    breath: float = 0.03
    attack_s: float = 0.04
    scoop_cents: float = 0.0
    vibrato_cents: float = 12.0
    vibrato_hz: float = 5.2
    formant_hz: tuple[float, ...] = ()

    def tone(
        self, frequency_hz: float, count: int, velocity: float, rng: np.random.Generator
    ) -> np.ndarray:
        """Return a tone; at a higher velocity, harmonics fall less steeply."""
        slope = self.slope * (1.35 - 0.35 * velocity)
        harmonics = np.where(NUMBER % 2, 1.0, self.even) / NUMBER**slope
        rate = self.vibrato_hz * rng.uniform(0.92, 1.08)
        pitch = vibrato(count, rate, self.vibrato_cents, 0.4)
        pitch *= 2.0 ** (-self.scoop_cents * fall(count, 0.045) / 1200.0)
        wave = scan(cycle(harmonics, frequency_hz), phase(frequency_hz * pitch, count))
        noise = lowpass(highpass(rng.standard_normal(count), frequency_hz), 6000.0)
        swell = 0.85 + 0.15 * rise(count, 0.5)
        return rise(count, self.attack_s) * swell * (wave + self.breath * noise)

    def bus(self, x: np.ndarray) -> np.ndarray:
        """Add the formants."""
        out = x
        for centre_hz in self.formant_hz:
            out = out + 0.9 * bandpass(x, 0.8 * centre_hz, 1.25 * centre_hz)
        return out


@dataclass(frozen=True)
class Voice(Pitched):
    """A glottal wave through the formants of a vowel drawn for every syllable.

    ``tract`` scales the formants (above 1, a shorter vocal tract), ``consonant`` is the
    level of the noise before the vowel, and ``glide_cents`` how far at most the pitch
    falls from beginning to end, as in speech; at times it rises.
    """

    tract: float = 1.0
    vowels: str = "aeiou"
    consonant: float = 0.25
    glide_cents: float = 0.0
    vibrato_cents: float = 25.0
    attack_s: float = 0.04
    takes: int = field(default=3, kw_only=True)

    def tone(
        self, frequency_hz: float, count: int, velocity: float, rng: np.random.Generator
    ) -> np.ndarray:
        """Sing one syllable."""
        pitch = vibrato(count, rng.uniform(4.8, 6.0), self.vibrato_cents, 0.6)
        glide_cents = self.glide_cents * rng.uniform(-0.4, 1.0)
        pitch *= 2.0 ** (glide_cents * (fall(count, 0.12) - 0.5) / 1200.0)
        source = cycle(1.0 / NUMBER**1.1, frequency_hz)
        wave = scan(source, phase(frequency_hz * pitch, count))
        wave = wave + 0.02 * rng.standard_normal(count)
        formants = VOWELS[self.vowels[rng.integers(len(self.vowels))]]
        mouth = 0.1 * lowpass(wave, 900.0, 1)
        for centre_hz, level in zip(formants, (1.0, 0.7, 0.45), strict=True):
            centre_hz *= self.tract
            half_hz = 45.0 + 0.04 * centre_hz
            mouth += level * bandpass(wave, centre_hz - half_hz, centre_hz + half_hz)
        hiss = highpass(rng.standard_normal(count), 3500.0) * fall(count, 0.025)
        mouth = mouth / (np.max(np.abs(mouth)) + 1e-9)
        return rise(count, self.attack_s) * mouth + self.consonant * velocity * 0.3 * hiss
