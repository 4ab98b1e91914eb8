"""When Snakemake looks for jobs to start."""

DEFAULT_LIMIT = 100, 1
"""The most jobs that Snakemake starts, unless told otherwise, in so many s."""


def look_when_a_job_ends(workflow) -> None:
    """Let Snakemake look for jobs to start when one has ended, and not by the clock.

    With a limit of starts it sets a timer of a second whenever it has looked, at the end of
    which it looks again: after 100 jobs 100 times a second, in a third of a core's time. Its
    default limit is beyond what this workflow starts; another one (``--max-jobs-per-timespan``)
    stays.
    """
    limit = workflow.scheduler.job_rate_limiter
    if limit is not None and (limit.max_jobs, limit.timespan) == DEFAULT_LIMIT:
        workflow.scheduler.job_rate_limiter = None
