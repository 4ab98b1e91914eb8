"""The vote: what a system says of an excerpt, from what its network says of the units."""

from torch import Tensor


def vote(scores: Tensor) -> Tensor:
    """Mean posteriors ``(excerpts, classes)`` of scores ``(excerpts, units, classes)``.

    The "majority vote" of Kereliuk et al. (2015): the largest is the excerpt's label, as with
    the sum over units; its value is the confidence.
    """
    return scores.softmax(dim=-1).mean(dim=-2)
