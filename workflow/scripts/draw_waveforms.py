"""Draw short stretches of some attacked excerpts, as they were written."""

from attacked import draw_each, middle
from job import run
from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.figures.waveforms import waveforms

STRETCH_SECONDS = 0.03


def draw_waveforms(snakemake):
    draw_each(snakemake, "waveforms", drawn)


def drawn(original, adversarial, title):
    start = middle(original)
    stretch = slice(start, start + round(STRETCH_SECONDS * SAMPLE_RATE))
    return waveforms(
        original[stretch],
        adversarial[stretch],
        start_s=start / SAMPLE_RATE,
        sample_rate_hz=SAMPLE_RATE,
        title=title,
    )


run(draw_waveforms, snakemake)
