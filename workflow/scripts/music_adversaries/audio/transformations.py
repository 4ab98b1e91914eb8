"""Transformations that music files undergo: codecs, filters, noise, changes of level, shifts.

A transformation is a mapping of one entry, as in the config: its kind, a key of `KINDS`, and
its strength, as in ``{"mp3_kbps": 64}``. It takes a waveform ``(samples,)`` at 22 050 Hz and
returns one of the same length, clipped only if that is part of the transformation.
"""

import io
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import soundfile
import soxr

from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.audio.low_pass import low_pass

Transformation = Mapping[str, float]
MOST_MP3_KBPS, LEAST_MP3_KBPS = 160, 8
"""Bit rates at the ends of libsndfile's compression level, for MPEG-2 at 22 050 Hz."""
MP3_DELAY = 1105
"""Samples of delay by the encoder (576) and the decoder (529).

libsndfile removes the delay by itself if LAME's header states it. Below 56 kbit/s, the first
frame has no room for that header.
"""


def mp3(waveform: np.ndarray, kbps: int) -> np.ndarray:
    """``waveform`` encoded as an MP3 of a constant bit rate, and decoded."""
    compression = (MOST_MP3_KBPS - kbps) / (MOST_MP3_KBPS - LEAST_MP3_KBPS)
    form = {"subtype": "MPEG_LAYER_III", "bitrate_mode": "CONSTANT"}
    file = encoded(waveform, format="MP3", compression_level=compression, **form)
    decoded, _ = soundfile.read(file, dtype="float32")
    start = 0 if len(decoded) == len(waveform) else MP3_DELAY
    return decoded[start : start + len(waveform)]


def ogg(waveform: np.ndarray, quality: float) -> np.ndarray:
    """``waveform`` encoded as Ogg Vorbis of a quality from 0 to 10, and decoded."""
    compression = 1 - quality / 10
    file = encoded(waveform, format="OGG", subtype="VORBIS", compression_level=compression)
    return soundfile.read(file, dtype="float32")[0]


def encoded(waveform: np.ndarray, **form: str | float) -> io.BytesIO:
    """A mono file in memory; ``form`` are arguments of `soundfile.SoundFile`."""
    content = io.BytesIO()
    with soundfile.SoundFile(content, "w", SAMPLE_RATE, channels=1, **form) as file:
        file.write(waveform)
    content.seek(0)
    return content


def resampled(waveform: np.ndarray, rate_hz: int) -> np.ndarray:
    """``waveform`` resampled to another sample rate and back."""
    there = soxr.resample(waveform, SAMPLE_RATE, rate_hz)
    back = soxr.resample(there, rate_hz, SAMPLE_RATE)[: len(waveform)]
    return np.pad(back, (0, len(waveform) - len(back)))


def with_noise(waveform: np.ndarray, snr_db: float, rng: np.random.Generator) -> np.ndarray:
    """``waveform`` with white noise from ``rng``, at this SNR over all samples."""
    noise = rng.standard_normal(len(waveform))
    norm = np.linalg.norm(waveform.astype(np.float64)) * 10 ** (-snr_db / 20)
    return waveform + (norm / np.linalg.norm(noise) * noise).astype(np.float32)


def at_level(waveform: np.ndarray, gain_db: float) -> np.ndarray:
    """``waveform`` amplified by ``gain_db``."""
    return waveform * np.float32(10 ** (gain_db / 20))


def shifted(waveform: np.ndarray, samples: int) -> np.ndarray:
    """``waveform`` delayed by ``samples``: zeros come first, and the end is cut off."""
    return np.pad(waveform, (samples, 0))[: len(waveform)]


def of_bits(waveform: np.ndarray, bits: int) -> np.ndarray:
    """``waveform`` quantised to ``bits`` without dither, clipped at full scale."""
    steps = np.float32(2 ** (bits - 1))
    return np.clip(np.rint(waveform * steps), -steps, steps - 1) / steps


class Kind(NamedTuple):
    """A kind of transformation."""

    name: str
    """The name in tables and figures, with a placeholder for the strength."""
    apply: Callable[..., np.ndarray]
    """Transforms a waveform, given the strength and, for noise, a random generator."""
    adjoint: Callable[..., np.ndarray] = lambda gradient, strength: gradient
    """Maps a gradient at the transformed waveform to one at the waveform: see `adjoint`."""


def _time_reversed(filtered: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """The adjoint of a causal filter: the filter run backwards in time."""
    return lambda gradient, strength: filtered(gradient[::-1], strength)[::-1]


KINDS = {
    "mp3_kbps": Kind("mp3 {} kbit/s", mp3),
    "ogg_quality": Kind("ogg quality {}", ogg),
    "low_pass_hz": Kind("low-pass {} Hz", low_pass, _time_reversed(low_pass)),
    # soxr's filters are symmetric, so that resampling there and back is its own adjoint.
    "resampled_hz": Kind("resampled {} Hz", resampled, resampled),
    "noise_snr_db": Kind("noise {} dB SNR", with_noise),
    "level_db": Kind("level {:+} dB", at_level, at_level),
    "shift_samples": Kind("shift {} samples", shifted, _time_reversed(shifted)),
    "bits": Kind("{} bits", of_bits),
}


def name_of(transformation: Transformation) -> str:
    """The name of a transformation in tables and figures, such as ``mp3 64 kbit/s``."""
    ((kind, strength),) = transformation.items()
    return KINDS[kind].name.format(strength)


def transform(
    waveform: np.ndarray, transformation: Transformation, rng: np.random.Generator
) -> np.ndarray:
    """A float32 waveform ``(samples,)``, transformed; noise is drawn from ``rng``."""
    ((kind, strength),) = transformation.items()
    random = [rng] if kind == "noise_snr_db" else []
    return KINDS[kind].apply(waveform, strength, *random)


def adjoint(gradient: np.ndarray, transformation: Transformation) -> np.ndarray:
    """The gradient ``(samples,)`` at a waveform, from the one at the transformed waveform.

    It is exact for linear transformations. The gradient passes unchanged through codecs and
    rounding, which have no useful gradient (Athalye et al. 2018), and through noise, whose
    level hardly depends on any one sample.
    """
    ((kind, strength),) = transformation.items()
    return KINDS[kind].adjoint(gradient, strength)
