"""The jobs of a run and their durations, from Snakemake's log events."""

import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snakemake_interface_logger_plugins.common import LogEvent

INTERRUPTED = ("died with <Signals.SIGINT", "returned non-zero exit status 130")
"""Parts of Python's messages about a process that was ended by Ctrl-C."""


@dataclass
class Job:
    """A job as Snakemake announced it when it started."""

    rule: str
    wildcards: dict[str, str]
    logs: list[Path]
    has_output: bool
    started_s: float
    state: str = "at work"
    seconds: float = 0.0
    message: str = ""
    """The cluster's message about a failed job, for example that it exceeded its time."""


class Run:
    """The jobs of a run so far; paths are absolute, times in s."""

    def __init__(self) -> None:
        self.started = time.time()
        self.folder = Path.cwd()
        self.total = 0
        self.jobs: dict[int, Job] = {}
        self.counts: dict[str, int] = {}
        self.is_interrupted = False
        self.lacks_output = False

    @property
    def at_work(self) -> list[Job]:
        return self._in_state("at work")

    @property
    def finished(self) -> list[Job]:
        return self._in_state("finished")

    @property
    def failed(self) -> list[Job]:
        return self._in_state("failed")

    def note(self, record: Any) -> Job | None:
        """Record a `logging.LogRecord`, and return the job that it reports as finished, if any.

        Snakemake adds attributes that depend on ``event``; records without it change nothing.
        """
        event = getattr(record, "event", None)
        if event == LogEvent.RUN_INFO:
            self.counts = {**record.stats}
            self.total = self.counts.pop("total")
        elif event == LogEvent.PROGRESS:
            self.total = record.total
        elif event == LogEvent.JOB_INFO:
            self._start(record)
        elif event == LogEvent.JOB_ERROR:
            self._fail(record)
        elif event == LogEvent.ERROR:
            self._note_error(record)
        elif event == LogEvent.JOB_FINISHED:
            return self._finish(record.job_id)
        return None

    def seconds(self) -> float:
        """Return the time since the run began."""
        return time.time() - self.started

    def seconds_left(self) -> float | None:
        """Estimate the time to the end from the mean duration of each rule's finished jobs.

        Rules of which no job has finished are taken to last as long as the mean of all jobs.
        Returns None while such rules are the greater part of what is left.
        """
        taken = defaultdict(list)
        for job in self.finished:
            taken[job.rule].append(job.seconds)
        left = {rule: count - len(taken[rule]) for rule, count in self.counts.items()}
        known = sum(count for rule, count in left.items() if taken[rule])
        unknown = sum(left.values()) - known
        if unknown >= known:
            return None
        mean = {rule: sum(seconds) / len(seconds) for rule, seconds in taken.items() if seconds}
        mean_of_all = sum(job.seconds for job in self.finished) / len(self.finished)
        work_s = sum(count * mean.get(rule, mean_of_all) for rule, count in left.items())
        return work_s / max(1, len(self.at_work))

    def is_complete(self) -> bool:
        """Return whether all jobs have finished."""
        return len(self.finished) == len(self.jobs) >= self.total

    def all_failed(self) -> list[Job]:
        """Return the jobs that failed, in the order of their logs.

        If a job ends without making its outputs, Snakemake logs an exception that does not name
        the job. It is then one of the jobs that never finished, which are all returned.
        """
        failed = self.failed + (self.at_work if self.lacks_output else [])
        return sorted(failed, key=lambda job: job.logs)

    def _note_error(self, record: Any) -> None:
        if any(text in record.getMessage() for text in INTERRUPTED):
            self.is_interrupted = True
        self.lacks_output |= getattr(record, "exception", None) == "MissingOutputException"

    def _start(self, record: Any) -> None:
        self.folder = Path.cwd()  # Snakemake changes into it before the first job
        self.jobs[record.jobid] = Job(
            rule=record.rule_name,
            wildcards=dict(record.wildcards or {}),
            logs=[self.folder / log for log in record.log or []],
            has_output=bool(record.output),
            started_s=time.monotonic(),
        )

    def _fail(self, record: Any) -> None:
        job = self.jobs[record.jobid]
        job.state = "interrupted" if self.is_interrupted else "failed"
        job.message = getattr(record, "rule_msg", None) or ""

    def _finish(self, jobid: int) -> Job:
        job = self.jobs[jobid]
        job.seconds = time.monotonic() - job.started_s
        job.state = "finished"
        return job

    def _in_state(self, state: str) -> list[Job]:
        return [job for job in self.jobs.values() if job.state == state]
