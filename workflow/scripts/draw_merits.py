"""Draw the table of confusions and figures of merit of one system and kind of test set."""

import math

from job import columns_of, run
from music_adversaries.figures.confusion_table import confusion_table, snr_subtitle
from music_adversaries.figures.style import save
from music_adversaries.tables import read_table

CLEAN = {"adversary": "none", "mode": "none"}


def draw_merits(snakemake):
    wildcards = dict(snakemake.wildcards.items())
    title = "{architecture}, {training} training; {dataset}, {partition} partition"
    here = CLEAN | columns_of(wildcards)
    merits = matching(read_table(snakemake.input[0]), here)
    subtitle = "no adversary"
    if here["adversary"] != "none":
        level = snr_subtitle(merits.snr_db_mean.iloc[0], merits.snr_db_sd.iloc[0])
        subtitle = f"{here['adversary']}, mode {here['mode']}; {level}"
    figure = confusion_table(merits, title.format_map(wildcards), subtitle)
    save(figure, snakemake.output)


def matching(table, wanted):
    for column, value in wanted.items():
        table = table[table[column] == value]
    return table.replace("", math.nan)


run(draw_merits, snakemake)
