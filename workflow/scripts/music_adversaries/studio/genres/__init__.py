"""Ten genres, one grammar each."""

from .blues import BLUES
from .classical import CLASSICAL
from .country import COUNTRY
from .disco import DISCO
from .grammar import ROLES, Chair, Genre, Groove
from .hiphop import HIPHOP
from .jazz import JAZZ
from .metal import METAL
from .pop import POP
from .reggae import REGGAE
from .rock import ROCK

GRAMMARS = {
    grammar.name: grammar
    for grammar in (
        BLUES,
        CLASSICAL,
        COUNTRY,
        DISCO,
        HIPHOP,
        JAZZ,
        METAL,
        POP,
        REGGAE,
        ROCK,
    )
}

__all__ = ["GRAMMARS", "ROLES", "Chair", "Genre", "Groove"]
