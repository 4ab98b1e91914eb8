"""The HTML page for listening to adversarial excerpts, written as one folder.

`cards` describes each adversarial excerpt, `media` writes numbered sounds and pictures, `page`
writes the page. No file is named after data, and the page escapes every label and name.
"""

from pathlib import Path

FOLDER = Path(__file__).parent / "templates"
PAGE, STYLE, SCRIPT = "page.html.jinja", "page.css", "page.js"
TEMPLATES = [FOLDER / name for name in (PAGE, STYLE, SCRIPT)]
