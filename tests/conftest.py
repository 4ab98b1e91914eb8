"""What all tests share."""

from hypothesis import settings

# The same examples in every run, however slow the machine. Whoever looks for new ones
# runs `make test ARGS=--hypothesis-profile=default`.
settings.register_profile("same_examples", derandomize=True, deadline=None)
settings.load_profile("same_examples")
