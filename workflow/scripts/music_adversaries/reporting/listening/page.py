"""The page itself: HTML that reads without its script, and what lies beside it."""

import math
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.reporting.listening import FOLDER, PAGE, SCRIPT, STYLE
from music_adversaries.reporting.listening.cards import ALREADY, OUTCOMES, REACHED, Card
from music_adversaries.reporting.listening.pictures import DYNAMIC_RANGE_DB, PALETTE

FILTERS = {
    "genre": "Genre (true class)",
    "system": "System",
    "training": "Training",
    "adversary": "Adversary",
}
"""What can be filtered by, as the page calls it."""

WITH_SNR = (REACHED, ALREADY)
"""Outcomes of which a grid shows at which SNR."""


@dataclass(frozen=True)
class Grid:
    """Excerpts that one adversary pushed into every class of one system."""

    targets: list[str]
    rows: list[list[Card]]
    """The cards of one excerpt each, in the order of the targets."""
    lowest_db: float
    highest_db: float
    """SNRs between which the cells' colours run."""

    @property
    def cards(self) -> list[Card]:
        return [card for row in self.rows for card in row]

    def share(self, card: Card) -> float | None:
        """Where a cell's SNR lies between the lowest and the highest; None without one."""
        if card.outcome not in WITH_SNR:
            return None
        return (card.snr_db - self.lowest_db) / max(self.highest_db - self.lowest_db, 1)


def write_page(attacked: list[Card], probed: list[Card], folder: Path) -> None:
    """Write ``index.html`` into the folder of the cards' sounds and pictures.

    Args:
        attacked: cards of test sets.
        probed: cards of excerpts that were pushed into every class, those of one system,
            and of one excerpt, in a row.
        folder: where it is written.
    """
    html = render(attacked, probed)
    # Bytes of a file's name that are no Unicode become the mark that stands for such.
    html = html.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    (folder / "index.html").write_text(html, encoding="utf-8")
    for name in (STYLE, SCRIPT):
        shutil.copyfile(FOLDER / name, folder / name)


def render(attacked: list[Card], probed: list[Card]) -> str:
    """The page's HTML."""
    cards = [*attacked, *probed]
    choices = {name: _different(filtered_by(card)[name] for card in cards) for name in FILTERS}
    return _template().render(
        attacked=attacked,
        grids=make_grids(probed),
        number={id(card): number for number, card in enumerate(cards, 1)},
        count={which: _count(cards, which) for which in OUTCOMES},
        with_snr=WITH_SNR,
        total=len(cards),
        filters=FILTERS,
        choices=choices,
        filtered_by=filtered_by,
        sample_rate_hz=SAMPLE_RATE,
        dynamic_range_db=DYNAMIC_RANGE_DB,
        palette=["#{:02x}{:02x}{:02x}".format(*colour) for colour in PALETTE[::9]],
        datasets=_different(card.dataset for card in cards),
        isinf=math.isinf,
        id=id,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(PAGE)


def filtered_by(card: Card) -> dict[str, str]:
    """What a card is under each of `FILTERS`."""
    return {
        "genre": card.true or "unknown",
        "system": f"{card.architecture}, {card.dataset}, {card.partition} partition",
        "training": card.training,
        "adversary": f"{card.adversary}, {limit_text(card)}",
    }


def limit_text(card: Card) -> str:
    """The limit of an adversary's SNR, in words."""
    return "any SNR" if math.isinf(card.snr_limit_db) else f"SNR ≥ {card.snr_limit_db:g} dB"


def make_grids(probed: list[Card]) -> list[Grid]:
    """A grid per system and adversary of cards of probes."""
    return [_grid(list(cards)) for _, cards in groupby(probed, _pushed_by)]


def _pushed_by(card: Card) -> tuple:
    system = (card.dataset, card.partition, card.fold, card.seed)
    return (*system, card.architecture, card.training, card.adversary, card.snr_limit_db)


def _grid(cards: list[Card]) -> Grid:
    snrs_db = [card.snr_db for card in cards if card.outcome in WITH_SNR]
    rows = [list(row) for _, row in groupby(cards, lambda card: card.excerpt)]
    return Grid(
        targets=[card.target for card in rows[0]],
        rows=rows,
        lowest_db=min(snrs_db, default=0),
        highest_db=max(snrs_db, default=0),
    )


def _different(names: Iterable[str]) -> list[str]:
    return sorted(set(names))


def _count(cards: list[Card], which: str) -> int:
    return sum(card.outcome == which for card in cards)
