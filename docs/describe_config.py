"""Print docs/configuration.md: the config's schema as tables that people read."""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

SCHEMA = Path(__file__).parents[1] / "workflow" / "schemas" / "config.schema.yaml"
HEAD = """# The config

Every key of the config, made by `make configuration` from
[the schema](../workflow/schemas/config.schema.yaml). An unknown key is an error.
`{name}` is a name that you choose, `[]` each entry of a list. A list without a default means
all, or what is set globally. A *plugin* is [your own Python file](extending.md).
"""
COLUMNS = ["key", "type", "default", "meaning"]


def page(schema: dict) -> str:
    """The whole page, for the schema as read from its file."""
    keys = {name: resolved(value, schema) for name, value in schema["properties"].items()}
    single = {name: value for name, value in keys.items() if not inner(value, schema)}
    parts = [HEAD, "## Keys with one value"]
    parts.append(table(COLUMNS, rows("", {"properties": single}, schema)))
    for name, value in keys.items():
        if name not in single:
            parts += [f"## `{name}`", value["description"], *section(name, value, schema)]
    for value in schema["$defs"].values():
        if "title" in value and "properties" in value:
            title = value["title"]
            parts += [f"## {title.capitalize()}", value["description"]]
            parts.append(table(COLUMNS, rows(f"{title}[].", value, schema)))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def resolved(value: dict, schema: dict) -> dict:
    """A subschema merged with the definition that its ``$ref`` names; its own keys win.

    The properties of the two are merged in the same way.
    """
    if "$ref" not in value:
        return value
    target = resolved(schema["$defs"][value["$ref"].removeprefix("#/$defs/")], schema)
    own = {key: each for key, each in value.items() if key != "$ref"}
    if "properties" in own:
        named = target["properties"]
        each_own = {name: {**named[name], **each} for name, each in own["properties"].items()}
        own["properties"] = {**named, **each_own}
    return {**target, **own}


def inner(value: dict, schema: dict) -> dict:
    """The subschema of a map's or a list's entries, or of a map's keys; empty for others."""
    if value.get("type") == "array":
        value = resolved(value["items"], schema)
    return value if value.get("type") == "object" else {}


def section(key: str, value: dict, schema: dict) -> Iterator[str]:
    """The default and the tables of a map, or of a list of maps, at the top level."""
    if value.get("default"):
        yield f"Default:\n\n```yaml\n{default_block(value['default'])}\n```"
    entries = value.get("additionalProperties")
    named = value.get("properties", {})
    if isinstance(entries, dict):
        if named:
            yield table(["built in", "settings", "meaning"], built_in(key, named))
        yield entry_table(f"{key}.{{name}}.", resolved(entries, schema), schema)
    elif value.get("type") == "array":
        yield entry_table(f"{key}[].", inner(value, schema), schema)
    elif all(inner(resolved(each, schema), schema) for each in named.values()):
        yield from rule_tables(key, named, schema)
    else:
        yield table(COLUMNS, rows(f"{key}.", value, schema))


def built_in(key: str, named: dict) -> Iterator[list[str]]:
    """A row for each entry that a config has without naming it."""
    for name, each in named.items():
        yield [f"`{key}.{name}`", code(each["default"]), each["description"]]


def entry_table(prefix: str, entry: dict, schema: dict) -> str:
    """The keys of an entry, with a column that says which value of another key they need."""
    if "allOf" not in entry:
        return table(COLUMNS, rows(prefix, entry, schema))
    (by,) = entry["allOf"][0]["if"]["properties"]
    variants = {choice(each, by): own_part(each, schema) for each in entry["allOf"]}
    choices = {tuple(row): list(variants) for row in rows(prefix, entry, schema)}
    for chosen, part in variants.items():
        for row in rows(prefix, part, schema):
            choices.setdefault(tuple(row), []).append(chosen)
    keys = [key for key, *_ in choices]
    lines = [
        [key, "any" if chosen == list(variants) else ", ".join(chosen), *rest]
        for (key, *rest), chosen in choices.items()
    ]
    lines.sort(key=lambda line: keys.index(line[0]))
    notes = [
        f"With `{by}` {chosen}: {part['description']}"
        for chosen, part in variants.items()
        if "description" in part
    ]
    return "\n\n".join([table(["key", f"with `{by}`", *COLUMNS[1:]], lines), *notes])


