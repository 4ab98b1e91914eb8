"""The layout of each tidy table, by the table's name.

A layout takes a tidy table as `tidy_tables.read_table` gives it and returns its printed tables
(`printed.PrintedTable`), none where nothing was run.
"""

from music_adversaries.reporting.tables import curves, grids, lists

LAYOUTS = {
    layout.__name__: layout
    for layout in (
        grids.partition_sizes,
        lists.figures_of_merit,
        grids.merits,
        lists.partition_difference,
        lists.paired_comparisons,
        grids.probes,
        grids.low_pass,
        curves.curves,
        curves.robust_accuracy,
        curves.minimum_snr,
        curves.minimum_snr_difference,
        lists.transfer,
        lists.gradients,
        lists.sanity,
        lists.survival,
        lists.perceptual,
        lists.claims,
        lists.claim_cases,
    )
}
