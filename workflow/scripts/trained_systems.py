"""The systems and adversaries that a job's wildcards name, whose code may be a plugin.

The path of a plugin is read from the config, as that of audio is, so that moving it reruns
nothing. Its content is digested in the params of the rules.
"""

from music_job import config, device, network_of

from music_adversaries.plugins import is_plugin
from music_adversaries.systems.loading import load_system
from music_adversaries.systems.system import System


def named_system(snakemake) -> System:
    """The trained system that a job judges or attacks, on the job's device."""
    architecture = snakemake.wildcards.architecture
    return loaded_system(snakemake, snakemake.input.system[0], architecture)


def loaded_system(snakemake, model: str, architecture: str) -> System:
    """The trained system of an architecture, from its file ``model``, on the job's device."""
    network = network_of(snakemake, architecture)
    system = load_system(model, network if is_plugin(network) else None)
    return system.to(device(snakemake))


def named_adversary(snakemake) -> dict:
    """The settings of a job's adversary, with its method as the config names it."""
    adversary = config(snakemake)["adversaries"][snakemake.wildcards.adversary]
    return {**snakemake.params.adversary, "method": adversary["method"]}
