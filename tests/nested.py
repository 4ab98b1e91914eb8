"""Maps and lists within one another, such as configs."""


def places(value, path=()):
    """The paths of everything inside nested maps and lists."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, entry in entries:
        yield (*path, key)
        if isinstance(entry, dict | list):
            yield from places(entry, (*path, key))


def value_at(value, path):
    """What is at a path of nested maps and lists."""
    for key in path:
        value = value[key]
    return value
