"""Drum kits: modes of membranes and plates, and shaped noise."""

from dataclasses import dataclass, field

import numpy as np

from ..sound import amplitude, bandpass, fall, highpass, lowpass, modes, phase, samples
from .instrument import Instrument

#: Frequencies of a circular membrane over its lowest (zeros of Bessel functions; Fletcher
#: & Rossing 1998, ch. 3).
MEMBRANE = np.array([1.0, 1.594, 2.136, 2.296, 2.653, 2.918])


@dataclass(frozen=True)
class Kit(Instrument):
    """A drum kit.

    ``kick_hz`` is where the kick's falling pitch settles, ``kick_fall`` how many times
    higher it starts, ``kick_s`` its decay; ``snare_hz`` and ``snare_s`` are the snare's,
    ``wires`` the share of its noise. ``metal_hz`` is where cymbals begin, ``metal_s``
    scales how long they ring. ``beater`` is the level of the click of stick and beater.
    """

    kick_hz: float = 52.0
    kick_fall: float = 3.0
    kick_s: float = 0.16
    snare_hz: float = 185.0
    snare_s: float = 0.12
    wires: float = 0.7
    metal_hz: float = 4500.0
    metal_s: float = 1.0
    beater: float = 0.3
    takes: int = field(default=3, kw_only=True)

    def hit(self, drum: str, velocity: float, rng: np.random.Generator) -> np.ndarray:
        """Return the sound of one drum, of whatever length it takes to die away."""
        strike, level_db = DRUMS[drum]
        return amplitude(level_db) * strike(self, velocity, rng)


def _membrane(base_hz: float, decay_s: float, count: int) -> np.ndarray:
    order = np.arange(1, len(MEMBRANE) + 1)
    return modes(base_hz * MEMBRANE, decay_s / order**0.7, 0.9**order / order, count)


def _plate(kit: Kit, decay_s: float, count: int, rng: np.random.Generator) -> np.ndarray:
    """Ringing cymbal: noise, and random frequencies in place of its dense modes."""
    frequencies = rng.uniform(0.55 * kit.metal_hz, 9_900.0, 36)
    decays = decay_s * rng.uniform(0.4, 1.0, 36)
    ring = modes(frequencies, decays, rng.uniform(0.3, 1.0, 36), count)
    wash = highpass(rng.standard_normal(count), kit.metal_hz) * fall(count, 0.6 * decay_s)
    return 0.12 * ring + 0.45 * wash


def kick(kit: Kit, velocity: float, rng: np.random.Generator) -> np.ndarray:
    """Kick drum, whose pitch falls as that of a slack membrane that is struck hard."""
    count = samples(4.0 * kit.kick_s)
    course = kit.kick_hz * (1.0 + (kit.kick_fall - 1.0) * fall(count, 0.022))
    skin = np.sin(2.0 * np.pi * phase(course, count)) * fall(count, kit.kick_s)
    click = lowpass(rng.standard_normal(count), 4500.0) * fall(count, 0.004)
    return skin + kit.beater * velocity * click


def snare(kit: Kit, velocity: float, rng: np.random.Generator) -> np.ndarray:
    """Strike two heads, and let the wires rattle."""
    count = samples(6.0 * kit.snare_s)
    skin = _membrane(kit.snare_hz, 0.7 * kit.snare_s, count)
    rattle = bandpass(rng.standard_normal(count), 1200.0, 8500.0)
    rattle *= fall(count, kit.snare_s * (0.6 + 0.4 * velocity))
    return (1.0 - kit.wires) * skin + kit.wires * rattle


def rim(kit: Kit, velocity: float, rng: np.random.Generator) -> np.ndarray:
    """Lay the stick across: a short wooden knock."""
    count = samples(0.12)
    wood = np.array([480.0, 1650.0, 2600.0]) * rng.uniform(0.97, 1.03, 3)
    knock = modes(wood, np.array([0.015, 0.012, 0.008]), np.array([0.6, 1.0, 0.5]), count)
    return knock + 0.3 * velocity * rng.standard_normal(count) * fall(count, 0.003)


