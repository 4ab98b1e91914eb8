"""The messages of a run, from log events as Snakemake logs them."""

import logging
import os
import time
from types import SimpleNamespace

import music_job as job

import pytest
from snakemake_interface_logger_plugins.common import LogEvent
from snakemake_interface_logger_plugins.tests import TestLogHandlerBase as LogHandlerTests

import snakemake_logger_plugin_music as plugin
from music_adversaries.errors import InputError


def settings(**changes):
    usual = {"quiet": None, "dryrun": False, "verbose": False, "debug_dag": False}
    return SimpleNamespace(**{**usual, **changes})


class TestTheInterface(LogHandlerTests):
    """What the interface itself asks of every logger plugin."""

    __test__ = True

    def get_log_handler_cls(self):
        return plugin.LogHandler

    def get_log_handler_settings(self):
        return None


@pytest.fixture(autouse=True)
def usual_hook(monkeypatch):
    monkeypatch.setattr("sys.excepthook", lambda *error: None)


@pytest.fixture
def handler(tmp_path, monkeypatch):
    """A handler in a run that has just begun, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return plugin.LogHandler(settings(), None)


def send(handler, event, text="", level=logging.INFO, **attributes):
    record = logging.LogRecord("snakemake", level, "", 0, text, None, None)
    vars(record).update(event=event, **attributes)
    handler.handle(record)


def plan(handler, **counts):
    send(
        handler, LogEvent.RUN_INFO, "Job stats", stats={**counts, "total": sum(counts.values())}
    )


def start(handler, jobid, rule, log=None, **wildcards):
    about = {"rule_name": rule, "wildcards": wildcards, "log": [log] * bool(log)}
    send(handler, LogEvent.JOB_INFO, jobid=jobid, output=["made.txt"], **about)


def finish(handler, jobid):
    send(handler, LogEvent.JOB_FINISHED, f"Finished jobid: {jobid}", job_id=jobid)


def fail(handler, jobid, log=None, text="", message=None):
    if log:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(text, encoding="utf-8")
    about = {"jobid": jobid, "rule_msg": message}
    send(handler, LogEvent.JOB_ERROR, "Error in rule", logging.ERROR, **about)


def said(capsys):
    return capsys.readouterr().err.splitlines()


def test_one_line_says_how_far_a_run_is(handler, capsys):
    plan(handler, train_system=2, attack_curve=298)
    for jobid in range(17):
        start(handler, jobid, "attack_curve")
        finish(handler, jobid)
    for jobid, rule in enumerate(("train_system", "attack_curve", "attack_curve"), 100):
        start(handler, jobid, rule)
    handler.run.started -= 180
    line = plugin.how_far(handler.run)
    assert line.startswith("17 of 300 jobs (5 %) done, 3 min, about 0 s to go; at work: ")
    assert line.endswith("at work: attack_curve (2), train_system (1)")
    fail(handler, 100)
    assert "done, 1 failed, 3 min" in plugin.how_far(handler.run)


def test_the_time_left_is_what_finished_jobs_of_the_same_rules_took(handler, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    plan(handler, extract_shard=4, train_system=5)
    assert handler.run.seconds_left() is None
    for jobid, (rule, seconds) in enumerate(
        [("extract_shard", 1), ("extract_shard", 3), ("train_system", 100)]
    ):
        start(handler, jobid, rule)
        now[0] += seconds
        finish(handler, jobid)
        if rule == "extract_shard":  # five trainings of unknown duration are most of the work
            assert handler.run.seconds_left() is None
    assert handler.run.seconds_left() == 2 * 2 + 4 * 100
    start(handler, 10, "train_system")
    start(handler, 11, "train_system")
    assert handler.run.seconds_left() == (2 * 2 + 4 * 100) / 2


def test_lines_of_progress_come_at_a_human_rate(handler, capsys, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    for jobid in range(100):
        start(handler, jobid, "attack_curve")
        finish(handler, jobid)
        now[0] += plugin.LINE_EVERY_S / 5
    assert len(said(capsys)) == 20


def test_what_snakemake_says_before_the_first_job_is_printed(handler, capsys):
    send(handler, None, "Building DAG of jobs...")
    send(handler, LogEvent.WORKFLOW_STARTED, "Workflow has started!")
    send(handler, LogEvent.ERROR, "MissingInputException", logging.ERROR)
    plan(handler, all=1)
    assert said(capsys) == ["Building DAG of jobs...", "MissingInputException", "Job stats"]


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
def test_while_jobs_run_warnings_and_unexplained_errors_are(
    handler, capsys, level, text, wanted
):
    start(handler, 1, "make_folds")
    said(capsys)
    send(handler, None, text, level)
    assert said(capsys) == [text] * wanted


def test_remarks_on_the_audio_are_printed_as_the_manifest_is_made(handler, tmp_path, capsys):
    (tmp_path / "manifest.log").write_text("2 excerpts are left out.\n")
    for jobid, rule in enumerate(("music_make_manifest", "make_folds")):
        start(handler, jobid, rule, "manifest.log")
        finish(handler, jobid)
    assert said(capsys).count("2 excerpts are left out.") == 1


def test_the_summary_names_the_rules(handler, capsys):
    plan(handler, make_folds=2, all=1)
    for jobid in range(2):
        start(handler, jobid, "make_folds")
        finish(handler, jobid)
    about = {"rule_name": "all", "wildcards": {}, "log": [], "output": []}
    send(handler, LogEvent.JOB_INFO, jobid=3, **about)
    finish(handler, 3)
    said(capsys)
    handler.close()
    assert said(capsys) == ["Done: 2 jobs in 0 s.", "  make_folds 2"]
    handler.close()
    assert not said(capsys)


def test_each_job_that_failed_is_named_with_its_error_and_log(handler, tmp_path, capsys):
    plan(handler, train_system=3)
    start(handler, 1, "train_system", "logs/b.log", seed="2", fold="0")
    start(handler, 2, "train_system", "logs/a.log")
    start(handler, 3, "train_system", "logs/c.log")
    fail(handler, 1, tmp_path / "logs/b.log", "epoch 3 of 10\nError: 2 files cannot be used.\n")
    fail(handler, 2, message="SLURM status is: 'TIMEOUT'")
    fail(handler, 3)
    start(handler, 3, "train_system", "logs/c.log")  # tried again
    finish(handler, 3)
    said(capsys)
    handler.close()
    lines = said(capsys)
    assert [line for line in lines if " failed (" in line] == [
        "train_system failed ():",
        "train_system failed (seed=2, fold=0):",
    ]
    assert "    SLURM status is: 'TIMEOUT'" in lines
    assert lines[-2:] == ["    Error: 2 files cannot be used.", "    log: logs/b.log"]


def test_a_job_without_its_outputs_failed_though_no_event_says_so(handler, capsys):
    plan(handler, make_folds=1)
    start(handler, 1, "make_folds", "logs/a.log")
    about = {"exception": "MissingOutputException"}
    send(handler, LogEvent.ERROR, "Output is missing", logging.ERROR, **about)
    handler.close()
    assert "make_folds failed ():" in said(capsys)


def test_a_run_that_was_stopped_says_how_to_go_on(handler, capsys):
    plan(handler, make_folds=2)
    start(handler, 1, "make_folds")
    finish(handler, 1)
    start(handler, 2, "make_folds")
    text = "Command 'x' died with <Signals.SIGINT: 2>."
    send(handler, LogEvent.ERROR, text, logging.ERROR, exception="RuleException")
    fail(handler, 2)
    handler.close()
    expected = "Stopped: 1 of 2 jobs are done and stay. The same command goes on from here."
    lines = said(capsys)
    assert lines[-1] == expected and "failed" not in str(lines)


@pytest.mark.parametrize(
    "asked", [{"dryrun": True}, {"verbose": True}, {"debug_dag": True}, {"quiet": ["all"]}]
)
def test_snakemakes_own_messages_stay_where_they_were_asked_for(asked, capsys):
    handler = plugin.LogHandler(settings(**asked), None)
    assert not handler.writes_to_stream
    start(handler, 1, "make_folds")
    handler.close()
    assert not said(capsys)


def test_an_event_that_misses_what_it_had_costs_no_other_message(handler, capsys):
    for event in LogEvent:
        send(handler, event)
    start(handler, 1, "make_folds")
    finish(handler, 1)
    send(handler, None, "no space is left", logging.WARNING)
    assert "no space is left" in said(capsys)
    handler.close()
    assert said(capsys)[0].startswith("Done: 1 jobs")


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


def error_in(log):
    return plugin.error_in(log, time.time() - 180)


def test_bad_input_is_told_in_its_own_words(tmp_path):
    log = log_of(tmp_path, InputError("2 files cannot be used:\n  a.wav\n  b.wav"))
    assert error_in(log) == "Error: 2 files cannot be used:\n  a.wav\n  b.wav"


def test_of_another_error_the_place_and_the_exception_are_told(tmp_path):
    told = error_in(log_of(tmp_path, ValueError("too\nfew"))).splitlines()
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
    assert error_in(log) == f"{plugin.NO_ERROR}\nIts last line: excerpts 2 of 4, 21 s"
    log.write_text("")
    assert error_in(log) == plugin.NO_ERROR
    assert error_in(tmp_path / "none.log") == plugin.NO_ERROR


def test_the_log_of_an_earlier_run_says_nothing_of_this_one(tmp_path):
    log = log_of(tmp_path, InputError("no"))
    an_hour_ago = time.time() - 3600
    os.utime(log, (an_hour_ago, an_hour_ago))
    assert error_in(log) == plugin.NO_ERROR
