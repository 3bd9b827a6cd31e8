"""A run is killed with its browser open: nobody else's browser starts before that one is gone."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.waiting import until
from vega_terminal.browser.orphans import Orphans
from vega_terminal.browser.profile import Profile
from vega_terminal.browser.run_folder import RUN_MARK, prefix_of
from vega_terminal.clock import SystemClock
from vega_terminal.domain.errors import LoginBusy
from vega_terminal.process_identity import ProcessIdentity
from vega_terminal.store.login_holder import read_holder
from vega_terminal.store.login_lock import LoginLock

from .killed_runs import Run, is_free, run_with_browser


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """This process's folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    return tmp_path / "tmp"


def next_run(run: Run, told: list[str], patience: float = 20.0) -> LoginLock:
    """The login lock of a run that comes after."""
    orphans = Orphans(run.folder / "browser")
    return LoginLock(
        run.lock, SystemClock(), patience, reap=orphans.end_processes, sweep=orphans.sweep, notify=told.append
    )


# --- real browsers --------------------------------------------------------------------------------


@pytest.mark.parametrize("ends", ["well", "killed"])
@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_the_lock_is_held_for_as_long_as_the_driver_lives_and_not_longer(tmp_path: Path, ends: str) -> None:
    with run_with_browser(tmp_path) as run:
        family, driver = run.family(), run.driver()
        assert not is_free(run.lock)
        assert [each for each in family if _holds(each, run.lock)] == [driver], "no browser may hold it"
        assert {each.pid for each in family if _listens(each)} == {driver.pid}, "no DevTools port"

        if ends == "well":
            run.goes_on()
            assert run.hears() == "free"
            assert is_free(run.lock)
            assert run.family() == []
            assert list((run.folder / "browser").iterdir()) + list(run.temporary.iterdir()) == []
        else:
            run.kill()
            until(lambda: is_free(run.lock))
            assert driver not in run.family()
            until(lambda: run.family() == [])


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
async def test_a_driver_that_outlives_its_run_keeps_the_lock_until_the_next_run_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the system cannot tie a driver's life to its parent's."""
    with run_with_browser(tmp_path, "no-signal") as run:
        monkeypatch.setattr(tempfile, "tempdir", str(run.temporary))
        holder, waiting, told = read_holder(run.lock), list[str](), list[str]()
        run.kill()
        assert run.driver().is_running()
        assert not is_free(run.lock)

        async with next_run(run, told).hold(waiting.append) as waited:
            assert waited
            assert run.family() == []
            assert [*(run.folder / "browser").iterdir(), *run.temporary.iterdir()] == []

    assert waiting == [f"the browser of {holder}, which was killed"]
    assert "left its browser running" in told[0]
    assert told[1] == "Removed 2 folders of a killed run's browser."


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
async def test_without_the_inherited_lock_the_next_run_still_finds_the_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the two ties are for: without them the lock is free while a browser is at work."""
    with run_with_browser(tmp_path, "no-lock", "no-signal") as run:
        monkeypatch.setattr(tempfile, "tempdir", str(run.temporary))
        run.kill()
        told: list[str] = []
        assert run.driver() in run.family()
        assert is_free(run.lock)

        async with next_run(run, told).hold(told.append) as waited:
            assert not waited
            assert run.family() == []

    assert "left its browser running" in told[0]
    assert "Removed 2 folders" in told[0]


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
async def test_the_browser_of_a_run_that_lives_is_left_alone(tmp_path: Path) -> None:
    with run_with_browser(tmp_path) as run:
        os.truncate(run.lock, 0)
        psutil.Process(run.process.pid).suspend()
        family, told = run.family(), list[str]()

        with pytest.raises(LoginBusy):
            async with next_run(run, told, patience=0.5).hold(told.append):
                pass
        assert Orphans(run.folder / "browser").sweep() is None

        assert run.family() == family
        assert told == ["a process that did not give its name"]
        psutil.Process(run.process.pid).resume()


# --- marks ----------------------------------------------------------------------------------------


def test_what_a_killed_run_left_on_the_disk_is_removed_and_nothing_else(
    tmp_path: Path, temporary: Path
) -> None:
    profiles = tmp_path / "browser"
    dead, alive = _dead_process(), ProcessIdentity.own()
    killed = Profile(profiles, owner=dead)
    (killed.path / "Cookies").write_text("a session")
    stays = [
        *_folders_of(Profile(profiles, owner=alive)),
        *_folders_of(Profile(tmp_path / "other data folder", owner=dead)),
        _made(temporary / "vega-of-another-program"),
        _made(profiles / "something else"),
    ]
    (profiles / f"{prefix_of(dead)}link").symlink_to(_made(tmp_path / "elsewhere"))
    (temporary / "vega-link").symlink_to(tmp_path / "elsewhere")

    assert Orphans(profiles).sweep() == "Removed 2 folders of a killed run's browser."

    assert [folder for folder in _folders_of(killed) if folder.exists()] == []
    assert all(folder.is_dir() for folder in [*stays, tmp_path / "elsewhere"])
    assert Orphans(profiles).sweep() is None


def test_a_number_that_was_given_to_another_process_is_no_sign_of_life(
    tmp_path: Path, temporary: Path
) -> None:
    own = ProcessIdentity.own()
    earlier = Profile(tmp_path / "browser", owner=ProcessIdentity(own.pid, own.birth - 1))

    assert Orphans(tmp_path / "browser").sweep() == "Removed 2 folders of a killed run's browser."
    assert not earlier.path.exists()


def test_only_processes_with_the_mark_of_a_dead_run_in_this_folder_are_ended(tmp_path: Path) -> None:
    dead, alive = prefix_of(_dead_process()), prefix_of(ProcessIdentity.own())
    ours, other = tmp_path / "browser", tmp_path / "other"
    with (
        _marked(ours / f"{dead}a") as orphan,
        _marked(ours / f"{alive}b") as at_work,
        _marked(other / f"{dead}c") as elsewhere,
        _marked(ours / "deeper" / f"{dead}d") as deeper,
        _marked(ours / "run-x") as nameless,
    ):
        assert Orphans(ours).end_processes() == (
            "A killed run had left its browser running; its 1 process ended now."
        )
        assert orphan.wait(10) == -9
        assert [each.poll() for each in (at_work, elsewhere, deeper, nameless)] == [None] * 4


def _holds(process: psutil.Process, lock: Path) -> bool:
    return str(lock) in [file.path for file in process.open_files()]


def _listens(process: psutil.Process) -> bool:
    return any(each.status == psutil.CONN_LISTEN for each in process.net_connections("inet"))


def _dead_process() -> ProcessIdentity:
    with subprocess.Popen(["sleep", "60"]) as process:
        identity = ProcessIdentity.of(process.pid)
        process.kill()
    assert identity is not None
    return identity


@contextmanager
def _marked(profile: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that says it belongs to the run of `profile`."""
    with subprocess.Popen(["sleep", "60"], env=os.environ | {RUN_MARK: str(profile)}) as process:
        try:
            yield process
        finally:
            process.kill()


def _folders_of(profile: Profile) -> list[Path]:
    return [profile.path, profile.scratch]


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
