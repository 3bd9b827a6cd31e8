"""Tokens, counted sign-ins, the login lock, and what killed runs left."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.doctor.ground import MORNING, ClockAt, finding, ground_in
from tests.store.support import NOW, Child, child, opened, slot, token
from tests.unit.environments import GOOD
from tests.waiting import until
from vega_terminal.browser.orphans import Orphans
from vega_terminal.browser.run_folder import RUN_MARK, prefix_of
from vega_terminal.doctor.findings import Verdict
from vega_terminal.engine.ports import SignInOutcome
from vega_terminal.process_identity import ProcessIdentity

PRIMARY = slot("PRIMARY", GOOD["UPSTOX_CLIENT_ID_PRIMARY"])
SOCKET = slot("WEBSOCKET1", GOOD["UPSTOX_CLIENT_ID_WEBSOCKET1"])
SIGN_INS_FIRST = (
    "See what is said about the sign-ins first: each that fails brings the account's block nearer."
)


def minutes_later(number: int) -> datetime:
    return NOW + timedelta(minutes=number)


async def test_tokens_are_counted_in_the_database_and_in_the_journal(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.tokens.save(token(PRIMARY))
        await store.journal.hold(token(SOCKET))
    found = await finding("Tokens", ground_in(tmp_path, clock=ClockAt(MORNING)))
    assert found.verdict is Verdict.OK
    assert "07 Oct 03:30 IST" in found.found


async def test_tokens_that_died_at_half_past_three_are_a_warning(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        for each in (PRIMARY, SOCKET):
            await store.tokens.save(token(each))
    found = await finding("Tokens", ground_in(tmp_path, clock=ClockAt(MORNING + timedelta(days=1))))
    assert found.verdict is Verdict.WARN
    assert "PRIMARY, WEBSOCKET1 expired" in found.found


async def test_of_two_tokens_of_a_slot_the_longer_one_counts(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        for each in (PRIMARY, SOCKET):
            await store.tokens.save(token(each, epoch=2 * 86_400))
            await store.journal.hold(token(each, epoch=1))
    ground = ground_in(tmp_path, clock=ClockAt(MORNING + timedelta(days=2)))
    assert (await finding("Tokens", ground)).verdict is Verdict.OK


async def test_a_token_of_another_app_does_not_count(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.tokens.save(token(slot("PRIMARY", "an-app-of-last-year")))
    found = await finding("Tokens", ground_in(tmp_path, clock=ClockAt(MORNING)))
    assert found.verdict is Verdict.WARN
    assert found.found.startswith("PRIMARY's is missing. 0 of 2")


@pytest.mark.parametrize(
    ("failed", "verdict"), [(0, Verdict.OK), (1, Verdict.OK), (2, Verdict.WARN), (4, Verdict.FAIL)]
)
async def test_failed_sign_ins_in_a_row_are_told(tmp_path: Path, failed: int, verdict: Verdict) -> None:
    ground = ground_in(tmp_path, UPSTOX_MOBILE_NUMBER="9876543210")
    assert ground.roster is not None
    identity = ground.roster["PRIMARY"].identity
    async with opened(tmp_path) as store:
        for number in range(failed):
            await store.sign_ins.record_sign_in(identity.key, NOW + timedelta(minutes=number))
            await store.sign_ins.conclude_sign_in(identity.key, SignInOutcome.FAILED)
    found = await finding("Sign-ins", ground)
    assert found.verdict is verdict
    assert (identity.label in found.found) is (verdict is not Verdict.OK)
    assert ("vega-auth rearm" in found.cure) is (verdict is Verdict.FAIL)


@pytest.mark.parametrize(
    ("failed", "cure"),
    [
        (1, ["Generate them: vega-auth refresh"]),
        (2, [SIGN_INS_FIRST, "Then generate them: vega-auth refresh"]),
        (4, [SIGN_INS_FIRST, "Then generate them: vega-auth refresh"]),
    ],
)
async def test_after_failed_sign_ins_a_further_one_is_not_the_first_cure(
    tmp_path: Path, failed: int, cure: list[str]
) -> None:
    ground = ground_in(tmp_path, UPSTOX_MOBILE_NUMBER="9876543210")
    assert ground.roster is not None
    async with opened(tmp_path) as store:
        for number in range(failed):
            await store.sign_ins.record_sign_in(ground.roster["PRIMARY"].identity.key, minutes_later(number))
    found = await finding("Tokens", ground)
    assert (found.verdict, found.cure.splitlines()) == (Verdict.WARN, cure)


async def test_failed_sign_ins_of_whoever_has_a_token_keep_nobody_else_from_one(tmp_path: Path) -> None:
    ground = ground_in(
        tmp_path,
        clock=ClockAt(MORNING),
        UPSTOX_MOBILE_NUMBER="9876543210",
        UPSTOX_MOBILE_NUMBER_WEBSOCKET1="9876500000",
    )
    assert ground.roster is not None
    async with opened(tmp_path) as store:
        await store.tokens.save(token(PRIMARY))
        for number in range(3):
            await store.sign_ins.record_sign_in(ground.roster["PRIMARY"].identity.key, minutes_later(number))
    found = await finding("Tokens", ground)
    assert (found.verdict, found.cure) == (Verdict.WARN, "Generate them: vega-auth refresh")


async def test_a_journal_that_cannot_be_read_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data" / "pending.journal").mkdir(parents=True)
    found = await finding("Tokens", ground_in(tmp_path))
    assert found.verdict is Verdict.UNKNOWN
    assert found.found == "The journal cannot be read (Is a directory); it may hold tokens."
    assert found.cure == "See what is said about the journal first."


@contextmanager
def login_under_way(folder: Path) -> Iterator[Child]:
    """Another process that holds the login lock."""
    (folder / "data").mkdir(0o700)
    with child("hold_login.py", folder / "data" / "login.lock") as holder:
        assert holder.hears() == "held"
        yield holder


async def test_a_login_under_way_is_named(tmp_path: Path) -> None:
    with login_under_way(tmp_path) as holder:
        held = await finding("Login lock", ground_in(tmp_path))
        assert held.verdict is Verdict.OK
        assert f"process {holder.pid}" in held.found
        assert holder.answers("let go") == "free"
        assert (await finding("Login lock", ground_in(tmp_path))).found == "Free."


async def test_a_login_whose_process_was_killed_is_a_warning(tmp_path: Path) -> None:
    with login_under_way(tmp_path) as holder:
        pid = holder.pid
    found = await finding("Login lock", ground_in(tmp_path))
    assert found.verdict is Verdict.WARN
    assert f"process {pid}" in found.found


def dead_process() -> ProcessIdentity:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        identity = ProcessIdentity.of(process.pid)
        process.kill()
    assert identity is not None
    return identity


def profile_of(owner: ProcessIdentity, folder: Path) -> Path:
    profile = folder / "data" / "browser" / f"{prefix_of(owner)}x"
    profile.mkdir(parents=True, mode=0o700)
    return profile


async def test_a_profile_of_a_killed_run_is_a_warning_and_that_of_a_living_one_is_not(tmp_path: Path) -> None:
    profile_of(ProcessIdentity.own(), tmp_path)
    assert (await finding("Left-overs", ground_in(tmp_path))).verdict is Verdict.OK
    left = profile_of(dead_process(), tmp_path)
    assert (await finding("Left-overs", ground_in(tmp_path))).verdict is Verdict.WARN
    assert left.is_dir()


@contextmanager
def orphan(profile: Path) -> Iterator[int]:
    """A process that bears the mark of a run, as its driver does."""
    environ = {**os.environ, RUN_MARK: str(profile)}
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, env=environ) as process:
        until(lambda: bool(Orphans(profile.parent).processes()))
        yield process.pid
        assert process.poll() is None
        process.kill()


async def test_a_browser_that_a_killed_run_left_is_named_and_left_alone(tmp_path: Path) -> None:
    with orphan(profile_of(dead_process(), tmp_path)) as pid:
        found = await finding("Left-overs", ground_in(tmp_path))
        assert found.verdict is Verdict.WARN
        assert str(pid) in found.found
