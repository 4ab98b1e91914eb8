"""Draw the table of confusions and figures of merit of each system and kind of test set."""

import math
from pathlib import Path

from job import columns_of, run

from music_adversaries.reporting.figures.confusion_table import (
    confusion_table,
    snr_subtitle,
)
from music_adversaries.reporting.figures.style import save
from music_adversaries.tidy_tables import read_table

FOLDERS = "dataset partition architecture training adversary snr_limit mode".split()
"""What the folders of a figure are called by, from ``results/figures`` down."""
CLEAN = {"adversary": "none", "mode": "none"}


def draw_merits(snakemake):
    merits = read_table(snakemake.input[0])
    for pdf, png in zip(snakemake.output.pdf, snakemake.output.png, strict=True):
        kind = dict(zip(FOLDERS, Path(pdf).parts[2:-1], strict=False))
        save(drawn(merits, kind), [pdf, png])


def drawn(merits, kind):
    """The figure of one system and kind of test set, which its folders name."""
    title = "{architecture}, {training} training; {dataset}, {partition} partition"
    here = CLEAN | columns_of(kind)
    merits = matching(merits, here)
    subtitle = "no adversary"
    if here["adversary"] != "none":
        level = snr_subtitle(merits.snr_db_mean.iloc[0], merits.snr_db_sd.iloc[0])
        subtitle = f"{here['adversary']}, mode {here['mode']}; {level}"
    return confusion_table(merits, title.format_map(kind), subtitle)


def matching(table, wanted):
    for column, value in wanted.items():
        table = table[table[column] == value]
    return table.replace("", math.nan)


run(draw_merits, snakemake)
