"""Sum up everything that was judged in the experiment's tables."""

from job import run
from music_adversaries import evaluation
from music_adversaries.comparisons import paired_comparisons
from music_adversaries.tables import read_table, write_table


def make_tables(snakemake):
    clean = read_table(snakemake.input.clean)
    adversarial = read_table(snakemake.input.adversarial)
    filtered = read_table(snakemake.input.filtered)
    tables = {
        "partition_sizes": evaluation.partition_sizes(read_table(snakemake.input.folds)),
        "figures_of_merit": evaluation.figures_of_merit(clean, adversarial),
        "merits": evaluation.merit_tables(clean, adversarial, snakemake.params.labels),
        "partition_difference": evaluation.partition_difference(clean),
        "paired_comparisons": paired_comparisons(clean, adversarial),
        "low_pass": evaluation.low_pass(filtered),
    }
    for name, table in tables.items():
        write_table(table, snakemake.output[name])


run(make_tables, snakemake)
