"""Small made-up tables and arrays for the tests of figures."""

from itertools import product

import numpy as np
import pandas as pd

from music_adversaries.reporting.figures.perceptual import MEASURES
from music_adversaries.reporting.figures.spectra import spectra
from music_adversaries.reporting.figures.waveforms import waveforms

GENRES = [
    "blues",
    "classical",
    "country",
    "disco",
    "hiphop",
    "jazz",
    "metal",
    "pop",
    "reggae",
    "rock",
]
AWKWARD = [
    "$x$ and $y$",
    "a_b^c",
    "100 %",
    "<b>R&B</b>",
    "música popular brasileira",
    "#1\\n",
]


def merits(labels, runs=3, seed=0):
    """A table as `figures_of_merit.merit_table` makes it, of made-up numbers."""
    rng = np.random.default_rng(seed)
    rows = [("confusion", t, p) for p in labels for t in labels]
    rows += [("precision", None, p) for p in labels] + [("f_score", t, None) for t in labels]
    rows += [("normalised_accuracy", None, None)]
    table = pd.DataFrame(rows, columns=["quantity", "true", "predicted"])
    mean = rng.uniform(0, 100, len(rows))
    half = rng.uniform(0, 20, len(rows)) if runs > 1 else np.nan
    bounds = {"percent_low": mean - half, "percent_high": mean + half}
    return table.assign(percent_mean=mean, **bounds, runs=runs)


def sizes(labels, artists=9):
    splits = [("train", 50), ("valid", 25), ("test", 25)]
    rows = [
        ("made", partition, fold, split, label, n, artists)
        for partition, folds in (("random", 2), ("artist_filtered", 1))
        for fold in range(folds)
        for split, n in splits
        for label in labels
    ]
    columns = ["dataset", "partition", "fold", "split", "label", "excerpts", "artists"]
    return pd.DataFrame(rows, columns=columns)


def figures_of_merit(
    partitions=("random", "artist_filtered"), limits=(15.0,), modes=("all_wrong", "perfect")
):
    rng = np.random.default_rng(0)
    attacks = [("none", np.nan, "none", "clean")] + [
        ("projected", limit, mode, stage)
        for limit in limits
        for mode in modes
        for stage in ("adversarial", "resynthesised")
    ]
    rows = [
        ("made", partition, fold, 0, architecture, "ordinary", *attack, rng.random())
        for partition in partitions
        for fold in range(3)
        for architecture in ("frame_dnn", "slice_cnn")
        for attack in attacks
    ]
    columns = ["dataset", "partition", "fold", "seed", "architecture", "training"]
    columns += ["adversary", "snr_limit_db", "mode", "stage", "normalised_accuracy"]
    return pd.DataFrame(rows, columns=columns)


def probes(excerpts, targets, true=None):
    """Every excerpt pushed into every class: a third fail, the truth needs no change."""
    true = true or [targets[i % len(targets)] for i in range(len(excerpts))]
    rows = []
    for i, (excerpt, truth) in enumerate(zip(excerpts, true, strict=True)):
        for j, target in enumerate(targets):
            failed, unchanged = (i + j) % 3 == 1, target == truth
            predicted = next(t for t in targets if t != target) if failed else target
            snr_db = np.inf if unchanged else 20.0 + i + j / 10
            rows.append((excerpt, truth, target, predicted, snr_db, 0 if unchanged else 9))
    columns = ["excerpt", "true", "target", "predicted", "snr_db", "iterations"]
    return pd.DataFrame(rows, columns=columns)


def low_pass(
    partitions=("random", "artist_filtered"),
    architectures=("dnn", "forest"),
    cutoffs_hz=(1000.0, 2000.0, 4000.0, np.inf),
):
    rng = np.random.default_rng(0)
    keys = product(partitions, architectures, ("clean", "adversarial"), cutoffs_hz)
    table = pd.DataFrame(
        keys, columns=["partition", "architecture", "condition", "cutoff_hz"]
    ).assign(dataset="made", training="standard", adversary="projected", mode="all_wrong")
    accuracy = rng.uniform(0.2, 0.8, len(table))
    return table.assign(
        snr_limit_db=15.0, accuracy=accuracy, low=accuracy - 0.1, high=accuracy + 0.15
    )


def curves(architectures=("cnn", "dnn"), adversaries=("minimum", "projected")):
    """Success that rises as the SNR falls, less for each line than for the one before."""
    keys = product(architectures, ("retrained", "standard"), adversaries, SNRS_DB[1:])
    columns = ["architecture", "training", "adversary", "snr_limit_db"]
    table = pd.DataFrame(keys, columns=columns)
    success = 1 / (1 + np.exp((table["snr_limit_db"].clip(0) - 25) / 8))
    success *= 0.95 ** (1 + table.groupby(columns[:3], sort=False).ngroup())
    return table.assign(success=success, success_low=success - 0.1, success_high=success + 0.1)


def robust_accuracies(partitions=("random",), trainings=("retrained", "standard")):
    """Accuracy that falls with the SNR, of one architecture, higher for each next line."""
    columns = ["partition", "training", "snr_limit_db"]
    table = pd.DataFrame(product(partitions, trainings, SNRS_DB), columns=columns)
    accuracy = 0.8 / (1 + np.exp((20 - table["snr_limit_db"].clip(0, 80)) / 8))
    accuracy += 0.01 * table.groupby(columns[:2], sort=False).ngroup()
    return table.assign(
        dataset="made",
        architecture="dnn",
        accuracy=accuracy,
        low=accuracy - 0.1,
        high=accuracy + 0.05,
    )


