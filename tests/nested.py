"""Maps and lists within one another, such as configs."""


def places(value, path=()):
    """The paths of everything inside nested maps and lists."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, entry in entries:
        yield (*path, key)
        if isinstance(entry, dict | list):
            yield from places(entry, (*path, key))
