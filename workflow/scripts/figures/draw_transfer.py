"""Draw which systems take what was written against another for its target."""

from job import columns_of, run

from music_adversaries.reporting.figures.labels import attack_name
from music_adversaries.reporting.figures.style import save
from music_adversaries.reporting.figures.transfer import transfer_matrix
from music_adversaries.tidy_tables import read_table


def draw_transfer(snakemake):
    wildcards = dict(snakemake.wildcards.items())
    here = columns_of(wildcards)
    table = read_table(snakemake.input[0])
    for column, value in here.items():
        table = table[table[column] == value]
    attack = attack_name(here["adversary"], here["snr_limit_db"])
    title = f"{here['dataset']}: excerpts written by {attack}"
    save(transfer_matrix(table, title), snakemake.output)


run(draw_transfer, snakemake)
