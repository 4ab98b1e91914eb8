"""What is wrong with a value of the config: the schema's error as a clause for people.

jsonschema's own messages are about schemas; where they read well, they stay.
"""

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
    "null": "null",
}
"""What people call the types of a schema."""


def wrong_value(error: ValidationError) -> str:
    """A clause on the value of an error, without a full stop."""
    while error.parent is not None and error.parent.validator in CHOICES:
        error = error.parent
    tell = CLAUSES.get(error.validator)
    return tell(error) if tell else short(error.message)


def _said(error: ValidationError) -> str:
    return short(repr(error.instance))


def _none_of(error: ValidationError) -> str:
    known = error.validator_value
    if isinstance(error.instance, str) and all(isinstance(each, str) for each in known):
        return f"there is no {_said(error)}; {did_you_mean(error.instance, known)[:-1]}"
    return f"{_said(error)} is none of {short(', '.join(map(str, known)))}"


def _reserved(error: ValidationError) -> str:
    taken = ", ".join(map(str, error.validator_value.get("enum", ())))
    return f"{_said(error)} is a name that the results need for themselves, as are {taken}"


def _neither(error: ValidationError) -> str:
    kinds = [_kind(each) for each in error.validator_value]
    return f"{_said(error)} is neither {' nor '.join(kinds)}"


def _kind(schema: dict) -> str:
    """What a part of a schema takes, as far as it is a constant or a number within bounds."""
    if "const" in schema:
        return repr(schema["const"])
    kind = TYPES.get(schema.get("type", ""), "what else may stand there")
    bounds = {
        "minimum": "from {}",
        "exclusiveMinimum": "above {}",
        "maximum": "to {}",
        "exclusiveMaximum": "below {}",
    }
    return " ".join(
        [kind, *(bounds[key].format(schema[key]) for key in bounds if key in schema)]
    )


def _twice(error: ValidationError) -> str:
    entries = list(map(repr, error.instance))
    again = next((each for each in entries if entries.count(each) > 1), "an entry")
    return f"{short(again)} is there twice; name it once"


def _number_of(what: str, words: str) -> Callable[[ValidationError], str]:
    """What says of how many there may be, and how many there are."""

    def tell(error: ValidationError) -> str:
        wanted, there = error.validator_value, len(error.instance)
        return f"{_said(error)} has {there} {what}, where {words} {wanted} have to be"

    return tell


def missing_key(error: ValidationError) -> str:
    """The key whose absence is the error; none where the error is another one."""
    if error.validator != "required":
        return ""
    return next(key for key in error.validator_value if key not in error.instance)


CHOICES = ("oneOf", "anyOf")

CLAUSES: dict[str, Callable[[ValidationError], str]] = {
    "enum": _none_of,
    "not": _reserved,
    "oneOf": _neither,
    "anyOf": _neither,
    "uniqueItems": _twice,
    "minItems": _number_of("entries", "at least"),
    "maxItems": _number_of("entries", "at most"),
    "minProperties": _number_of("keys", "at least"),
    "maxProperties": _number_of("keys", "at most"),
    "minLength": _number_of("characters", "at least"),
    "maxLength": _number_of("characters", "at most"),
    "required": lambda error: f"the key {missing_key(error)!r} is missing",
    "const": lambda error: f"{_said(error)} is not {error.validator_value!r}",
    "pattern": lambda error: f"{_said(error)} is not of the form that is wanted there",
    "type": lambda error: f"{_said(error)} is not {_type(error.validator_value)}",
}


def _type(wanted: str | list[str]) -> str:
    return " or ".join(
        TYPES[each] for each in ([wanted] if isinstance(wanted, str) else wanted)
    )
