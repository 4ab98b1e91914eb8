"""``python -m music_adversaries``: the command line."""

import sys

from music_adversaries.command_line import main

sys.exit(main())
