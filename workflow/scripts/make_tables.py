"""Sum up everything that was judged in the experiment's tables."""

from job import run

from music_adversaries import evaluation
from music_adversaries.comparisons import paired_comparisons
from music_adversaries.judgements import read_collected
from music_adversaries.tables import write_table


def make_tables(snakemake):
    clean = read_collected(snakemake.input.clean)
    adversarial = read_collected(snakemake.input.adversarial)
    filtered = read_collected(snakemake.input.filtered)
    tables = {
        "partition_sizes": evaluation.partition_sizes(read_collected(snakemake.input.folds)),
        "figures_of_merit": evaluation.figures_of_merit(clean, adversarial),
        "merits": evaluation.merit_tables(clean, adversarial, snakemake.params.labels),
        "partition_difference": evaluation.partition_difference(clean),
        "paired_comparisons": paired_comparisons(clean, adversarial),
        "low_pass": evaluation.low_pass(filtered),
    }
    for name, table in tables.items():
        write_table(table, snakemake.output[name])


run(make_tables, snakemake)
