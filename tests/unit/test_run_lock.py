"""Locks of runs that live, and of runs that were killed: which are removed by the next."""

from types import SimpleNamespace

import pytest

import run_lock

RUN = SimpleNamespace(is_main_process=True, nodes=None)
JOB_WITH_A_WORKFLOW = SimpleNamespace(is_main_process=False, nodes=None)
jobs = pytest.mark.parametrize("job", [None, JOB_WITH_A_WORKFLOW])
CLUSTER_RUN = SimpleNamespace(is_main_process=True, nodes=100)


@pytest.fixture(autouse=True)
def working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run_lock, "HELD", [])
    yield
    kill_all()


def kill_all():
    """What the system does as processes end, in whatever way."""
    while run_lock.HELD:
        run_lock.HELD.pop().close()


def start(workflow, folder, is_whole=True):
    """Start a run, which locks the folder as Snakemake does; returns whether it could."""
    run_lock.hold(workflow, is_whole)
    lock = folder / ".snakemake/locks/0.input.lock"
    if lock.exists():
        return False
    lock.parent.mkdir(exist_ok=True)
    lock.touch()
    return True


def test_a_killed_run_locks_nobody_out(tmp_path):
    for _ in range(3):
        assert start(RUN, tmp_path)
        kill_all()


def test_a_run_that_lives_locks_others_out(tmp_path):
    assert start(RUN, tmp_path)
    assert not start(RUN, tmp_path)
    assert not start(RUN, tmp_path)


@jobs
def test_a_job_that_lives_keeps_the_lock_of_its_run(tmp_path, job):
    assert start(RUN, tmp_path)
    run_lock.hold(job)
    run_lock.HELD.pop(0).close()
    assert not start(RUN, tmp_path)
    kill_all()
    assert start(RUN, tmp_path)


@jobs
def test_a_job_that_outlives_its_run_removes_no_lock(tmp_path, job):
    assert start(RUN, tmp_path)
    kill_all()
    run_lock.hold(job)
    assert (tmp_path / ".snakemake/locks/0.input.lock").exists()


@pytest.mark.parametrize("following", [RUN, CLUSTER_RUN])
def test_jobs_of_a_killed_run_may_wait_in_a_clusters_queue(tmp_path, following):
    assert start(CLUSTER_RUN, tmp_path)
    kill_all()
    for _ in range(2):
        assert not start(following, tmp_path)
        kill_all()


@pytest.mark.parametrize("following", [True, False])
def test_jobs_of_a_killed_run_of_which_this_is_a_module_may_live(tmp_path, following):
    assert start(RUN, tmp_path)
    kill_all()
    (tmp_path / ".snakemake/locks/0.input.lock").unlink()  # as Snakemake does at an end
    assert start(RUN, tmp_path, is_whole=False)
    kill_all()
    for _ in range(2):
        assert not start(RUN, tmp_path, is_whole=following)
        kill_all()


def test_a_run_on_another_machine_may_live(tmp_path, monkeypatch):
    assert start(RUN, tmp_path)
    kill_all()  # as it looks from the other machine, where file systems share no locks
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(run_lock.socket, "gethostname", lambda: "elsewhere")
        for _ in range(2):
            assert not start(RUN, tmp_path)
            kill_all()
    assert start(RUN, tmp_path)


def test_without_locks_of_the_system_snakemakes_stay(tmp_path, monkeypatch):
    assert start(RUN, tmp_path)
    kill_all()

    def refuse(file, operation):
        raise OSError("No locks available")

    monkeypatch.setattr(run_lock.fcntl, "flock", refuse)
    assert not start(RUN, tmp_path)


def test_a_folder_that_cannot_be_written_is_left_to_snakemake(tmp_path):
    (tmp_path / ".snakemake").write_text("no folder")
    run_lock.hold(RUN)
    assert not run_lock.HELD
