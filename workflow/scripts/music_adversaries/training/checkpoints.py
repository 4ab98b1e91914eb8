"""Checkpoints: what lets a training that was killed go on, and end with the same bits."""

import hashlib
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load, save
from torch import Tensor, nn

from music_adversaries.atomic_writes import clear_leftovers, whole

LARGEST_SHARE = 0.01
"""Of the time of a training, what writing checkpoints may take."""

Tensors = dict[str, Tensor]


@dataclass
class TrainingState:
    """All that a training changes from one epoch to the next."""

    system: nn.Module
    optimiser: torch.optim.Optimizer
    order: np.random.Generator
    """Draws the order of the units."""
    generator: torch.Generator
    """Draws perturbations, on the system's device. Dropout draws from torch's own."""
    history: list[dict] = field(default_factory=list)
    """A row an epoch."""
    best: Tensors = field(default_factory=dict)
    """The system's parameters after the best epoch."""

    def tensors(self) -> Tensors:
        """The state but for `numbers`, on its devices."""
        tensors = {
            **_named("system", self.system.state_dict()),
            **_named("best", self.best),
            "generator": self.generator.get_state(),
            "torch": torch.get_rng_state(),
        }
        if self.generator.device.type == "cuda":
            tensors["cuda"] = torch.cuda.get_rng_state(self.generator.device)
        for number, quantities in self.optimiser.state_dict()["state"].items():
            tensors |= _named(f"optimiser.{number}", quantities)
        return tensors

    def numbers(self) -> dict:
        """What goes into JSON, where whole numbers have any length and floats every bit."""
        return {"history": self.history, "order": self.order.bit_generator.state}

    def take(self, tensors: Tensors, numbers: dict) -> None:
        """Become the state whose `tensors` and `numbers` these are."""
        device = self.generator.device
        self.history = numbers["history"]
        self.order.bit_generator.state = numbers["order"]
        self.system.load_state_dict(_of("system", tensors))
        self.best = {name: value.to(device) for name, value in _of("best", tensors).items()}
        self.generator.set_state(tensors["generator"])
        torch.set_rng_state(tensors["torch"])
        if "cuda" in tensors:
            torch.cuda.set_rng_state(tensors["cuda"], device)
        of_parameters: dict[int, Tensors] = {}
        for name, value in _of("optimiser", tensors).items():
            number, _, quantity = name.partition(".")
            of_parameters.setdefault(int(number), {})[quantity] = value
        # Its rates stay: they are set at every epoch.
        self.optimiser.load_state_dict({**self.optimiser.state_dict(), "state": of_parameters})


class Checkpoint:
    """The file that holds the state of one training until this is done."""

    def __init__(self, path: str | Path, training: object):
        """``training``, fit for JSON, is all on which the bits of the training depend."""
        self._path = Path(path)
        text = json.dumps(training, sort_keys=True)
        self._training = hashlib.sha256(text.encode()).hexdigest()
        self._written_s = time.monotonic()
        self._writing_s = 0.0

    def save(self, state: TrainingState) -> None:
        """Write the state, unless that would take more than `LARGEST_SHARE` of the time."""
        started_s = time.monotonic()
        if started_s - self._written_s < self._writing_s / LARGEST_SHARE:
            return
        tensors = {name: value.contiguous().cpu() for name, value in state.tensors().items()}
        text = json.dumps([self._training, state.numbers()])
        body = b"\n".join([text.encode(), save(tensors)])
        with whole(self._path) as partial:
            partial.write_bytes(b"\n".join([_digest(body), body]))
        self._written_s = time.monotonic()
        self._writing_s = self._written_s - started_s

    def resume(self, state: TrainingState) -> None:
        """Let ``state`` be what was saved; where that is of no use, say so and leave it."""
        try:
            saved = self._path.read_bytes()
        except FileNotFoundError:
            return
        digest, _, body = saved.partition(b"\n")
        if digest != _digest(body):
            _say(f"The checkpoint {self._path} is damaged: training starts anew.")
            return
        text, _, tensors = body.partition(b"\n")
        training, numbers = json.loads(text)
        if training != self._training:
            _say(f"The checkpoint {self._path} is another training's: training starts anew.")
            return
        state.take(load(tensors), numbers)
        _say(f"Training goes on after {len(state.history)} epochs, from {self._path}.")

    def remove(self) -> None:
        """Take the file away: the training is done, and its results are written."""
        clear_leftovers(self._path)
        self._path.unlink(missing_ok=True)


def _named(prefix: str, tensors: Tensors) -> Tensors:
    return {f"{prefix}.{name}": value for name, value in tensors.items()}


def _of(prefix: str, tensors: Tensors) -> Tensors:
    start = f"{prefix}."
    return {k.removeprefix(start): value for k, value in tensors.items() if k.startswith(start)}


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
