"""What all tests start from."""

import signal

# Started in the background of a shell, a process ignores Ctrl-C, and so do those it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
