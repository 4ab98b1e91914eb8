"""Sounds and pictures in the folder of the page: numbered, each written once."""

import base64
import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
from matplotlib import colormaps
from PIL import Image

from music_adversaries.audio import SAMPLE_RATE

DYNAMIC_RANGE_DB = 80
MOST_COLUMNS, MOST_ROWS = 480, 128
"""The largest numbers of pixels along time and frequency."""
COLOURS = 64
PALETTE = colormaps["magma"].resampled(COLOURS)(np.arange(COLOURS), bytes=True)[:, :3]


class Media:
    """Writes sounds as ``sounds/{number}.js`` and pictures as ``pictures/{number}.png``.

    Equal content, such as one original under several adversaries, is written once.
    """

    def __init__(self, folder: Path, magnitudes: Callable[[np.ndarray], np.ndarray]):
        """``magnitudes`` returns those ``(frames, bins)`` of a waveform ``(samples,)``."""
        self._folder = folder
        self._magnitudes = magnitudes
        self._numbers: dict[str, dict[str, int]] = {"sounds": {}, "pictures": {}}
        for name in self._numbers:
            (folder / name).mkdir(parents=True)

    def sound(self, samples: np.ndarray) -> int:
        """The number of a sound of 16-bit samples ``(samples,)``."""
        number, new = self._number("sounds", samples.tobytes())
        if new:
            file = self._folder / "sounds" / f"{number}.js"
            file.write_text(sound_script(number, to_flac(samples)), encoding="ascii")
        return number

    def pictures(self, original: np.ndarray, adversarial: np.ndarray) -> list[int]:
        """The numbers of the spectrograms of original, adversarial and their difference.

        The brightest colour of all three is the largest magnitude of the original. The samples
        are 16-bit, ``(samples,)``, of one length.
        """
        original, adversarial = (x.astype(np.float32) / 32768 for x in (original, adversarial))
        waveforms = [original, adversarial, adversarial - original]
        magnitudes = [self._magnitudes(waveform) for waveform in waveforms]
        return [self._picture(each, magnitudes[0].max()) for each in magnitudes]

    def _picture(self, magnitudes: np.ndarray, top: float) -> int:
        png = spectrogram(magnitudes, top)
        number, new = self._number("pictures", png)
        if new:
            (self._folder / "pictures" / f"{number}.png").write_bytes(png)
        return number

    def _number(self, kind: str, content: bytes) -> tuple[int, bool]:
        """The number of this content, and whether it is new."""
        numbers = self._numbers[kind]
        digest = hashlib.sha256(content).hexdigest()
        new = digest not in numbers
        return numbers.setdefault(digest, len(numbers) + 1), new


def to_flac(samples: np.ndarray) -> bytes:
    """16-bit ``samples`` ``(samples,)`` as a mono FLAC at `SAMPLE_RATE`, bit for bit."""
    file = io.BytesIO()
    soundfile.write(file, samples, SAMPLE_RATE, format="FLAC", subtype="PCM_16")
    return file.getvalue()


def sound_script(number: int, flac: bytes) -> str:
    """A script that passes the sound of this number to the page.

    A page opened from disk may run scripts next to it, but may not read other files.
    """
    return f'receiveSound({number}, "{base64.b64encode(flac).decode()}");\n'


def spectrogram(magnitudes: np.ndarray, top: float) -> bytes:
    """A PNG of a spectrogram, time to the right and frequency upwards.

    The colours are even in dB, from `DYNAMIC_RANGE_DB` below the magnitude ``top`` up to it. A
    pixel shows the mean power of the frames and bins that it covers.

    Args:
        magnitudes: ``(frames, bins)``, at least one of each.
        top: the magnitude of the brightest colour, above 0.
    """
    power = _pooled(_pooled(np.square(magnitudes, dtype=float), MOST_COLUMNS).T, MOST_ROWS)
    with np.errstate(divide="ignore"):
        below_top_db = 10 * np.log10(power) - 20 * np.log10(top)
    share = np.clip(1 + below_top_db / DYNAMIC_RANGE_DB, 0, 1)
    image = Image.fromarray(np.rint(share * (COLOURS - 1)).astype(np.uint8)[::-1])
    image.putpalette(PALETTE.tobytes())
    file = io.BytesIO()
    image.save(file, format="PNG", optimize=True)
    return file.getvalue()


def _pooled(values: np.ndarray, most: int) -> np.ndarray:
    """Means of neighbouring rows, so that at most ``most`` remain."""
    count = len(values)
    starts = np.arange(min(count, most)) * count // min(count, most)
    sums = np.add.reduceat(values, starts)
    return sums / np.diff([*starts, count])[:, None]
