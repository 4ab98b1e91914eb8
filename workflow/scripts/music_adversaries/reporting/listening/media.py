"""The sounds and pictures in the page's folder: numbered, each written once."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from music_adversaries.reporting.listening.pictures import spectrogram
from music_adversaries.reporting.listening.sounds import sound_script, to_flac


class Media:
    """Writes sounds as ``sounds/{number}.js`` and pictures as ``pictures/{number}.png``.

    What is the same as something before gets its number, such as an original that several
    adversaries started from.
    """

    def __init__(self, folder: Path, magnitudes: Callable[[np.ndarray], np.ndarray]):
        """``magnitudes`` gives those ``(frames, bins)`` of a waveform ``(samples,)``."""
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

    def pictures(self, original: np.ndarray, adversarial: np.ndarray) -> tuple[int, int, int]:
        """The numbers of the spectrograms of original, adversarial and their difference.

        All three are on the scale that ends at the original's largest magnitude. The samples
        are 16-bit, ``(samples,)``, of one length.
        """
        original, adversarial = (x.astype(np.float32) / 32768 for x in (original, adversarial))
        levels = self._magnitudes(original)
        top = levels.max()
        return (
            self._picture(levels, top),
            self._picture(self._magnitudes(adversarial), top),
            self._picture(self._magnitudes(adversarial - original), top),
        )

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