def clap(kit: Kit, velocity: float, rng: np.random.Generator) -> np.ndarray:
    """Clap with several hands, not quite together."""
    count = samples(0.35)
    out = np.zeros(count)
    for late_s in (0.0, 0.011, 0.019, 0.028):
        first = samples(late_s)
        time_s = 0.09 if late_s > 0.02 else 0.006
        out[first:] += rng.standard_normal(count - first) * fall(count - first, time_s)
    return bandpass(out, 800.0, 3800.0) * (0.7 + 0.3 * velocity)


def hat(kit: Kit, velocity: float, rng: np.random.Generator) -> np.ndarray:
    """Strike the closed hi-hat."""
    return _plate(kit, 0.035 * kit.metal_s * (0.6 + 0.6 * velocity), samples(0.25), rng)


def open_hat(kit: Kit, velocity: float, rng: np.random.Generator) -> np.ndarray:
    """Strike the open hi-hat."""
    return _plate(kit, 0.22 * kit.metal_s, samples(0.6), rng)


def ride(kit: Kit, velocity: float, rng: np.random.Generator) -> np.ndarray:
    """Strike the ride cymbal: a ping over a quiet wash."""
    count = samples(1.0)
    ping = np.array([2900.0, 4300.0, 5150.0, 7300.0]) * rng.uniform(0.97, 1.03, 4)
    bell = modes(ping, np.full(4, 0.25), np.full(4, velocity), count)
    return 0.35 * bell + 0.5 * _plate(kit, 0.35 * kit.metal_s, count, rng)


def crash(kit: Kit, velocity: float, rng: np.random.Generator) -> np.ndarray:
    """Strike the crash cymbal."""
    return _plate(kit, 0.7 * kit.metal_s, samples(2.2), rng)


def high_tom(kit: Kit, velocity: float, rng: np.random.Generator) -> np.ndarray:
    """Strike the small tom."""
    return _membrane(2.9 * kit.kick_hz, 1.2 * kit.kick_s, samples(0.6))


def low_tom(kit: Kit, velocity: float, rng: np.random.Generator) -> np.ndarray:
    """Strike the floor tom."""
    return _membrane(1.7 * kit.kick_hz, 1.6 * kit.kick_s, samples(0.8))


def conga(kit: Kit, velocity: float, rng: np.random.Generator) -> np.ndarray:
    """Strike a conga with the hand."""
    count = samples(0.4)
    slap = bandpass(rng.standard_normal(count), 700.0, 3000.0) * fall(count, 0.008)
    return _membrane(205.0 + 40.0 * velocity, 0.11, count) + 0.5 * velocity * slap


def shaker(kit: Kit, velocity: float, rng: np.random.Generator) -> np.ndarray:
    """Shake: noise that swells and stops."""
    count = samples(0.12)
    swell = np.hanning(count) ** 0.8
    return bandpass(rng.standard_normal(count), 4500.0, 9500.0) * swell


def tambourine(kit: Kit, velocity: float, rng: np.random.Generator) -> np.ndarray:
    """Shake small brass plates."""
    return _plate(kit, 0.09, samples(0.35), rng)


def cowbell(kit: Kit, velocity: float, rng: np.random.Generator) -> np.ndarray:
    """Strike a bell of two notorious partials."""
    partials = np.array([545.0, 815.0, 1630.0, 2180.0])
    return modes(partials, np.full(4, 0.09), np.array([1.0, 1.0, 0.4, 0.3]), samples(0.4))


def brush(kit: Kit, velocity: float, rng: np.random.Generator) -> np.ndarray:
    """Sweep a brush across the snare."""
    count = samples(0.3)
    swish = np.hanning(count) ** 0.6
    return bandpass(rng.standard_normal(count), 900.0, 7000.0) * swish


#: What each drum is called, and its level in dB beside the kick.
DRUMS = {
    "kick": (kick, 0.0),
    "snare": (snare, -1.0),
    "rim": (rim, -5.0),
    "clap": (clap, -3.0),
    "hat": (hat, -9.0),
    "open hat": (open_hat, -10.0),
    "ride": (ride, -8.0),
    "crash": (crash, -8.0),
    "high tom": (high_tom, -3.0),
    "low tom": (low_tom, -3.0),
    "conga": (conga, -6.0),
    "shaker": (shaker, -8.0),
    "tambourine": (tambourine, -10.0),
    "cowbell": (cowbell, -11.0),
    "brush": (brush, -7.0),
}
