"""Draw the cases of each claim against its threshold."""

from job import run

from music_adversaries.reporting.figures.claims import claim_cases
from music_adversaries.reporting.figures.style import save
from music_adversaries.tidy_tables import read_table


def draw_claims(snakemake):
    claims, cases = read_table(snakemake.input.claims), read_table(snakemake.input.cases)
    save(claim_cases(claims, cases), snakemake.output)


run(draw_claims, snakemake)
