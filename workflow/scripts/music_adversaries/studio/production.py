"""From a mix to a record: room, equaliser, compression, bandwidth, noise and level."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import signal

from .seeds import generator
from .sound import (
    SAMPLE_RATE,
    amplitude,
    bandpass,
    fall,
    highpass,
    lowpass,
    rms,
    samples,
)

Range = tuple[float, float]
NYQUIST_HZ = SAMPLE_RATE / 2
#: Peaks above the knee are compressed, so that none exceeds the ceiling.
KNEE, CEILING = 0.7, 0.98


@dataclass(frozen=True)
class Era:
    """The sound of a kind of studio; every pair is a range to draw from.

    Band edges are in Hz, levels in dB full scale, the room's reverberation time in s and
    its level, like the echo's, in dB under the dry sound (None: no echo). ``tilt_db`` is
    how far the equaliser's bands are pulled. ``crackle`` are clicks a second, ``wow_ms``
    is how far the medium runs ahead and behind as it turns.
    """

    low_hz: Range
    high_hz: Range
    room_s: Range
    room_db: Range
    ratio: Range
    level_db: Range
    noise_db: Range
    tilt_db: float
    crackle: float = 0.0
    wow_ms: float = 0.0
    echo_db: Range | None = None


ERAS = {
    "shellac": Era(
        low_hz=(90, 180),
        high_hz=(3200, 5500),
        room_s=(0.3, 0.9),
        room_db=(-20, -10),
        ratio=(1.2, 2.5),
        level_db=(-18, -14),
        noise_db=(-52, -42),
        tilt_db=4.0,
        crackle=12.0,
        wow_ms=0.6,
    ),
    "tape": Era(
        low_hz=(35, 70),
        high_hz=(7000, 10500),
        room_s=(0.4, 1.4),
        room_db=(-20, -11),
        ratio=(1.5, 3.0),
        level_db=(-19, -14),
        noise_db=(-64, -54),
        tilt_db=3.5,
    ),
    "desk": Era(
        low_hz=(25, 45),
        high_hz=(9500, NYQUIST_HZ),
        room_s=(0.5, 1.8),
        room_db=(-22, -12),
        ratio=(2.0, 4.0),
        level_db=(-17, -13),
        noise_db=(-76, -64),
        tilt_db=3.5,
    ),
    "digital": Era(
        low_hz=(20, 40),
        high_hz=(NYQUIST_HZ, NYQUIST_HZ),
        room_s=(0.3, 1.5),
        room_db=(-26, -14),
        ratio=(3.0, 6.0),
        level_db=(-15, -11),
        noise_db=(-90, -80),
        tilt_db=4.0,
    ),
    "hall": Era(
        low_hz=(25, 50),
        high_hz=(9000, NYQUIST_HZ),
        room_s=(1.4, 2.4),
        room_db=(-14, -7),
        ratio=(1.0, 1.4),
        level_db=(-21, -16),
        noise_db=(-70, -58),
        tilt_db=2.5,
    ),
    "sampler": Era(
        low_hz=(30, 50),
        high_hz=(6000, 9500),
        room_s=(0.2, 0.7),
        room_db=(-26, -16),
        ratio=(2.5, 5.0),
        level_db=(-16, -12),
        noise_db=(-60, -50),
        tilt_db=4.0,
        crackle=6.0,
        wow_ms=0.3,
    ),
    "dub": Era(
        low_hz=(25, 40),
        high_hz=(6500, 10500),
        room_s=(1.0, 2.2),
        room_db=(-16, -9),
        ratio=(1.5, 3.0),
        level_db=(-18, -14),
        noise_db=(-62, -54),
        tilt_db=4.0,
        echo_db=(-14, -7),
    ),
}

#: Edges in Hz of the equaliser's four bands; its fifth is all that lies above.
EQUALISER_HZ = (40.0, 160.0, 600.0, 2200.0, 6000.0)


@dataclass(frozen=True)
class Production:
    """The production of one artist's records. Units are as in ``Era``."""

    name: str
    low_hz: float
    high_hz: float
    room_s: float
    room_db: float
    ratio: float
    level_db: float
    noise_db: float
    crackle: float
    wow_ms: float
    echo_db: float | None
    equaliser_db: tuple[float, ...]

    def on_the_day(self, rng: np.random.Generator) -> "Production":
        """Return the settings of one session, which vary around the artist's."""
        bands = tuple(band + rng.normal(0.0, 0.8) for band in self.equaliser_db)
        return replace(
            self,
            equaliser_db=bands,
            room_db=self.room_db + rng.normal(0.0, 1.0),
            level_db=self.level_db + rng.normal(0.0, 0.8),
        )


def draw_production(name: str, era: Era, rng: np.random.Generator) -> Production:
    """Draw an artist's production, named ``name``, from what an era allows."""
    bands = rng.normal(0.0, era.tilt_db, len(EQUALISER_HZ))
    return Production(
        name=name,
        low_hz=rng.uniform(*era.low_hz),
        high_hz=rng.uniform(*era.high_hz),
        room_s=rng.uniform(*era.room_s),
        room_db=rng.uniform(*era.room_db),
        ratio=rng.uniform(*era.ratio),
        level_db=rng.uniform(*era.level_db),
        noise_db=rng.uniform(*era.noise_db),
        crackle=era.crackle * rng.uniform(0.3, 1.5),
        wow_ms=era.wow_ms * rng.uniform(0.2, 1.0),
        echo_db=rng.uniform(*era.echo_db) if era.echo_db else None,
        equaliser_db=tuple(np.clip(bands, -6.0, 6.0).tolist()),
    )


