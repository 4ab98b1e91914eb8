"""The variants of training, by their names in the config."""

from collections.abc import Callable
from functools import partial

from music_adversaries.training import adversarial
from music_adversaries.training.loop import Variant


def against_pgd(snr_db: float, steps: int) -> Variant:
    """Training against the current system (Madry et al. 2018).

    The epoch that is kept is the best under the same adversary, as robust errors rise again
    in long trainings (Rice, Wong and Kolter 2020).
    """
    perturb = partial(adversarial.pgd, snr_db=snr_db, steps=steps)
    return Variant(perturb, {"error_valid_pgd": perturb}, "error_valid_pgd")


def against_single_step(snr_db: float, steps: int) -> Variant:
    """Training against a single step (Wong, Rice and Kolter 2020), validated with PGD.

    The epoch that is kept is the best under `adversarial.pgd` of ``steps`` steps. Training
    ends when it overfits to the single step.
    """
    perturb = partial(adversarial.single_step, snr_db=snr_db)
    validated = {
        "error_valid_pgd": partial(adversarial.pgd, snr_db=snr_db, steps=steps),
        "error_valid_single_step": perturb,
    }
    return Variant(perturb, validated, "error_valid_pgd", watch=adversarial.overfitted)


def against_noise(snr_db: float) -> Variant:
    """Training with noise of the norm that `against_pgd` allows, and validated with it."""
    perturb = partial(adversarial.noise, snr_db=snr_db)
    return Variant(perturb, {"error_valid_noise": perturb}, "error_valid_noise")


def longer(steps: int) -> Variant:
    """Training without perturbations, for as many passes as `against_pgd` needs."""
    return Variant(lengthening=adversarial.passes_of_pgd(steps))


VARIANTS: dict[str, Callable[..., Variant]] = {
    "pgd": against_pgd,
    "fast": against_single_step,
    "noise": against_noise,
    "longer": longer,
}
"""By the training's name; the arguments are among the config's ``adversarial_training``."""
