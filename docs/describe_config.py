"""Print docs/configuration.md: the config's schema as a page that people read."""

import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

SCHEMA = Path(__file__).parents[1] / "workflow" / "schemas" / "config.schema.yaml"
HEAD = """# The config

Every key that a config may hold, with what it means, made by `make configuration` from
[the schema](../workflow/schemas/config.schema.yaml), by which each run checks its config: a key
that is not here is refused. *Required* keys have no default; of the others, those without one
may be absent. `{name}` stands for a name of your own, and `[]` for each entry of a list. A
*plugin* is [a Python file of your own](extending.md).
"""
COLUMNS = "| key | value | default | meaning |\n| --- | --- | --- | --- |"


def page(schema: dict) -> str:
    """The whole page, of the schema as it is read from its file."""
    parts = [HEAD]
    for name, value in schema["properties"].items():
        value = resolved(value, schema)
        required = name in schema["required"]
        parts += [f"## `{name}`", value["description"], facts(value, schema, required)]
        parts += tables(name, value, schema)
    return "\n\n".join(part.strip() for part in parts) + "\n"


def resolved(value: dict, schema: dict) -> dict:
    """A subschema with what its ``$ref`` points to, over which its own keys stand.

    The same holds of each of its properties: one may have a default of its own.
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


def facts(value: dict, schema: dict, required: bool) -> str:
    """What a key of the top level holds: a line, with its default where that is short."""
    default = default_of(value, required)
    if default in ("required", ""):
        return f"*{kind(value, schema).capitalize()}{', required' * required}.*"
    if isinstance(value["default"], dict | list) and len(default) > 60:
        text = yaml.safe_dump(value["default"], default_flow_style=None, sort_keys=False)
        return f"*{kind(value, schema).capitalize()}.* Default:\n\n```yaml\n{text}```"
    return f"*{kind(value, schema).capitalize()}.* Default: {default}."


def tables(key: str, value: dict, schema: dict) -> Iterator[str]:
    """The tables of what lies below a key: its properties, entries and variants."""
    named = value.get("properties", {})
    entries = value.get("additionalProperties")
    if isinstance(entries, dict):
        if named:
            yield "These are there without being named:"
            yield table(listed(key, named, schema))
        yield f"Each entry, `{key}.{{name}}`:"
        yield from tables(f"{key}.{{name}}", resolved(entries, schema), schema)
    elif value.get("type") == "array":
        items = resolved(value["items"], schema)
        if items.get("type") == "object":
            yield from tables(f"{key}[]", items, schema)
    elif named and (alike := each_alike(named, schema)):
        said = {resolved(each, schema)["description"] for each in named.values()}
        yield f"Of each rule, `{key}.{{rule}}`: {' '.join(sorted(said))}"
        yield table(rows(f"{key}.{{rule}}", {"properties": alike}, schema))
        yield "Defaults:"
        yield defaults(named, list(alike), schema)
    elif named:
        yield table(rows(key, value, schema))
    for variant in value.get("allOf", ()):
        yield from variant_tables(key, variant, schema)


def each_alike(named: dict, schema: dict) -> dict:
    """The keys that all of many properties have below them, but for their defaults, if any."""
    below = [resolved(each, schema).get("properties") for each in named.values()]
    if len(below) < 2 or any(not keys or list(keys) != list(below[0]) for keys in below):
        return {}
    return {
        name: {key: value for key, value in resolved(each, schema).items() if key != "default"}
        for name, each in below[0].items()
    }


def defaults(named: dict, keys: list[str], schema: dict) -> str:
    """A table of the defaults of properties that are alike: a row each, a column a key."""
    lines = [
        " | ".join(["", *(f"`{key}`" for key in keys)]).lstrip(),
        "| --- " * (len(keys) + 1),
    ]
    for name, each in named.items():
        below = resolved(each, schema)["properties"]
        values = [str(resolved(below[key], schema)["default"]) for key in keys]
        lines.append(" | ".join([f"`{name}`", *values]))
    head, rule, *rest = lines
    return "\n".join([f"| rule {head} |", f"{rule}|", *(f"| {line} |" for line in rest)])


def variant_tables(key: str, variant: dict, schema: dict) -> Iterator[str]:
    """What goes with one value of the key by which the variants differ."""
    ((by, condition),) = variant["if"]["properties"].items()
    own = resolved(variant["then"], schema)
    # A `then` may say more of a key of the definition that it points to.
    named = resolved({"$ref": variant["then"]["$ref"]}, schema)["properties"]
    named = {**named, **variant["then"].get("properties", {})}
    what = f"`{condition['const']}`" if "const" in condition else "a plugin"
    yield f"With `{by}` {what}{'. ' + own['description'] if 'description' in own else ':'}"
    named = {name: each for name, each in named.items() if each and "const" not in each}
    found = table(rows(key, {**own, "properties": named}, schema))
    yield found if named else "No further keys."


def rows(key: str, value: dict, schema: dict) -> Iterator[list[str]]:
    """A row for each property of an object, and for those below it."""
    for name, each in value["properties"].items():
        each = resolved(each, schema)
        if "description" in each:
            required = name in value.get("required", ())
            yield [
                f"`{key}.{name}`",
                kind(each, schema),
                default_of(each, required),
                each["description"],
            ]
        items = resolved(each.get("items", {}), schema)
        for below, subschema in ((f"{key}.{name}", each), (f"{key}.{name}[]", items)):
            if "properties" in subschema:
                yield from rows(below, subschema, schema)


def listed(key: str, named: dict, schema: dict) -> Iterator[list[str]]:
    """A row for each entry that is there by default."""
    for name, each in named.items():
        each = resolved(each, schema)
        yield [
            f"`{key}.{name}`",
            kind(each, schema),
            default_of(each, False),
            each["description"],
        ]


def table(cells: Iterator[list[str]]) -> str:
    """Rows as a table in Markdown."""
    lines = (
        " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in row) for row in cells
    )
    return "\n".join([COLUMNS, *(f"| {line} |" for line in lines)])


def default_of(value: dict, required: bool) -> str:
    """A default as it would be written in a config."""
    if required:
        return "required"
    if value.get("default", {}) == {}:
        return ""
    text = yaml.safe_dump(
        value["default"], default_flow_style=True, sort_keys=False, width=9999
    )
    return f"`{text.removesuffix(chr(10)).removesuffix('...').strip()}`"


def kind(value: dict, schema: dict) -> str:
    """What values a key takes, in words."""
    value = resolved(value, schema)
    if "enum" in value:
        return ", ".join(f"`{each}`" for each in value["enum"])
    if "const" in value:
        return f"`{value['const']}`"
    if "oneOf" in value:
        return " or ".join(kind(each, schema) for each in value["oneOf"])
    if "else" in value:
        return f"{kind(value['else'], schema)}, or a plugin"
    if value["type"] == "array":
        return f"list of {kind(value['items'], schema)}{length(value)}"
    names = {"object": "map", "string": "text", "boolean": "`true` or `false`"}
    return names.get(value["type"], value["type"]) + bounds(value)


def length(value: dict) -> str:
    """How many entries a list may have."""
    least, most = value.get("minItems"), value.get("maxItems")
    if least is None:
        return ""
    return f" ({least} entries)" if least == most else f" ({least} or more)"


def bounds(value: dict) -> str:
    """The range of a number."""
    signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    said = [f"{sign} {value[name]}" for name, sign in signs.items() if name in value]
    return " " + ", ".join(said) if said else ""


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    print(page(yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))), end="")
