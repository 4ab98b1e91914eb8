"""The last lines of a run: its main numbers, and which files to open first."""

from pathlib import Path

import pandas as pd

from music_adversaries.tidy_tables import read_table

OPEN_FIRST = {
    "listening/index.html": "the adversarial excerpts, to listen to",
    "figures/overview.png": "accuracy of each system, clean and attacked",
    "tables/claims.md": "the paper's claims: does each hold on this data?",
}
"""Files in the folder of results."""
RUN = ["partition", "fold", "seed", "architecture", "training"]


def last_lines(results: Path, since: float) -> list[str]:
    """The last lines of a run: main numbers and files to open, as far as the run made them.

    Args:
        results: the folder of results.
        since: when the run began, in Unix time.
    """
    merits, claims = (results / f"tables/{name}.tsv" for name in ("figures_of_merit", "claims"))
    lines = []
    if _is_new(merits, since) and _is_new(claims, since):
        lines = main_numbers(read_table(merits), read_table(claims))
    made = [file for file in OPEN_FIRST if _is_new(results / file, since)]
    if made:
        lines.append("Open first:")
    return lines + [f"  {results / file}  {OPEN_FIRST[file]}" for file in made]


def main_numbers(merits: pd.DataFrame, claims: pd.DataFrame) -> list[str]:
    """Accuracies, SNRs and verdicts, five lines for each dataset.

    The accuracy under attack is that under the worst adversary of the mode ``all_wrong``, on
    the written files.

    Args:
        merits: the table ``figures_of_merit``.
        claims: the table ``claims``.
    """
    lines = []
    for dataset, here in merits.groupby("dataset"):
        clean = here[(here["stage"] == "clean") & (here["training"] == "standard")]
        attacked = here[(here["stage"] == "resynthesised") & (here["mode"] == "all_wrong")]
        worst = attacked.sort_values("accuracy", kind="stable").drop_duplicates(RUN)
        standard = worst[worst["training"] == "standard"]
        retrained = worst[worst["training"] == "retrained"]
        verdicts = claims.loc[claims["dataset"] == dataset, "verdict"].value_counts(sort=False)
        counts = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items())
        lines += [
            f"{dataset}: means over partitions, folds and seeds",
            f"  clean accuracy           {_means(100 * clean['accuracy'], clean, '%')}",
            f"  under attack             {_means(100 * standard['accuracy'], standard, '%')}",
            f"  retrained, under attack  {_means(100 * retrained['accuracy'], retrained, '%')}",
            f"  median SNR of attacks    {_means(standard['snr_db_median'], standard, 'dB')}",
            f"  the paper's claims       {counts}",
        ]
    return lines


def _means(values: pd.Series, merits: pd.DataFrame, unit: str) -> str:
    """The mean of each architecture's values; a dash if there are none."""
    means = pd.to_numeric(values).groupby(merits["architecture"]).mean().dropna()
    return ", ".join(f"{name} {mean:.0f} {unit}" for name, mean in means.items()) or "–"


def _is_new(file: Path, since: float) -> bool:
    return file.is_file() and file.stat().st_mtime >= since
