"""The examples of docs/extending.md, as files and as config."""

import re
from pathlib import Path

import yaml

PAGE = Path(__file__).parents[1] / "docs" / "extending.md"
FILE = re.compile(r"^`(plugins/\w+\.py)`:\n\n```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
CONFIG = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def write_examples(folder):
    """Write the page's plugins below ``folder``; returns their paths by name."""
    paths = {}
    for file, text in FILE.findall(PAGE.read_text(encoding="utf-8")):
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        paths[path.stem] = path
    return paths


def examples_config():
    """The page's lines of config, together."""
    config = {}
    for text in CONFIG.findall(PAGE.read_text(encoding="utf-8")):
        config |= yaml.safe_load(text)
    return config
