"""Checkpoints, from which a killed training resumes with bit-identical results."""

import hashlib
import io
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from music_adversaries.atomic_writes import clear_leftovers, whole

LARGEST_SHARE = 0.01
"""The share of the training time that writing checkpoints may take."""
DIGEST_BYTES = 32


@dataclass
class TrainingState:
    """Everything that changes from one epoch to the next."""

    system: nn.Module
    optimiser: torch.optim.Optimizer
    order: np.random.Generator
    """Draws the order of the units."""
    generator: torch.Generator
    """Draws perturbations, on the system's device. Dropout uses torch's own generator."""
    history: list[dict] = field(default_factory=list)
    """A row per epoch."""
    best: dict[str, Tensor] = field(default_factory=dict)
    """The system's parameters after the best epoch."""

    def values(self) -> dict:
        """The state in tensors and plain Python values."""
        device = self.generator.device
        return {
            "history": self.history,
            "best": self.best,
            "system": self.system.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "order": self.order.bit_generator.state,
            "generator": self.generator.get_state(),
            "torch": torch.get_rng_state(),
            "cuda": torch.cuda.get_rng_state(device) if device.type == "cuda" else None,
        }

    def restore(self, values: dict) -> None:
        """Set the state to ``values`` as `values` returned them."""
        self.history, self.best = values["history"], values["best"]
        self.system.load_state_dict(values["system"])
        self.optimiser.load_state_dict(values["optimiser"])
        self.order.bit_generator.state = values["order"]
        self.generator.set_state(values["generator"])
        torch.set_rng_state(values["torch"])
        if values["cuda"] is not None:
            torch.cuda.set_rng_state(values["cuda"], self.generator.device)


class Checkpoint:
    """The file that holds the state of one training until it is done.

    Its first bytes are the SHA-256 digest of the rest. `torch.load` reads the rest with
    ``weights_only``, which runs no code from the file.
    """

    def __init__(self, path: str | Path, training: object):
        """``training``, an object for JSON, is everything that determines the result."""
        self._path = Path(path)
        self._training = json.dumps(training, sort_keys=True)
        self._written_s = time.monotonic()
        self._writing_s = 0.0

    def save(self, state: TrainingState) -> None:
        """Write the state, unless that would take more than `LARGEST_SHARE` of the time."""
        started_s = time.monotonic()
        if started_s - self._written_s < self._writing_s / LARGEST_SHARE:
            return
        file = io.BytesIO()
        torch.save({"training": self._training, **state.values()}, file)
        content = file.getvalue()
        with whole(self._path) as partial:
            partial.write_bytes(hashlib.sha256(content).digest() + content)
        self._written_s = time.monotonic()
        self._writing_s = self._written_s - started_s

    def resume(self, state: TrainingState) -> None:
        """Restore ``state`` from the file; without a usable file, leave it and say why."""
        if not self._path.exists():
            return
        fault, values = self._read()
        if fault:
            message = f"The checkpoint {self._path} is {fault}: training starts anew."
        else:
            state.restore(values)
            message = f"Training goes on after {len(state.history)} epochs, from {self._path}."
        print(message, file=sys.stderr, flush=True)

    def remove(self) -> None:
        """Delete the file, once the results of the training are written."""
        clear_leftovers(self._path)
        self._path.unlink(missing_ok=True)

    def _read(self) -> tuple[str, dict]:
        """What is wrong with the file, empty if nothing is, and the values in it."""
        saved = self._path.read_bytes()
        digest, content = saved[:DIGEST_BYTES], saved[DIGEST_BYTES:]
        if digest != hashlib.sha256(content).digest():
            return "damaged", {}
        values = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
        return "" if values["training"] == self._training else "another training's", values
