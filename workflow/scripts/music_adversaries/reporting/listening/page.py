"""The page itself: HTML that can be read without its script, and the files next to it."""

import math
import shutil
from collections import Counter
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.judged_tables import SYSTEM, UNTARGETED
from music_adversaries.reporting.listening import FOLDER, PAGE, SCRIPT, STYLE
from music_adversaries.reporting.listening.cards import ALREADY, OUTCOMES, REACHED, Card
from music_adversaries.reporting.listening.media import DYNAMIC_RANGE_DB, PALETTE

FILTERS = {
    "genre": "Genre (true class)",
    "system": "System",
    "training": "Training",
    "adversary": "Adversary",
}
"""The filters of the page, with their labels."""

WITH_SNR = (REACHED, ALREADY)
"""Outcomes for which a grid shows the SNR."""


def write_page(attacked: list[Card], probed: list[Card], folder: Path) -> None:
    """Write ``index.html`` into the folder of the cards' sounds and pictures.

    Args:
        attacked: cards of test sets.
        probed: cards of excerpts with every class as the target; cards of one system,
            and of one excerpt, follow one another.
        folder: the folder of the page.
    """
    html = render(attacked, probed)
    # Bytes of a file name that are not Unicode become the replacement character.
    html = html.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    (folder / "index.html").write_text(html, encoding="utf-8")
    for name in (STYLE, SCRIPT):
        shutil.copyfile(FOLDER / name, folder / name)


def render(attacked: list[Card], probed: list[Card]) -> str:
    """The page's HTML."""
    cards = [
        card | {"number": number, "filters": filtered_by(card)}
        for number, card in enumerate([*attacked, *probed], 1)
    ]
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(PAGE).render(
        attacked=cards[: len(attacked)],
        grids=make_grids(cards[len(attacked) :]),
        count=dict.fromkeys(OUTCOMES, 0) | Counter(card["outcome"] for card in cards),
        with_snr=WITH_SNR,
        total=len(cards),
        filters=FILTERS,
        choices={name: sorted({card["filters"][name] for card in cards}) for name in FILTERS},
        untargeted=UNTARGETED,
        sample_rate_hz=SAMPLE_RATE,
        dynamic_range_db=DYNAMIC_RANGE_DB,
        palette=["#{:02x}{:02x}{:02x}".format(*colour) for colour in PALETTE[::9]],
        datasets=sorted({card["dataset"] for card in cards}),
        isinf=math.isinf,
    )


def filtered_by(card: Card) -> dict[str, str]:
    """The value of a card for each of `FILTERS`."""
    limit_db = card["snr_limit_db"]
    limit = "any SNR" if math.isinf(limit_db) else f"SNR ≥ {limit_db:g} dB"
    return {
        "genre": card["true"] or "unknown",
        "system": "{architecture}, {dataset}, {partition} partition".format_map(card),
        "training": card["training"],
        "adversary": f"{card['adversary']}, {limit}",
    }


def make_grids(probed: list[Card]) -> list[list[list[Card]]]:
    """A grid per system and adversary: a row per excerpt, with a card per target class.

    Cards get ``share``: where their SNR is between the lowest and the highest of the grid, from
    0 to 1, or None if they show no SNR.
    """
    systems = groupby(probed, itemgetter(*SYSTEM, "adversary", "snr_limit_db"))
    return [_grid(list(cards)) for _, cards in systems]


def _grid(cards: list[Card]) -> list[list[Card]]:
    snrs_db = [card["snr_db"] for card in cards if card["outcome"] in WITH_SNR]
    lowest_db = min(snrs_db, default=0)
    range_db = max(max(snrs_db, default=0) - lowest_db, 1)

    def with_share(card: Card) -> Card:
        shown = card["outcome"] in WITH_SNR
        return card | {"share": (card["snr_db"] - lowest_db) / range_db if shown else None}

    rows = groupby(map(with_share, cards), itemgetter("excerpt"))
    return [list(row) for _, row in rows]
