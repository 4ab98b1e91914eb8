"""Sum up everything that was judged in the experiment's tables."""

from job import run

from music_adversaries.evaluation import figures_of_merit
from music_adversaries.evaluation.comparisons import paired_comparisons
from music_adversaries.judged_tables import read_collected
from music_adversaries.tidy_tables import write_table


def make_tables(snakemake):
    clean = read_collected(snakemake.input.clean)
    adversarial = read_collected(snakemake.input.adversarial)
    filtered = read_collected(snakemake.input.filtered)
    tables = {
        "partition_sizes": figures_of_merit.partition_sizes(
            read_collected(snakemake.input.folds)
        ),
        "figures_of_merit": figures_of_merit.figures_of_merit(clean, adversarial),
        "merits": figures_of_merit.merit_tables(clean, adversarial, snakemake.params.labels),
        "partition_difference": figures_of_merit.partition_difference(clean),
        "paired_comparisons": paired_comparisons(clean, adversarial),
        "low_pass": figures_of_merit.low_pass(filtered),
    }
    for name, table in tables.items():
        write_table(table, snakemake.output[name])


run(make_tables, snakemake)
