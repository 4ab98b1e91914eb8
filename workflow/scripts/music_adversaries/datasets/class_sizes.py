"""The check whether the classes of a dataset are large enough to be partitioned."""

from collections import Counter
from collections.abc import Iterable

from music_adversaries.errors import InputError


def check_classes(
    label_artists: Iterable[tuple[str, object]],
    partition: str,
    fold_count: int,
    labels: Iterable[str] = (),
) -> None:
    """Raise `InputError` for classes with fewer excerpts, or artists, than folds.

    ``label_artists`` has a pair for each excerpt. ``labels`` names classes that are checked
    even if no excerpt has them.
    """
    what = "artists" if partition == "artist_filtered" else "excerpts"
    pairs = list(label_artists)
    counted = dict.fromkeys(pairs) if what == "artists" else pairs
    counts = Counter(dict.fromkeys(labels, 0))
    counts.update(label for label, _ in counted)
    scarce = [f"{label} ({count})" for label, count in counts.items() if count < fold_count]
    if scarce:
        raise InputError(
            f"The {partition} partition into {fold_count} folds needs {fold_count} {what} or"
            f" more in every class, and these have fewer: {', '.join(scarce)}. Leave them out"
            " with the dataset's `labels`, lower `fold_count`, or take this partition out of"
            " the dataset's `partitions`."
        )