def room(production: Production) -> np.ndarray:
    """Impulse response, of energy 1, of the artist's room: decaying noise (Moorer 1979).

    Treble dies sooner than bass, as air and curtains have it, and the first 12 ms are
    empty. ``room_s`` is the time in which bass falls by 60 dB.
    """
    rng = generator("room", production.name)
    count = samples(production.room_s)
    noise = rng.standard_normal(count)
    time_s = production.room_s / np.log(1000.0)
    dull = lowpass(noise, 1500.0, 1) * fall(count, time_s)
    bright = highpass(noise, 1500.0, 1) * fall(count, 0.55 * time_s)
    tail = highpass(dull + bright, 120.0, 1)
    response = np.concatenate([np.zeros(samples(0.012)), tail])
    return response / np.sqrt(np.sum(response**2))


def reverberate(x: np.ndarray, production: Production) -> np.ndarray:
    """Add the room to a dry mix."""
    wet = signal.oaconvolve(x, room(production))[: len(x)]
    return x + amplitude(production.room_db) * wet


def echo(x: np.ndarray, level_db: float, delay_s: float) -> np.ndarray:
    """Add four repeats, each duller than the last: a tape echo."""
    out, repeat = x.copy(), x
    delay = samples(delay_s)
    for _ in range(4):
        repeat = bandpass(amplitude(level_db) ** 0.6 * repeat, 250.0, 3000.0)
        repeat = np.concatenate([np.zeros(delay), repeat])[: len(x)]
        out += repeat
    return out


def equalise(x: np.ndarray, bands_db: tuple[float, ...]) -> np.ndarray:
    """Raise or lower five bands, by dB."""
    out = x.copy()
    edges = (*EQUALISER_HZ, NYQUIST_HZ)
    for low, high, level_db in zip(edges[:-1], edges[1:], bands_db, strict=True):
        band = highpass(x, low, 1) if high == NYQUIST_HZ else bandpass(x, low, high)
        out += (amplitude(level_db) - 1.0) * band
    return out


def compress(x: np.ndarray, ratio: float) -> np.ndarray:
    """Compress levels above the mean, feed-forward (Giannoulis et al. 2012)."""
    forget = np.exp(-1.0 / samples(0.010))
    power = signal.lfilter([1.0 - forget], [1.0, -forget], x**2)
    excess = np.maximum(power / (rms(x) ** 2 + 1e-12), 1.0)
    return x * excess ** (0.5 * (1.0 / ratio - 1.0))


def wow(x: np.ndarray, depth_ms: float) -> np.ndarray:
    """Vary the pitch as an off-centre disc does at 78 revolutions a minute."""
    place = np.arange(len(x), dtype=float)
    turn = np.sin(2.0 * np.pi * (78.0 / 60.0) * place / SAMPLE_RATE)
    return np.interp(place + 1e-3 * depth_ms * SAMPLE_RATE * turn, place, x)


def noise_floor(count: int, production: Production, rng: np.random.Generator) -> np.ndarray:
    """Hiss, and the crackle of a worn surface."""
    hiss = lowpass(rng.standard_normal(count), 5000.0, 1)
    floor = amplitude(production.noise_db) * hiss / rms(hiss)
    if production.crackle:
        clicks = np.zeros(count)
        hits = rng.integers(0, count, rng.poisson(production.crackle * count / SAMPLE_RATE))
        clicks[hits] = rng.normal(0.0, 12.0 * amplitude(production.noise_db), len(hits))
        floor += bandpass(clicks, 900.0, 6000.0)
    return floor


def limit(x: np.ndarray) -> np.ndarray:
    """Compress peaks above the knee so that nothing reaches the ceiling."""
    over = np.maximum(np.abs(x) - KNEE, 0.0)
    span = CEILING - KNEE
    return np.clip(x, -KNEE, KNEE) + np.sign(x) * span * np.tanh(over / span)


def clip(x: np.ndarray) -> np.ndarray:
    """Return a record that is 10 dB too loud and clips at full scale."""
    return np.clip(amplitude(10.0) * x, -1.0, 1.0)


def mix_down(mix: np.ndarray, production: Production, beat_s: float) -> np.ndarray:
    """Send a dry mix ``(samples,)`` through echo, room, equaliser and compressor."""
    out = mix
    if production.echo_db is not None:
        out = echo(out, production.echo_db, 0.75 * beat_s)
    out = equalise(reverberate(out, production), production.equaliser_db)
    return highpass(compress(out, production.ratio), production.low_hz)


def master(x: np.ndarray, production: Production, rng: np.random.Generator) -> np.ndarray:
    """Cut a record: the medium's level, wow, noise and bandwidth; still to be limited."""
    out = amplitude(production.level_db) * x / (rms(x) + 1e-12)
    if production.wow_ms:
        out = wow(out, production.wow_ms)
    out = out + noise_floor(len(out), production, rng)
    return lowpass(out, production.high_hz, 4) if production.high_hz < 10_800.0 else out
