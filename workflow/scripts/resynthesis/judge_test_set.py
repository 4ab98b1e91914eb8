"""Judge the written excerpts of a test set: filtered, transformed, and by other systems.

Also measures how audible the changes are. A table that the config does not ask for is empty.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from music_job import audio_paths, run

import numpy as np
import pandas as pd

from music_adversaries.audio.files import Excerpts
from music_adversaries.audio.low_pass import low_pass
from music_adversaries.audio.perceptual_metrics import figures
from music_adversaries.audio.transformations import name_of, transform
from music_adversaries.datasets.folds import read_fold
from music_adversaries.judged_tables import ABOUT, NO_TRANSFORMATION, read_attacked
from music_adversaries.progress import counted
from music_adversaries.systems.judging import judge
from music_adversaries.systems.system import System
from music_adversaries.tidy_tables import write_table
from trained_systems import loaded_system, named_system

Change = Callable[[np.ndarray, str], np.ndarray]
"""Changes a waveform ``(samples,)``, given the name of its excerpt."""


@dataclass
class TestSet:
    """The attacked excerpts of a test set, in the same order."""

    table: pd.DataFrame
    originals: Excerpts
    written: Excerpts


def judge_test_set(snakemake):
    table = read_attacked(snakemake.input.table)
    paths, audio = audio_paths(snakemake), snakemake.input.audio
    test_set = TestSet(
        table,
        Excerpts([paths[name] for name in table.excerpt]),
        Excerpts([f"{audio}/{name}.wav" for name in table.excerpt]),
    )
    system, params = named_system(snakemake), snakemake.params
    changed = {
        "filtered": ("cutoff_hz", filters(params.cutoffs_hz)),
        "transformed": ("transformation", transformations(params.transformations)),
    }
    for name, (column, changes) in changed.items():
        write_table(judge_changed(system, test_set, column, changes), snakemake.output[name])
    write_table(judge_by_others(snakemake, test_set), snakemake.output.transfer)
    write_table(measure_perception(snakemake, test_set), snakemake.output.perception)


def filters(cutoffs_hz) -> dict[float, Change]:
    """Low-pass filters by their cut-off; the last one changes nothing (result 7)."""
    every = [*cutoffs_hz, float("inf")] if cutoffs_hz else []
    return {cutoff: lambda waveform, _, hz=cutoff: low_pass(waveform, hz) for cutoff in every}


def transformations(wanted) -> dict[str, Change]:
    """Transformations by their name; the first one changes nothing."""
    if not wanted:
        return {}
    changes = {name_of(each): transformed_by(each) for each in wanted}
    return {NO_TRANSFORMATION: lambda waveform, _: waveform, **changes}


def transformed_by(transformation) -> Change:
    """The change by a transformation; its noise depends only on the excerpt's name."""

    def change(waveform, excerpt):
        rng = np.random.default_rng(list(excerpt.encode(errors="surrogateescape")))
        return transform(waveform, transformation, rng)

    return change


def judge_changed(
    system: System, test_set: TestSet, column: str, changes: Mapping[object, Change]
) -> pd.DataFrame:
    """The attacked system's labels for original and written excerpts after each change.

    Returns a row per excerpt and change; ``column`` holds the name of the change.
    """
    columns = [*ABOUT, column, "predicted_clean", "predicted_adversarial"]
    if not changes:
        return pd.DataFrame(columns=columns)
    tables = []
    for number in counted(range(len(test_set.table)), f"excerpts, {column}"):
        about = test_set.table.loc[[number] * len(changes), ABOUT].reset_index(drop=True)
        about[column] = list(changes)
        for excerpts, judged in (
            (test_set.originals, "predicted_clean"),
            (test_set.written, "predicted_adversarial"),
        ):
            waveform = excerpts[number]
            changed = [change(waveform, about.excerpt[0]) for change in changes.values()]
            about[judged] = judge(system, changed)["predicted"]
        tables.append(about)
    return pd.concat(tables)[columns]


def judge_by_others(snakemake, test_set: TestSet) -> pd.DataFrame:
    """The labels of other systems for the excerpts that were written against this one."""
    about = test_set.table[ABOUT]
    files = snakemake.input.get("models", []), snakemake.input.get("folds", [])
    judges = list(zip(snakemake.params.judges, *files, strict=True))
    tables = [about[:0]]
    for other, model, fold in counted(judges, "judges"):
        system = loaded_system(snakemake, model, other["architecture"])
        columns = {f"judge_{name}": value for name, value in other.items() if name != "dataset"}
        table = about.assign(
            **columns,
            predicted_clean=judge(system, test_set.originals).predicted.to_numpy(),
            predicted_adversarial=judge(system, test_set.written).predicted.to_numpy(),
            judge_trained_on=trained_on(read_fold(fold), about.excerpt).astype(int),
        )
        tables.append(table)
    return pd.concat(tables)


def trained_on(fold: pd.DataFrame, excerpts: pd.Series) -> pd.Series:
    """Which excerpts are in the training or validation set of ``fold``."""
    return excerpts.isin(fold.excerpt[fold.split != "test"])


def measure_perception(snakemake, test_set: TestSet) -> pd.DataFrame:
    """Perceptual measures of the written excerpts."""
    table = test_set.table
    table["iterations"] = read_attacked(snakemake.input.attacked)["iterations"]
    pairs = list(zip(test_set.originals, test_set.written, strict=True))
    measured = pd.DataFrame([figures(*pair) for pair in counted(pairs, "excerpts")])
    return table[[*ABOUT, "iterations", "snr_db"]].join(measured)


run(judge_test_set, snakemake)
