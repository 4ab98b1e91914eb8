"""The trainings that a config names, as `loop.train` takes them.

``standard`` and ``retrained`` differ in the magnitudes that they are given, and are both the
standard variant. All others are given those of the standard one.
"""

from collections.abc import Callable
from functools import partial

from music_adversaries.training.adversarial import (
    noise,
    overfitted,
    passes_of_pgd,
    pgd,
    single_step,
)
from music_adversaries.training.loop import STANDARD, Variant


def pgd_arm(snr_db: float, steps: int) -> Variant:
    """Training against the current system (Madry et al. 2018).

    The epoch that is kept is the best under the same adversary, as robust errors grow again
    with long training (Rice, Wong and Kolter 2020).
    """
    perturb = partial(pgd, snr_db=snr_db, steps=steps)
    return Variant(perturb, {"error_valid_pgd": perturb}, "error_valid_pgd")


def fast_arm(snr_db: float, steps: int) -> Variant:
    """Training against a single step (Wong, Rice and Kolter 2020), watched by `pgd`.

    The epoch that is kept is the best under `pgd` of ``steps`` steps. Where the watch
    finds that the single step is overfitted, training ends; the best epoch is then one
    before.
    """
    perturb = partial(single_step, snr_db=snr_db)
    validated = {
        "error_valid_pgd": partial(pgd, snr_db=snr_db, steps=steps),
        "error_valid_single_step": perturb,
    }
    return Variant(perturb, validated, "error_valid_pgd", watch=overfitted)


def noise_arm(snr_db: float) -> Variant:
    """Random changes of the norm that `pgd` may use; the epoch kept is the best under them."""
    perturb = partial(noise, snr_db=snr_db)
    return Variant(perturb, {"error_valid_noise": perturb}, "error_valid_noise")


def longer_arm(steps: int) -> Variant:
    """No perturbation, and the passes of `pgd_arm`; the epoch kept is the best as it is.

    An epoch of `pgd_arm` is `passes_of_pgd` epochs here: the rates fall over as many passes,
    and patience and the last epoch come after as many.
    """
    return Variant(lengthening=passes_of_pgd(steps))


VARIANTS: dict[str, Callable[..., Variant]] = {
    "standard": lambda: STANDARD,
    "retrained": lambda: STANDARD,
    "pgd": pgd_arm,
    "fast": fast_arm,
    "noise": noise_arm,
    "longer": longer_arm,
}
"""By the training's name; their arguments are among the config's ``adversarial_training``."""
