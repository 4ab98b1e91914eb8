"""Sum up what was attacked at many SNR limits: curves, and the smallest changes that do."""

from job import run

from music_adversaries.evaluation import curves, minimum_snr
from music_adversaries.judged_tables import read_collected
from music_adversaries.snr_limits import snr_limit_db
from music_adversaries.tidy_tables import write_table


def make_curves(snakemake):
    excerpts = read_collected(snakemake.input[0])
    limits_db = list(map(snr_limit_db, snakemake.params.snr_limits))
    snrs = minimum_snr.minimum_snrs(excerpts, snakemake.params.minimum)
    tables = {
        "curves": curves.curves(excerpts, snakemake.params.minimum, limits_db),
        "robust_accuracy": curves.robust_accuracy(excerpts, limits_db),
        "minimum_snr": minimum_snr.summary(snrs),
        "minimum_snr_difference": minimum_snr.differences(snrs),
    }
    for name, table in tables.items():
        write_table(table, snakemake.output[name])


run(make_curves, snakemake)
