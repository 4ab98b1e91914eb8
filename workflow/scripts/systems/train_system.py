"""Train one system on a fold."""

import importlib
from pathlib import Path

from music_job import as_list, device, hardware, network_of, run

import torch

from music_adversaries.datasets.folds import read_fold
from music_adversaries.datasets.magnitude_shards import Magnitudes
from music_adversaries.systems.system import build_system, save_system
from music_adversaries.tidy_tables import write_table
from music_adversaries.training.checkpoints import Checkpoint
from music_adversaries.training.loop import STANDARD, Recipe, Variant, train


def train_system(snakemake):
    fold = read_fold(snakemake.input.fold)
    architecture = snakemake.params.architecture
    training = snakemake.wildcards.training
    settings = snakemake.params.adversarial_training
    variant = variant_of(training, settings)
    seed = int(snakemake.wildcards.seed)
    network = network_of(snakemake, snakemake.wildcards.architecture)
    torch.manual_seed(seed)  # for random numbers that a plugin draws while it is built
    labels = sorted(fold.label.unique())
    system = build_system(network, architecture["options"], labels).to(device(snakemake))
    # Not an output, since Snakemake removes the outputs of a job that was killed.
    checkpoint = Checkpoint(
        Path(snakemake.output.model).with_name(".checkpoint"), training_of(snakemake)
    )
    history = train(
        system,
        Magnitudes(as_list(snakemake.input.magnitudes)),
        fold,
        Recipe(**snakemake.params.recipe),
        seed,
        variant,
        checkpoint,
    )
    kept = history.loc[history[variant.selected_by].idxmin()]
    description = {
        **architecture,
        "training": training,
        "adversarial_training": settings,
        "seed": seed,
        "selected_by": variant.selected_by,
        **{column: kept[column] for column in history if column.startswith("error_")},
        "epochs": len(history),
        "stopped_by_watch": variant.watch(history),
        **hardware(snakemake),
    }
    write_table(history, snakemake.output.history)
    save_system(system, snakemake.output.model, description)
    checkpoint.remove()


def variant_of(training: str, settings: dict) -> Variant:
    """The variant of a training; ``standard`` and ``retrained`` have no settings.

    Only adversarial trainings import the variants, so that an edit there reruns no other.
    """
    if not settings:
        return STANDARD
    variants = importlib.import_module("music_adversaries.training.variants")
    return variants.VARIANTS[training](**settings)


def training_of(snakemake) -> dict:
    """Everything on which a training depends: code, settings, data and hardware.

    JSON can hold it. As in Snakemake, sizes and times stand for the content of files, since
    magnitudes may be large.
    """
    files = [Path(file) for file in snakemake.input]
    return {
        "params": dict(snakemake.params.items()),
        "wildcards": dict(snakemake.wildcards.items()),
        "files": [[file.stat().st_size, file.stat().st_mtime_ns] for file in files],
        "hardware": hardware(snakemake),
    }


run(train_system, snakemake)
