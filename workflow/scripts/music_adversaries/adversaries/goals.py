"""The goal of an adversary, and costs that measure how far a judgement is from it."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

LEAST_MARGIN = 1e-5
"""A smaller margin may change sign by float32 rounding, which depends on the batch."""
TINY = 1e-30
ALL_UNITS = 0.2
"""Weight in `approach` of the cross-entropy of all units."""


@dataclass(frozen=True)
class Goal:
    """To ``reach`` the target class, or to ``leave`` it for any other class."""

    kind: str
    stop_confidence: float
    """Mean posterior that the wanted class has to exceed, besides being the label."""

    def wanted(self, posterior: Tensor, targets: Tensor) -> Tensor:
        """The wanted classes ``(excerpts,)``: the targets, or the most likely other class."""
        return targets if self.kind == "reach" else _without(posterior, targets).argmax(dim=-1)

    def margin(self, log_posterior: Tensor, targets: Tensor) -> Tensor:
        """How far ``(excerpts,)`` the wanted class is ahead; positive if the goal is met.

        In nats, from log posteriors ``(excerpts, classes)``: the distance to the best rival
        class, or to `stop_confidence` if that is smaller.
        """
        target = log_posterior.gather(1, targets[:, None])[:, 0]
        others = _without(log_posterior, targets).amax(dim=-1)
        wanted, rival = (target, others) if self.kind == "reach" else (others, target)
        needed = torch.full_like(rival, self.stop_confidence).clamp_min(TINY).log()
        return wanted - torch.maximum(rival, needed)

    def margin_of(self, posterior: Tensor, targets: Tensor) -> Tensor:
        """The `margin` of posteriors ``(excerpts, classes)``, which may be 0."""
        return self.margin(posterior.clamp_min(TINY).log(), targets)

    def met(self, posterior: Tensor, targets: Tensor) -> Tensor:
        """Whether ``(excerpts,)`` posteriors ``(excerpts, classes)`` meet the goal."""
        return self.margin_of(posterior, targets) > LEAST_MARGIN


def boundary(goal: Goal, scores: Tensor, targets: Tensor) -> Tensor:
    """Cost ``(excerpts,)``: the negative `Goal.margin` of the mean posterior.

    Takes scores ``(excerpts, units, classes)``. Its gradient comes mainly from units near
    their own decision boundary, and hardly from units that are already classified as wanted or
    are far from it. It is logarithmic, so that it does not vanish if the system is certain.
    """
    log_posterior = scores.log_softmax(dim=-1).logsumexp(dim=-2)
    return -goal.margin(log_posterior - math.log(scores.shape[-2]), targets)


def approach(goal: Goal, scores: Tensor, targets: Tensor) -> Tensor:
    """Cost ``(excerpts,)`` for excerpts far from the decision boundary: it moves all units.

    It adds a share of the units' mean cross-entropy to `boundary`, which alone moves only the
    few units that change first, and may stop before others follow.
    """
    wanted = goal.wanted(scores.detach().softmax(dim=-1).mean(dim=-2), targets)
    all_units = units_cross_entropy(scores, wanted).mean(dim=-1)
    return boundary(goal, scores, targets) + ALL_UNITS * all_units


def plain(goal: Goal, scores: Tensor, targets: Tensor) -> Tensor:
    """Cost ``(excerpts,)`` of the textbook: mean cross-entropy of the units with the target.

    Negative if the goal is to leave the target. It depends most on the units furthest from
    the target, and its gradient vanishes in float32 if the system is certain of a class to be
    left.
    """
    cost = units_cross_entropy(scores, targets).mean(dim=-1)
    return cost if goal.kind == "reach" else -cost


def units_cross_entropy(scores: Tensor, classes: Tensor) -> Tensor:
    """Cross-entropy ``(excerpts, units)`` of the units with ``classes`` ``(excerpts,)``."""
    classes = classes[:, None].expand(scores.shape[:2])
    return cross_entropy(scores.transpose(1, 2), classes, reduction="none")


def _without(values: Tensor, classes: Tensor) -> Tensor:
    return values.scatter(1, classes[:, None], -torch.inf)
