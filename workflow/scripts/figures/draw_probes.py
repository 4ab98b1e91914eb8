"""Draw the table of excerpts × target classes of one system under one adversary."""

from job import run

from music_adversaries.reporting.figures.labels import attack_name
from music_adversaries.reporting.figures.probes import probe_table
from music_adversaries.reporting.figures.style import save
from music_adversaries.snr_limits import snr_limit_db
from music_adversaries.tidy_tables import read_table

TITLE = (
    "{architecture}, {training} training, seed {seed}; {dataset}, {partition} partition,"
    " fold {fold}"
)


def draw_probes(snakemake):
    wildcards = snakemake.wildcards
    attack = attack_name(wildcards.adversary, snr_limit_db(wildcards.snr_limit))
    title = TITLE.format_map(dict(wildcards.items()))
    figure = probe_table(read_table(snakemake.input[0]), title, f"pushed by {attack}")
    save(figure, snakemake.output)


run(draw_probes, snakemake)
