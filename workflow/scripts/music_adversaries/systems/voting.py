"""The vote of an excerpt's units, which gives the posterior of the excerpt."""

from torch import Tensor


def vote(scores: Tensor) -> Tensor:
    """Mean posteriors ``(excerpts, classes)`` of scores ``(excerpts, units, classes)``.

    The "majority vote" of Kereliuk et al. (2015), which sum over units. The class with the
    largest posterior is the excerpt's label, its posterior the confidence.
    """
    return scores.softmax(dim=-1).mean(dim=-2)