def choice(variant: dict, by: str) -> str:
    """The value of the key ``by`` that a variant is for."""
    condition = variant["if"]["properties"][by]
    return f"`{condition['const']}`" if "const" in condition else "a plugin"


def own_part(variant: dict, schema: dict) -> dict:
    """The subschema of a variant, without the keys that every variant has."""
    then = variant["then"]
    definition = resolved({"$ref": then["$ref"]}, schema)
    named = {**definition["properties"], **then.get("properties", {})}
    own = {key: each for key, each in named.items() if each and "const" not in each}
    return {**definition, "properties": own}


def rule_tables(key: str, named: dict, schema: dict) -> Iterator[str]:
    """The keys that every rule has, and the defaults in which rules differ."""
    alike = resolved({"$ref": next(iter(named.values()))["$ref"]}, schema)
    yield alike["description"]
    yield table(COLUMNS, rows(f"{key}.{{rule}}.", alike, schema))
    rules: dict[str, list[str]] = {}
    for rule, value in named.items():
        own = {name: each["default"] for name, each in value.get("properties", {}).items()}
        rules.setdefault(code(own), []).append(f"`{rule}`")
    lines = [[", ".join(alike), own] for own, alike in rules.items()]
    yield table(["rules", "their own defaults"], lines)


def rows(prefix: str, value: dict, schema: dict) -> Iterator[list[str]]:
    """A row for each property of an object, and for those below it."""
    for name, each in value["properties"].items():
        each = resolved(each, schema)
        if "description" in each:
            default = "required" if name in value.get("required", ()) else default_of(each)
            yield [f"`{prefix}{name}`", kind(each, schema), default, each["description"]]
        if "properties" in each:
            yield from rows(f"{prefix}{name}.", each, schema)


def table(columns: list[str], lines: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    cells = [[" ".join(cell.replace("|", "\\|").split()) for cell in line] for line in lines]
    head, *lines = [f"| {' | '.join(line)} |" for line in [columns, *cells]]
    return "\n".join([head, "|---" * len(columns) + "|", *lines])


def default_of(value: dict) -> str:
    """A default as a config would write it; empty where there is none."""
    return "" if value.get("default", {}) == {} else code(value["default"])


def code(value: object) -> str:
    """A value in YAML, on one line."""
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=9999)
    return f"`{text.strip().removesuffix('...').strip()}`"


def default_block(value: dict | list) -> str:
    """A map or a list in YAML, a line for each entry."""
    if isinstance(value, list):
        return "\n".join(f"- {code(each)[1:-1]}" for each in value)
    return "\n".join(f"{name}: {code(each)[1:-1]}" for name, each in value.items())


def kind(value: dict, schema: dict) -> str:
    """The values that a key takes, in words."""
    value = resolved(value, schema)
    if "title" in value:
        return value["title"]
    if "enum" in value:
        return ", ".join(f"`{each}`" for each in value["enum"])
    if "const" in value:
        return f"`{value['const']}`"
    if "oneOf" in value:
        return " or ".join(kind(each, schema) for each in value["oneOf"])
    if "else" in value:
        return f"{kind(value['else'], schema)}, or a plugin"
    if value["type"] == "array":
        items = re.sub("^(integer|number)", r"\1s", kind(value["items"], schema))
        return f"list of {items}{length(value)}"
    names = {"object": "map", "string": "text", "boolean": "`true` or `false`"}
    return names.get(value["type"], value["type"]) + bounds(value)


def length(value: dict) -> str:
    """How many entries a list must have, if more than one."""
    least, most = value.get("minItems", 0), value.get("maxItems")
    if least < 2:
        return ""
    return f" ({least} entries)" if least == most else f" ({least} or more)"


def bounds(value: dict) -> str:
    """The range of a number."""
    if value.get("minimum", -1) >= 0 and "maximum" in value:
        return f" {value['minimum']}–{value['maximum']}"
    signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    limits = [f"{sign} {value[name]}" for name, sign in signs.items() if name in value]
    return " " + ", ".join(limits) if limits else ""


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    print(page(yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))), end="")
