"""What happens to music files on their way: codecs, filters, noise, other levels and cuts.

A transformation is a mapping of one entry, as the config has it: its kind, a key of `KINDS`,
and how strong it is, as in ``{"mp3_kbps": 64}``. It takes and returns waveforms at 22 050 Hz
of one length. Nothing is clipped that the transformation itself does not clip.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import soundfile
import soxr

from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.audio.low_pass import low_pass

Transformation = Mapping[str, float]
NONE = "none"
"""The name of no transformation at all."""

MOST_MP3_KBPS, LEAST_MP3_KBPS = 160, 8
"""Ends of libsndfile's compression level: the rates of MPEG-2 at 22 050 Hz."""
MP3_DELAY = 1105
"""Samples by which encoder and decoder delay a file without LAME's note of the delay.

Below 56 kbit/s the first frame has no room for the note; with it, libsndfile cuts the delay
off by itself. 576 samples are the encoder's and 529 the decoder's.
"""
BEST_OGG_QUALITY = 10


def mp3(waveform: np.ndarray, kbps: int) -> np.ndarray:
    """Through an MP3 of a constant rate, in kbit/s, and back."""
    compression = (MOST_MP3_KBPS - kbps) / (MOST_MP3_KBPS - LEAST_MP3_KBPS)
    file = encoded(
        waveform,
        format="MP3",
        subtype="MPEG_LAYER_III",
        compression_level=compression,
        bitrate_mode="CONSTANT",
    )
    decoded, _ = soundfile.read(file, dtype="float32")
    start = 0 if len(decoded) == len(waveform) else MP3_DELAY
    return decoded[start : start + len(waveform)]


def ogg(waveform: np.ndarray, quality: float) -> np.ndarray:
    """Through an Ogg Vorbis file of a quality from 0 to 10, and back."""
    compression = 1 - quality / BEST_OGG_QUALITY
    file = encoded(waveform, format="OGG", subtype="VORBIS", compression_level=compression)
    decoded, _ = soundfile.read(file, dtype="float32")
    return decoded


def encoded(waveform: np.ndarray, **form: str | float) -> io.BytesIO:
    """A mono file, ready to be read, of the ``form`` that `soundfile.SoundFile` is told."""
    content = io.BytesIO()
    with soundfile.SoundFile(content, "w", SAMPLE_RATE, channels=1, **form) as file:
        file.write(waveform)
    content.seek(0)
    return content


def resampled(waveform: np.ndarray, rate_hz: int) -> np.ndarray:
    """To another sample rate and back."""
    there = soxr.resample(waveform, SAMPLE_RATE, rate_hz)
    back = soxr.resample(there, rate_hz, SAMPLE_RATE)[: len(waveform)]
    return np.pad(back, (0, len(waveform) - len(back)))


def with_noise(waveform: np.ndarray, snr_db: float, rng: np.random.Generator) -> np.ndarray:
    """With white noise, drawn from ``rng``, at an SNR over the whole waveform."""
    noise = rng.standard_normal(len(waveform))
    norm = np.linalg.norm(waveform.astype(np.float64)) * 10 ** (-snr_db / 20)
    return waveform + (norm / np.linalg.norm(noise) * noise).astype(np.float32)


def at_level(waveform: np.ndarray, gain_db: float) -> np.ndarray:
    """Louder or softer."""
    return waveform * np.float32(10 ** (gain_db / 20))


def shifted(waveform: np.ndarray, samples: int) -> np.ndarray:
    """Later by so many samples: zeros come first, and the end is cut off."""
    return np.pad(waveform, (samples, 0))[: len(waveform)]


def of_bits(waveform: np.ndarray, bits: int) -> np.ndarray:
    """Rounded, without dither, to steps of so many bits; clipped at full scale."""
    steps = np.float32(2 ** (bits - 1))
    return np.clip(np.rint(waveform * steps), -steps, steps - 1) / steps


@dataclass(frozen=True)
class Kind:
    """A kind of transformation."""

    name: str
    """The name in tables and figures, with a place for how strong it is."""
    apply: Callable[..., np.ndarray]
    """Takes a waveform and how strong it is; noise takes a generator of it as well."""
    adjoint: Callable[..., np.ndarray] = lambda gradient, strength: gradient
    """Takes a gradient at what came out; returns that at what went in. See `adjoint`."""


KINDS = {
    "mp3_kbps": Kind("mp3 {} kbit/s", mp3),
    "ogg_quality": Kind("ogg quality {}", ogg),
    "low_pass_hz": Kind(
        "low-pass {} Hz", low_pass, lambda gradient, hz: low_pass(gradient[::-1], hz)[::-1]
    ),
    # soxr's filters are symmetric, so that resampling there and back is its own adjoint.
    "resampled_hz": Kind("resampled {} Hz", resampled, resampled),
    "noise_snr_db": Kind("noise {} dB SNR", with_noise),
    "level_db": Kind("level {:+} dB", at_level, at_level),
    "shift_samples": Kind(
        "shift {} samples",
        shifted,
        lambda gradient, samples: shifted(gradient[::-1], samples)[::-1],
    ),
    "bits": Kind("{} bits", of_bits),
}


def name_of(transformation: Transformation) -> str:
    """The name of a transformation in tables and figures, such as ``mp3 64 kbit/s``."""
    ((kind, strength),) = transformation.items()
    return KINDS[kind].name.format(strength)


def transform(
    waveform: np.ndarray, transformation: Transformation, rng: np.random.Generator
) -> np.ndarray:
    """A float32 waveform ``(samples,)``, transformed; what is random is drawn from ``rng``."""
    ((kind, strength),) = transformation.items()
    drawn = [rng] if kind == "noise_snr_db" else []
    return KINDS[kind].apply(waveform, strength, *drawn)


def adjoint(gradient: np.ndarray, transformation: Transformation) -> np.ndarray:
    """The gradient ``(samples,)`` at the waveform, of that at the transformed waveform.

    Exact where a transformation is linear. Codecs and rounding, which have no useful
    gradient, are passed straight through (Athalye et al. 2018), and so is noise, whose level
    hardly depends on any one sample.
    """
    ((kind, strength),) = transformation.items()
    return KINDS[kind].adjoint(gradient, strength)
