"""Spectrograms of the listening page, as small pictures on one scale in dB."""

import io

import numpy as np
from matplotlib import colormaps
from PIL import Image

DYNAMIC_RANGE_DB = 80
MOST_COLUMNS, MOST_ROWS = 480, 128
"""Pixels along time and frequency."""
COLOURS = 64
PALETTE = colormaps["magma"].resampled(COLOURS)(np.arange(COLOURS), bytes=True)[:, :3]


def spectrogram(magnitudes: np.ndarray, top: float) -> bytes:
    """A PNG of a spectrogram, time to the right and frequency upwards.

    Its colours run over `DYNAMIC_RANGE_DB` up to the magnitude ``top``, evenly in dB; a pixel
    shows the mean power of the frames and bins that it covers.

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
    """Means of neighbouring rows, so that at most ``most`` are left."""
    count = len(values)
    starts = np.arange(min(count, most)) * count // min(count, most)
    sums = np.add.reduceat(values, starts)
    return sums / np.diff([*starts, count])[:, None]
