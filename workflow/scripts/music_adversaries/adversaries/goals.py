"""What an adversary wants of a system's judgement, and how far a judgement is from it."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

LEAST_MARGIN = 1e-5
"""A judgement by less may turn with the rounding of float32, which depends on the batch."""
TINY = 1e-30
ALL_UNITS = 0.2
"""Weight of the units' cross-entropy far from the boundary."""


@dataclass(frozen=True)
class Goal:
    """To ``reach`` the target class, or to ``leave`` it for any other."""

    kind: str
    stop_confidence: float
    """Mean posterior that the wanted class has to exceed, besides being the label."""

    def wanted(self, posterior: Tensor, targets: Tensor) -> Tensor:
        """Classes ``(excerpts,)`` to go for: the targets, or the nearest of the others."""
        return targets if self.kind == "reach" else _without(posterior, targets).argmax(dim=-1)

    def margin(self, log_posterior: Tensor, targets: Tensor) -> Tensor:
        """By how much ``(excerpts,)`` the wanted class is ahead; positive if it is the label.

        In nats, of log posteriors ``(excerpts, classes)``: over the best other class, or
        over `stop_confidence` where that is less.
        """
        target = log_posterior.gather(1, targets[:, None])[:, 0]
        others = _without(log_posterior, targets).amax(dim=-1)
        wanted, rival = (target, others) if self.kind == "reach" else (others, target)
        needed = torch.full_like(rival, self.stop_confidence).clamp_min(TINY).log()
        return wanted - torch.maximum(rival, needed)

    def met(self, posterior: Tensor, targets: Tensor) -> Tensor:
        """Whether ``(excerpts,)`` a judgement ``(excerpts, classes)`` is what is wanted."""
        return self.margin_of(posterior, targets) > LEAST_MARGIN

    def margin_of(self, posterior: Tensor, targets: Tensor) -> Tensor:
        """The `margin` of posteriors ``(excerpts, classes)`` that may be 0."""
        return self.margin(posterior.clamp_min(TINY).log(), targets)


def boundary(goal: Goal, scores: Tensor, targets: Tensor) -> Tensor:
    """Cost ``(excerpts,)``: how far the mean posterior is from where the label changes.

    Its gradient is that of the units near their own boundary: units that are won, and
    those that would cost too much, are let go. In logarithms, so that it does not vanish
    where the system is sure.
    """
    log_posterior = scores.log_softmax(dim=-1).logsumexp(dim=-2)
    return -goal.margin(log_posterior - math.log(scores.shape[-2]), targets)


def approach(goal: Goal, scores: Tensor, targets: Tensor) -> Tensor:
    """Cost ``(excerpts,)`` for what is far from the `boundary`: it pushes all units as well.

    To the boundary a share of the units' mean cross-entropy is added, since the boundary
    alone goes for the few units that yield first and may end where no more of them do.
    """
    wanted = goal.wanted(scores.detach().softmax(dim=-1).mean(dim=-2), targets)
    return boundary(goal, scores, targets) + ALL_UNITS * _units_cross_entropy(scores, wanted)


def plain(goal: Goal, scores: Tensor, targets: Tensor) -> Tensor:
    """Cost ``(excerpts,)`` of the textbook: the units' mean cross-entropy of the target.

    Of the goal `leave`, its negative. It spends most on the units that are furthest from the
    target, and where a system is sure of what is to be left, it has no gradient in float32.
    """
    units = _units_cross_entropy(scores, targets)
    return units if goal.kind == "reach" else -units


def _units_cross_entropy(scores: Tensor, classes: Tensor) -> Tensor:
    """Mean cross-entropy ``(excerpts,)`` of the units with ``classes`` ``(excerpts,)``."""
    classes = classes[:, None].expand(scores.shape[:2])
    return cross_entropy(scores.transpose(1, 2), classes, reduction="none").mean(dim=-1)


def _without(values: Tensor, classes: Tensor) -> Tensor:
    return values.scatter(1, classes[:, None], -torch.inf)
