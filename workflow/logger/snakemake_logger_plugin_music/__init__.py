"""Shows how far a run is, what it did, and which jobs failed and why.

The option `--logger music` prints this instead of Snakemake's several lines per job. It is a
logger plugin (https://pypi.org/project/snakemake-interface-logger-plugins) and uses only
Snakemake's log events. It imports nothing of the project, of which there may be two clones.
"""

import logging
import sys
import textwrap
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_music.run import INTERRUPTED, Job, Run

LINE_EVERY_S = 10
"""Seconds from one line of progress to the next."""

REMARKS_OF = "make_manifest"
"""The rule whose logs are shown in full; a module's rules have a prefix before the name."""

NO_ERROR = (
    "Its log holds no error. It was killed, for example because memory ran out, or it ended"
    " before its log began, or an output is missing; the messages above may say which."
)

REPEATED = ("returned non-zero exit status", *INTERRUPTED)
"""Parts of error messages that add nothing to the last lines of the run."""


class LogHandler(LogHandlerBase):
    """Prints the messages of a run to standard error.

    It leaves the output to Snakemake if the user asks for a dry run or for more or less output
    than usual (`--dry-run`, `--verbose`, `--debug-dag`, `--quiet all`).
    """

    writes_to_file = False
    has_filter = True
    has_formatter = True
    needs_rulegraph = False

    def __post_init__(self) -> None:
        asked = self.common_settings
        quiet = {str(each) for each in asked.quiet or ()}
        is_unusual = asked.dryrun or asked.verbose or asked.debug_dag or "all" in quiet
        self.is_shown = not is_unusual
        self.run = Run()
        self.next_line_s = 0.0
        if self.is_shown:
            _stop_quietly()

    @property
    def writes_to_stream(self) -> bool:
        return self.is_shown

    def emit(self, record: logging.LogRecord) -> None:
        """Record a log event, and print a message if it calls for one.

        An error in a message must not end the run or suppress the following messages.
        """
        finished = None
        with suppress(Exception):
            finished = self.run.note(record)
        with suppress(Exception):
            if self.is_shown:
                self._show(record, finished)

    def _show(self, record: logging.LogRecord, finished: Job | None) -> None:
        if is_worth_reading(record, self.run):
            say(record.getMessage())
        if finished and finished.rule.endswith(REMARKS_OF):
            say(*(text for text in map(read, finished.logs) if text))
        starts = getattr(record, "event", None) == LogEvent.JOB_INFO
        if starts and time.monotonic() >= self.next_line_s:
            self.next_line_s = time.monotonic() + LINE_EVERY_S
            say(how_far(self.run))

    def close(self) -> None:
        """Print the summary or the failures, once; Snakemake calls this as it ends."""
        with suppress(Exception):
            if self.is_shown and self.run.jobs:
                say(*last_lines(self.run))
        self.is_shown = False
        super().close()


def is_worth_reading(record: logging.LogRecord, run: Run) -> bool:
    """Return whether one of Snakemake's own messages is printed.

    Before the first job, all are printed but the header about the machine; after that, only
    warnings and errors that `last_lines` does not report with their reason.
    """
    event = getattr(record, "event", None)
    if not record.getMessage() or event in (LogEvent.JOB_ERROR, LogEvent.GROUP_ERROR):
        return False
    if not run.jobs:
        return event in (None, LogEvent.ERROR, LogEvent.RUN_INFO, LogEvent.RESOURCES_INFO)
    repeated = any(text in record.getMessage() for text in REPEATED)
    return record.levelno > logging.INFO and not repeated


def how_far(run: Run) -> str:
    """Return one line on how far a run is and which rules are at work."""
    done = f"{len(run.finished)} of {run.total} jobs"
    if run.total:
        done += f" ({100 * len(run.finished) // run.total} %)"
    parts = [f"{done} done"]
    if run.failed:
        parts.append(f"{len(run.failed)} failed")
    parts.append(duration(run.seconds()))
    left_s = run.seconds_left()
    if left_s is not None:
        parts.append(f"about {duration(left_s)} to go")
    at_work = Counter(job.rule for job in run.at_work)
    rules = ", ".join(f"{rule} ({count})" for rule, count in sorted(at_work.items()))
    return f"{', '.join(parts)}; at work: {rules}"


def last_lines(run: Run) -> list[str]:
    """Return the last lines of a run: a summary, its failures, or that it was stopped."""
    if run.is_complete():
        return summary(run)
    failed = run.all_failed()
    lines = [line for job in failed for line in failure(job, run)]
    if run.is_interrupted or not failed:
        done = f"{len(run.finished)} of {run.total} jobs"
        lines.append(f"Stopped: {done} are done and stay. The same command goes on from here.")
    return lines


def summary(run: Run) -> list[str]:
    """Return the lines on a run that succeeded: its time, and the number of jobs by rule."""
    counts = Counter(job.rule for job in run.finished if job.has_output)
    rules = ", ".join(f"{rule} {count}" for rule, count in counts.most_common())
    lines = [f"Done: {counts.total()} jobs in {duration(run.seconds())}."]
    return lines + textwrap.wrap(rules, 96, initial_indent="  ", subsequent_indent="  ")


def failure(job: Job, run: Run) -> list[str]:
    """Return the lines on a job that failed: its rule and wildcards, its error, its log."""
    about = ", ".join(f"{name}={value}" for name, value in job.wildcards.items())
    errors = [error_in(log, run.started) for log in job.logs] or [NO_ERROR]
    lines = ["", f"{job.rule} failed ({about}):"]
    lines += [textwrap.indent(text, "    ") for text in (*errors, job.message) if text]
    logs = [log.relative_to(run.folder) for log in job.logs]
    lines.append(f"    log: {', '.join(map(str, logs))}")
    return lines


def error_in(log: Path, since: float) -> str:
    """Return the error at the end of a log that was written later than ``since``, in Unix time.

    This is a line that begins with "Error: " and all after it, or of a traceback the last
    place and the exception.
    """
    if not log.is_file() or log.stat().st_mtime < since:
        return NO_ERROR
    lines = read(log).split("\n")
    for start in ("Error: ", '  File "'):
        found = [number for number, line in enumerate(lines) if line.startswith(start)]
        if found:
            return "\n".join(lines[found[-1] :])
    return "\n".join([NO_ERROR, *(f"Its last line: {line}" for line in lines[-1:] if line)])


def duration(seconds: float) -> str:
    """Return a duration as text: ``34 s``, ``2 min``, ``1 h 5 min``."""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def read(log: Path) -> str:
    """Return the text of a log without the space around it; names in it may be any bytes."""
    return log.read_text(encoding="utf-8", errors="replace").rstrip()


def say(*lines: str) -> None:
    """Print lines to standard error."""
    for line in lines:
        print(line, file=sys.stderr, flush=True)


def _stop_quietly() -> None:
    """Let Ctrl-C before the first job end the run in one message instead of a traceback."""
    usual = sys.excepthook

    def hook(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            say("Stopped: the same command goes on from here.")
        else:
            usual(kind, error, trace)

    sys.excepthook = hook
