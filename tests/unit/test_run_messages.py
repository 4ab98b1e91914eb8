"""What a run says of its jobs: errors as they stand in real logs, and what is worth reading."""

import logging
import os
import time
from datetime import datetime, timedelta
from types import SimpleNamespace

import job

import pytest

import run_messages
from music_adversaries.errors import InputError
from run_messages import NO_ERROR, error_in, how_far, is_worth_reading


def started():
    return datetime.now() - timedelta(minutes=3)


def fails_with(error):
    def work(snakemake):
        print("excerpts 1 of 4, 0 s")
        raise error

    return work


def log_of(folder, error):
    """The log that a job leaves whose work raises ``error``."""
    log = folder / "logs" / "job.log"
    with pytest.raises(SystemExit) as ended:
        job.run(fails_with(error), SimpleNamespace(log=[str(log)], output=[]))
    assert ended.value.code != 0
    return log


def test_bad_input_is_told_in_its_own_words(tmp_path):
    log = log_of(tmp_path, InputError("2 files cannot be used:\n  a.wav\n  b.wav"))
    assert error_in(log, started()) == "Error: 2 files cannot be used:\n  a.wav\n  b.wav"


def test_of_another_error_the_place_and_the_exception_are_told(tmp_path):
    told = error_in(log_of(tmp_path, ValueError("too\nfew")), started()).splitlines()
    assert told[0].startswith(f'  File "{__file__}"') and told[0].endswith("in work")
    assert told[-2:] == ["ValueError: too", "few"]
    assert "Traceback" not in "".join(told)


def test_errors_are_not_told_a_second_time_when_they_happen(tmp_path, capsys):
    log_of(tmp_path, InputError("no"))
    log_of(tmp_path, ValueError("no"))
    assert capsys.readouterr() == ("", "")


def test_what_libraries_in_c_say_goes_to_the_log(tmp_path, capfd):
    def work(snakemake):
        os.write(2, b"Note: Illegal Audio-MPEG-Header\n")

    log = tmp_path / "job.log"
    job.run(work, SimpleNamespace(log=[str(log)], output=[]))
    assert log.read_text() == "Note: Illegal Audio-MPEG-Header\n"
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_a_job_that_was_killed_left_no_error(tmp_path):
    log = tmp_path / "job.log"
    log.write_text("excerpts 1 of 4, 10 s\nexcerpts 2 of 4, 21 s\n")
    assert error_in(log, started()) == f"{NO_ERROR}\nIts last line: excerpts 2 of 4, 21 s"
    log.write_text("")
    assert error_in(log, started()) == NO_ERROR
    assert error_in(tmp_path / "none.log", started()) == NO_ERROR


def test_the_log_of_an_earlier_run_says_nothing_of_this_one(tmp_path):
    log = log_of(tmp_path, InputError("no"))
    an_hour_ago = time.time() - 3600
    os.utime(log, (an_hour_ago, an_hour_ago))
    assert error_in(log, started()) == NO_ERROR


@pytest.mark.parametrize(
    ("level", "text", "wanted"),
    [
        (logging.INFO, "Execute 1 jobs...", False),
        (logging.WARNING, "no space is left", True),
        (logging.ERROR, "MissingOutputException: ...", True),
        (logging.ERROR, "Command 'x' died with <Signals.SIGKILL: 9>.", True),
        (logging.ERROR, "Command 'x' died with <Signals.SIGINT: 2>.", False),
        (logging.ERROR, "Command 'x' returned non-zero exit status 1.", False),
    ],
)
def test_warnings_are_worth_reading_and_what_is_told_elsewhere_is_not(level, text, wanted):
    record = logging.LogRecord("snakemake", level, "", 0, text, None, None)
    assert is_worth_reading(record) == wanted


def a_job(rule):
    return SimpleNamespace(rule=SimpleNamespace(name=rule), is_group=lambda: False)


class Group(list):
    def is_group(self):
        return True


def a_workflow(failed=()):
    running = [a_job("train_system"), a_job("attack_curve"), a_job("attack_curve")]
    scheduler = SimpleNamespace(finished_jobs=17, running=running, failed=failed)
    return SimpleNamespace(scheduler=scheduler, dag=range(469), start_time=started())


def test_how_far_a_run_is_in_one_line():
    expected = "17 of 469 jobs (3 %) done, 3 min; at work: attack_curve (2), train_system (1)"
    assert how_far(a_workflow()) == expected
    assert "done, 1 failed, 3 min" in how_far(a_workflow([a_job("make_folds")]))


def test_the_jobs_of_a_group_count_one_by_one():
    workflow = a_workflow()
    workflow.scheduler.running = [Group([a_job("make_folds"), a_job("train_system")])]
    assert how_far(workflow).endswith("at work: make_folds (1), train_system (1)")


def a_logger():
    logger = logging.Logger("snakemake")
    handler = logging.StreamHandler()
    handler.name = "DefaultStreamHandler"
    logger.addHandler(handler)
    return logger


@pytest.mark.parametrize(
    ("quiet", "calmed"),
    [(["HOST", "RULES"], True), (["HOST"], False), (["RULES", "ALL"], False)],
)
def test_a_run_is_calm_where_snakemake_is_to_be_quiet_about_rules(quiet, calmed):
    workflow, logger = a_workflow(), a_logger()
    workflow.output_settings = SimpleNamespace(
        quiet=[SimpleNamespace(name=name) for name in quiet]
    )
    run_messages.calm(workflow, logger)
    rates = [each for each in logger.handlers if isinstance(each, run_messages.HumanRate)]
    assert bool(rates) == calmed
    assert bool(logger.handlers[0].filters) == calmed


def test_lines_of_progress_come_at_a_human_rate(capsys, monkeypatch):
    seconds = [0.0]
    monkeypatch.setattr(run_messages.time, "monotonic", lambda: seconds[0])
    handler = run_messages.HumanRate(a_workflow())
    record = logging.makeLogRecord({"event": "job_started"})
    for _ in range(100):
        handler.handle(record)
        seconds[0] += run_messages.LINE_EVERY_S / 5
    handler.handle(logging.makeLogRecord({"event": "job_finished"}))
    assert len(capsys.readouterr().err.splitlines()) == 20
