"""The page on which adversaries are listened to: tables and waveforms in, one folder out.

Nothing on the page is named after what comes from the data: sounds and pictures are
numbered (`media`), and every label or name is escaped where it is shown (`page`). What a
card says of an excerpt is in `cards`; how samples become sounds in `sounds`, how levels
become pictures in `pictures`.
"""

from pathlib import Path

FOLDER = Path(__file__).parent / "templates"
PAGE, STYLE, SCRIPT = "page.html.jinja", "page.css", "page.js"
TEMPLATES = [FOLDER / name for name in (PAGE, STYLE, SCRIPT)]