def minimum_snrs(partitions=("random",), trainings=("retrained", "standard")):
    """Of ten excerpts two unchanged, five that gave way, three that never did."""
    snrs_db = [np.inf, np.inf, 41.0, 33.5, 28.0, 21.5, 4.0, *[-np.inf] * 3]
    keys = product(partitions, trainings, snrs_db)
    table = pd.DataFrame(keys, columns=["partition", "training", "minimum_snr_db"])
    return table.assign(dataset="made", architecture="dnn", adversary="smallest")


SNRS_DB = [np.inf, 50.0, 40.0, 30.0, 20.0, 10.0, -np.inf]


def transfer(systems):
    """Every system against every other, and itself: some rows have nothing left to judge."""
    rng = np.random.default_rng(0)
    others = [(*source, "another", *judge) for source in systems for judge in systems]
    rows = [(*each, "itself", *each) for each in systems] + [
        row for row in others if row[:3] != row[4:]
    ]
    columns = ["partition", "architecture", "training", "judge"]
    columns += [f"judge_{name}" for name in columns[:3]]
    success = rng.random(len(rows))
    success[len(systems) :: 5] = np.nan
    excerpts = np.where(np.isnan(success), 0, rng.integers(1, 100, len(rows)))
    return pd.DataFrame(rows, columns=columns).assign(success=success, excerpts=excerpts)


def perceptual(adversaries=("projected", "hidden")):
    """A table as `perceptual_summary.perceptual` makes it, of made-up numbers."""
    rng = np.random.default_rng(0)
    keys = product(adversaries, ("dnn", "cnn"), ["snr_db", *MEASURES])
    table = pd.DataFrame(keys, columns=["adversary", "architecture", "quantity"])
    table["median"] = rng.uniform(0, 40, len(table))
    return table.assign(
        dataset="made",
        partition="random",
        training="standard",
        snr_limit_db=table["adversary"].map({"projected": 15.0}).fillna(-np.inf),
        mode="all_wrong",
        low=table["median"] - rng.uniform(0, 5, len(table)),
        high=table["median"] + rng.uniform(0, 5, len(table)),
    )


CASES = [
    # value, low, high, verdict, each against a threshold of 0.5
    (0.9, 0.8, 0.95, "holds"),
    (0.3, 0.2, 0.4, "fails"),
    (0.6, 0.4, 0.7, "undecided"),
    (0.7, np.nan, np.nan, "undecided"),
]


def claims(rule="above", statement="The adversary defeats them"):
    """Claims a, of four cases, and c, without any."""
    cases = pd.DataFrame(CASES, columns=["value", "low", "high", "verdict"]).assign(
        claim="a",
        dataset="made",
        partition=["random", "random", "artist_filtered", "artist_filtered"],
        training="standard",
        systems=["dnn", "cnn", "dnn", "cnn"],
        adversary="projected",
        snr_limit_db=15.0,
        statistic="success rate",
        threshold=0.5,
    )
    claims = pd.DataFrame({"claim": ["a", "c"], "dataset": "made", "statement": statement})
    return claims.assign(rule=rule, verdict=["fails", "not run"]), cases


SUBTITLE = "cnn, standard training, random partition; projected, SNR ≥ 15 dB"


def drawn_spectra(frames=60, title="one excerpt"):
    rng = np.random.default_rng(0)
    levels = [rng.uniform(-100, top, (frames, 513)) for top in (20, 20, -10)]
    levels[2][:, 300:] = -np.inf
    return spectra(*levels, 22050, 512, frames // 2, title, SUBTITLE)


def drawn_waveforms(title="one excerpt"):
    rng = np.random.default_rng(0)
    original = 0.3 * np.sin(np.arange(1000) / 20)
    difference = 0.004 * rng.uniform(-1, 1, 1000)
    return waveforms(original, original + difference, 12.5, 22050, title, SUBTITLE)


TRANSFORMATIONS = (
    *("none", "mp3 128 kbit/s", "mp3 64 kbit/s", "mp3 32 kbit/s", "ogg quality 6"),
    *("ogg quality 0", "low-pass 4000 Hz", "resampled 16000 Hz", "resampled 11025 Hz"),
    *("noise 40 dB SNR", "noise 20 dB SNR", "level -6 dB", "shift 7 samples"),
    *("shift 256 samples", "8 bits"),
)


def survival(partitions=("random",), adversaries=("waveform", "expectation"), limits=(20.0,)):
    """A table as `survival.survival` makes it, of made-up numbers."""
    keys = product(partitions, ("dnn", "cnn"), adversaries, limits, TRANSFORMATIONS)
    names = ["partition", "architecture", "adversary", "snr_limit_db", "transformation"]
    table = pd.DataFrame(keys, columns=names)
    table = table.assign(dataset="made", training="standard", excerpts=30, turned=24)
    rng = np.random.default_rng(0)
    for share in ("survival", "accuracy_clean"):
        value = rng.uniform(0.1, 0.9, len(table))
        bounds = {f"{share}_low": value - 0.1, f"{share}_high": value + 0.05}
        table = table.assign(**{share: value}, **bounds)
    return table
