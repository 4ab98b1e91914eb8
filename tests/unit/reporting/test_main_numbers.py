"""The lines with which a run ends."""

import os

import pandas as pd

from music_adversaries.reporting.main_numbers import last_lines, main_numbers
from music_adversaries.tidy_tables import write_table

COLUMNS = (
    "dataset partition fold seed architecture training adversary mode stage accuracy"
    " snr_db_median"
).split()
MERITS = pd.DataFrame(
    [
        ["a", "random", 0, 1, "dnn", "standard", "none", "none", "clean", 0.8, ""],
        ["a", "artist_filtered", 0, 1, "dnn", "standard", "none", "none", "clean", 0.6, ""],
        # Of two adversaries the one that leaves less, before the mean over partitions.
        *(
            ["a", partition, 0, 1, "dnn", training, name, "all_wrong", "resynthesised", *found]
            for partition, training, name, found in [
                ("random", "standard", "weak", (0.7, 50.0)),
                ("random", "standard", "strong", (0.1, 30.0)),
                ("artist_filtered", "standard", "weak", (0.3, 40.0)),
                ("random", "retrained", "strong", (0.25, 35.0)),
            ]
        ),
        # Neither before the file is written nor towards the true class.
        ["a", "random", 0, 1, "dnn", "standard", "weak", "all_wrong", "adversarial", 0.0, 1.0],
        ["a", "random", 0, 1, "dnn", "standard", "weak", "perfect", "resynthesised", 0.0, 1.0],
    ],
    columns=COLUMNS,
)
CLAIMS = pd.DataFrame(
    {"claim": list("abc"), "dataset": "a", "verdict": ["holds", "fails", "holds"]}
)


def test_the_worst_adversary_of_each_run_counts():
    assert main_numbers(MERITS, CLAIMS)[1:] == [
        "  clean accuracy           dnn 70 %",
        "  under attack             dnn 20 %",
        "  retrained, under attack  dnn 25 %",
        "  median SNR of attacks    dnn 35 dB",
        "  the paper's claims       2 holds, 1 fails",
    ]


def test_what_was_not_run_has_a_dash():
    clean = MERITS[MERITS["stage"] == "clean"]
    assert main_numbers(clean, CLAIMS)[2] == "  under attack             –"


def test_only_what_the_run_made_is_told(tmp_path):
    for name, table in {"figures_of_merit": MERITS, "claims": CLAIMS}.items():
        (tmp_path / "tables").mkdir(exist_ok=True)
        write_table(table, tmp_path / "tables" / f"{name}.tsv")
    page = tmp_path / "listening/index.html"
    page.parent.mkdir()
    page.touch()
    since = page.stat().st_mtime
    os.utime(tmp_path / "tables/claims.tsv", (since - 10, since - 10))
    assert last_lines(tmp_path, since) == [
        "Open first:",
        f"  {page}  the adversarial excerpts, to listen to",
    ]
    os.utime(tmp_path / "tables/claims.tsv", (since + 1, since + 1))
    os.utime(tmp_path / "tables/figures_of_merit.tsv", (since + 1, since + 1))
    assert last_lines(tmp_path, since)[1] == "  clean accuracy           dnn 70 %"
