"""Excerpts judged behind something that changes them: what the scripts that do so share."""

from collections.abc import Callable, Mapping

from job import audio_paths

import numpy as np
import pandas as pd

from music_adversaries.audio.files import read_excerpt
from music_adversaries.judged_tables import ABOUT, read_attacked
from music_adversaries.progress import counted
from music_adversaries.systems.judging import judge
from named import named_system


def judge_behind(
    snakemake, column: str, changes: Mapping[object, Callable[[np.ndarray, str], np.ndarray]]
) -> pd.DataFrame:
    """Judge a test set's excerpts, original and adversarial as written, behind each change.

    Args:
        snakemake: with the inputs ``manifest``, ``table``, ``audio`` and ``system``.
        column: what the changes' names are called in the table.
        changes: by name, functions of a waveform ``(samples,)`` and its excerpt's name that
            return a waveform of the same length.

    Returns:
        A row per excerpt and change: `ABOUT`, ``column``, ``predicted_clean``,
        ``predicted_adversarial``.
    """
    system = named_system(snakemake)
    paths = audio_paths(snakemake)
    rows = list(read_attacked(snakemake.input.table).itertuples())
    tables = []
    for row in counted(rows, "excerpts"):
        files = {
            "predicted_clean": paths[row.excerpt],
            "predicted_adversarial": f"{snakemake.input.audio}/{row.excerpt}.wav",
        }
        table = pd.DataFrame([[getattr(row, name) for name in ABOUT]] * len(changes))
        table = table.set_axis(ABOUT, axis=1).assign(**{column: list(changes)})
        for judged, file in files.items():
            waveform = read_excerpt(file)
            changed = [change(waveform, row.excerpt) for change in changes.values()]
            table[judged] = judge(system, changed)["predicted"]
        tables.append(table)
    return pd.concat(tables)
