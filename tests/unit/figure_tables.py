"""Small made-up tables and arrays for the tests of figures."""

from itertools import product

import numpy as np
import pandas as pd

from music_adversaries.figures.perceptual import MEASURES
from music_adversaries.figures.spectra import spectra
from music_adversaries.figures.waveforms import waveforms

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
    """A table as `evaluation.merit_table` makes it, of made-up numbers."""
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


def drawn_spectra(frames=60, title="one excerpt"):
    rng = np.random.default_rng(0)
    levels = [rng.uniform(-100, top, (frames, 513)) for top in (20, 20, -10)]
    levels[2][:, 300:] = -np.inf
    return spectra(*levels, 512 / 22050, 22050 / 1024, frames // 2, title)


def drawn_waveforms(title="one excerpt"):
    rng = np.random.default_rng(0)
    original = 0.3 * np.sin(np.arange(1000) / 20)
    difference = 0.004 * rng.uniform(-1, 1, 1000)
    return waveforms(original, original + difference, 12.5, 22050, title)
