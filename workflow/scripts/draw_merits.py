"""Draw the table of confusions and figures of merit of one system and kind of test set."""

import math

from job import run
from music_adversaries.figures.confusion_table import confusion_table, snr_subtitle
from music_adversaries.figures.style import save
from music_adversaries.snr_limits import snr_limit_db
from music_adversaries.tables import read_table

CLEAN = {"adversary": "none", "mode": "none"}


def draw_merits(snakemake):
    wildcards = dict(snakemake.wildcards.items())
    title = "{architecture}, {training} training; {dataset}, {partition} partition"
    subtitle = "no adversary"
    here = wildcards | CLEAN
    if "adversary" in wildcards:
        here = {**wildcards, "snr_limit_db": snr_limit_db(wildcards["snr_limit"])}
        del here["snr_limit"]
        subtitle = attack_subtitle(read_table(snakemake.input.figures_of_merit), here)
    merits = matching(read_table(snakemake.input.merits), here)
    figure = confusion_table(merits, title.format_map(wildcards), subtitle)
    save(figure, snakemake.output)


def matching(table, wanted):
    for column, value in wanted.items():
        table = table[table[column] == value]
    return table.replace("", math.nan)


def attack_subtitle(figures_of_merit, here):
    judged = matching(figures_of_merit, {**here, "stage": "resynthesised"})
    level = snr_subtitle(judged.snr_db_mean.mean(), judged.snr_db_sd.mean())
    return f"{here['adversary']}, mode {here['mode']}; {level}"


run(draw_merits, snakemake)
