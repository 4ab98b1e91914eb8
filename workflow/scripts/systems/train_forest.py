"""Train the forest on the activations of a trained frame DNN."""

from music_job import as_list, device, hardware, run

from music_adversaries.datasets.folds import read_fold
from music_adversaries.datasets.magnitude_shards import Magnitudes
from music_adversaries.systems.forest import save_forest
from music_adversaries.systems.loading import load_description, load_system
from music_adversaries.systems.system import save_system
from music_adversaries.training.forest import train_forest


def train_forest_on_system(snakemake):
    base = snakemake.input.system[0]
    options = snakemake.params.options
    seed = int(snakemake.wildcards.seed)
    forest_system = train_forest(
        load_system(base).to(device(snakemake)),
        Magnitudes(as_list(snakemake.input.magnitudes)),
        read_fold(snakemake.input.fold),
        options["layers"],
        options["trees"],
        seed,
    )
    features_of = load_description(base)
    description = {
        "network": "forest",
        "options": options,
        "features_of": {key: features_of[key] for key in ("network", "options")},
        "seed": seed,
        **hardware(snakemake),
    }
    save_forest(forest_system.forest, snakemake.output.forest)
    save_system(forest_system, snakemake.output.model, description)


run(train_forest_on_system, snakemake)
