"""What a run says on the screen: how far it is, what it did, what failed and why.

Snakemake's own messages are five lines or more for every job, and of a job that failed they
hold a traceback of Snakemake's. `calm` puts a line every so often in their place;
`tell_summary` and `tell_failures` end a run. What they are given are Snakemake's workflow and
jobs.
"""

import logging
import sys
import time
from collections import Counter
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from music_adversaries.progress import LINE_EVERY_S, spoken

LOOK_FIRST = {
    "results/tables/claims.md": "the paper's claims: does each hold on this data?",
    "results/figures/overview.png": "how often each system is right, attacked and not",
    "results/listening/index.html": "the adversarial excerpts, to listen to",
}
"""Where to look after a run, where it was made."""

EXPLAINED = Path(__file__).parents[2] / "results" / "README.md"
"""What lies where; only the project's own folder of results has it."""

NO_ERROR = (
    "Its log holds no error: it was killed, for want of memory, say; or it ended before"
    " its log began, or made too little, and what is said of it above tells why."
)


def calm(workflow, logger: logging.Logger) -> None:
    """Let a line every so often stand for what Snakemake says of every job.

    So it is where Snakemake is to be quiet about rules, but not about everything.
    """
    logger.addHandler(Remarks("make_manifest"))
    quiet = {each.name for each in workflow.output_settings.quiet or ()}
    if "RULES" not in quiet or "ALL" in quiet:
        return
    for handler in logger.handlers:
        if handler.name == "DefaultStreamHandler":
            handler.addFilter(is_worth_reading)
    logger.addHandler(HumanRate(workflow))


def expect_ctrl_c() -> None:
    """Let Ctrl-C while Snakemake plans end the run in one message, and not in a traceback.

    While jobs run, Snakemake itself sees to it, and `tell_failures` tells.
    """
    tell = sys.excepthook

    def hook(kind, error, trace) -> None:
        if issubclass(kind, KeyboardInterrupt):
            _say("Stopped: the same command goes on from here.")
        else:
            tell(kind, error, trace)

    sys.excepthook = hook


def is_worth_reading(record: logging.LogRecord) -> bool:
    """Whether a message of Snakemake's is a warning or an error that nothing else tells.

    That the script of a job ended with an error is told by `tell_failures`, with the error.
    """
    text = record.getMessage()
    told = "returned non-zero exit status" in text or "died with <Signals.SIGINT" in text
    return record.levelno > logging.INFO and not told


class HumanRate(logging.Handler):
    """Tells how far a run is, when jobs start and some time has passed."""

    def __init__(self, workflow):
        super().__init__()
        self.workflow = workflow
        self.next_s = time.monotonic()

    def emit(self, record: logging.LogRecord) -> None:
        starts = getattr(record, "event", None) == "job_started"
        if starts and time.monotonic() >= self.next_s:
            self.next_s = time.monotonic() + LINE_EVERY_S
            _say(how_far(self.workflow))


class Remarks(logging.Handler):
    """Says what the logs of a rule say, under whatever name ends with its own, as jobs end."""

    def __init__(self, rule: str):
        super().__init__()
        self.rule = rule
        self.logs: dict[int, list[str]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "event", None)
        if event == "job_info" and record.rule_name.endswith(self.rule):
            self.logs[record.jobid] = record.log
        if event == "job_finished":
            for log in self.logs.pop(record.job_id, []):
                with suppress(OSError):  # a remark is not worth the run
                    said = Path(log).read_text(encoding="utf-8", errors="replace").strip()
                    print(said, end="\n" * bool(said), file=sys.stderr, flush=True)


def how_far(workflow) -> str:
    """How many jobs are done and how many failed, since when, and which rules are at work."""
    done, total = workflow.scheduler.finished_jobs, len(workflow.dag)
    running = Counter(job.rule.name for job in _single(list(workflow.scheduler.running)))
    at_work = ", ".join(f"{name} ({count})" for name, count in sorted(running.items()))
    share = f"{done} of {total} jobs ({100 * done // total} %) done"
    failed = f", {len(workflow.scheduler.failed)} failed" if workflow.scheduler.failed else ""
    return f"{share}{failed}, {_passed(workflow)}; at work: {at_work}"


def tell_summary(workflow) -> None:
    """Say what a run that succeeded did, and where to look."""
    jobs = [job for job in workflow.dag.finished_jobs if not job.is_norun]
    verbs = Counter(job.rule.name.split("_")[0] for job in jobs)
    did = ", ".join(f"{verb} {count}" for verb, count in verbs.most_common())
    _say(f"Done: {len(jobs)} jobs in {_passed(workflow)} ({did}).")
    made = {path: what for path, what in LOOK_FIRST.items() if Path(path).exists()}
    if made:
        _say("Look first at")
    for path, what in made.items():
        _say(f"  {path:<30} {what}")
    _say(f"{_nearby(EXPLAINED)} says what lies where, and a page with all figures is made by")
    _say("snakemake --report report.html")


def tell_failures(workflow) -> None:
    """Say of each job that failed what it was, its error and where its log is.

    Where none failed, the run was stopped, by people or by what Snakemake says above.
    """
    failed = sorted(_single(workflow.scheduler.failed), key=lambda job: list(job.log))
    if not failed:
        done = f"{workflow.scheduler.finished_jobs} of {len(workflow.dag)} jobs"
        _say(f"Stopped: {done} are done and stay. The same command goes on from here.")
    for job in failed:
        about = ", ".join(f"{name}={value}" for name, value in job.wildcards_dict.items())
        logs = [Path(log) for log in job.log]
        error = "\n".join(error_in(log, workflow.start_time) for log in logs)
        _say(f"\n{job.rule.name} failed ({about}):")
        _say("    " + error.replace("\n", "\n    "))
        _say(f"    log: {', '.join(map(str, logs))}")


def error_in(log: Path, since: datetime) -> str:
    """The error with which a log ends that was written later than ``since``.

    A sentence of ours as it is, of a traceback the last place and the exception.
    """
    if not log.is_file() or log.stat().st_mtime < since.timestamp():
        return NO_ERROR
    lines = log.read_text(encoding="utf-8", errors="replace").rstrip().split("\n")
    for start in ("Error: ", '  File "'):
        found = [number for number, line in enumerate(lines) if line.startswith(start)]
        if found:
            return "\n".join(lines[found[-1] :])
    return "\n".join([NO_ERROR, *(f"Its last line: {line}" for line in lines[-1:] if line)])


def _single(jobs):
    """Jobs, those of groups one by one."""
    return [job for each in jobs for job in (each if each.is_group() else [each])]


def _nearby(file: Path) -> Path:
    """A file as it is called from here, if it lies in this folder."""
    here = Path.cwd().resolve()
    return file.relative_to(here) if file.is_relative_to(here) else file


def _passed(workflow) -> str:
    return spoken((datetime.now() - workflow.start_time).total_seconds())


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
