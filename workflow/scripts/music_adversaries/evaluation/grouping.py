"""Tables that have a row for each group of judgements."""

from collections.abc import Callable, Iterable, Iterator

import pandas as pd


def groups(
    table: pd.DataFrame, keys: list[str], sort: bool = True
) -> Iterator[tuple[dict, pd.DataFrame]]:
    """The groups of rows that agree in ``keys``: these values by column, and the rows.

    Missing values, such as the SNR limit of clean excerpts, form groups as well.
    """
    for values, group in table.groupby(keys, dropna=False, sort=sort):
        yield dict(zip(keys, values, strict=True)), group


def rows_of_groups(
    table: pd.DataFrame,
    keys: list[str],
    figures: Callable[[pd.DataFrame], Iterable[dict]],
    sort: bool = True,
) -> list[dict]:
    """The rows that ``figures`` returns for each group, preceded by the group's ``keys``."""
    return [place | row for place, group in groups(table, keys, sort) for row in figures(group)]
