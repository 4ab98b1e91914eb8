"""Sentences that say what is wrong in a config, made from the errors of jsonschema."""

from collections.abc import Callable

from jsonschema.exceptions import ValidationError

from music_adversaries.nearest import did_you_mean, short

TYPES = {
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "array": "a list",
    "object": "a set of keys with values",
    "boolean": "true or false",
}
"""What the types of a schema are called in messages."""


def sentence(error: ValidationError) -> str:
    """Return a message that names the key, what is wrong with it, and what it should be."""
    where = ".".join(_printable(part) for part in error.absolute_path) or "the top level"
    known = error.schema.get("properties", {})
    if error.validator == "additionalProperties":
        unknown = next(str(key) for key in error.instance if key not in known)
        return (
            f"The config has an unknown key {_shown(unknown)} at {where}:"
            f" {did_you_mean(unknown, sorted(known))}"
        )
    about = error.schema
    if error.validator == "required":
        about = known.get(_missing_key(error.instance, error.validator_value), about)
    description = about.get("description", "")
    return f"The config is wrong at {where}: {_problem(error)}. {description}".rstrip()


def _problem(error: ValidationError) -> str:
    """Return what is wrong with a value, as a clause."""
    if error.parent is not None and error.parent.validator == "oneOf":
        error = error.parent
    if error.validator not in PROBLEMS:  # such as `minimum`: jsonschema's message reads well
        return short(error.message)
    return PROBLEMS[error.validator](error.instance, error.validator_value)


def _printable(part: object) -> str:
    return short(part if str(part).isprintable() else repr(part))


def _shown(value: object) -> str:
    return short(repr(value))


def _missing_key(value: dict, required: list[str]) -> str:
    return next(key for key in required if key not in value)


def _unknown(value: object, known: list) -> str:
    if isinstance(value, str) and all(isinstance(each, str) for each in known):
        return f"there is no {_shown(value)}; {did_you_mean(value, known)[:-1]}"
    return f"{_shown(value)} is not one of {short(', '.join(map(str, known)))}"


def _choice(schema: dict) -> str:
    """Return what one choice of a schema allows: a constant, or a number within bounds."""
    if "const" in schema:
        return repr(schema["const"])
    words = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to"}
    bounds = [f"{words[key]} {schema[key]}" for key in words if key in schema]
    return " ".join([TYPES[schema["type"]], *bounds])


def _repeated(values: list) -> str:
    entries = list(map(repr, values))
    return next((each for each in entries if entries.count(each) > 1), "an entry")


def _too_few(value: str | list | dict, least: int) -> str:
    return f"{_shown(value)} has a length of {len(value)}; at least {least} is needed"


def _too_many(value: str | list | dict, most: int) -> str:
    return f"{_shown(value)} has a length of {len(value)}; at most {most} is allowed"


PROBLEMS: dict[str, Callable[..., str]] = {
    "required": lambda value, keys: f"the key {_missing_key(value, keys)!r} is missing",
    "type": lambda value, kind: f"{_shown(value)} is not {TYPES[kind]}",
    "pattern": lambda value, _: f"{_shown(value)} does not have the required form",
    "enum": _unknown,
    "not": lambda value, names: (
        f"{_shown(value)} is reserved for the results, as are {', '.join(names['enum'])}"
    ),
    "oneOf": lambda value, choices: (
        f"{_shown(value)} is neither {' nor '.join(map(_choice, choices))}"
    ),
    "uniqueItems": lambda values, _: (
        f"{short(_repeated(values))} is listed twice; list it once"
    ),
    **dict.fromkeys(["minItems", "minProperties", "minLength"], _too_few),
    **dict.fromkeys(["maxItems", "maxProperties", "maxLength"], _too_many),
}
"""Clauses by keyword of the schema, from a value and what the schema has at the keyword."""
