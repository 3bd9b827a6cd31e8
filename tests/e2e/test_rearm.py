"""`vega-auth rearm` as a process: shows the count, takes a person's word, and lets sign-ins begin again."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vega_terminal.clock import SystemClock
from vega_terminal.engine.sign_in_guard import MOST_FAILURES
from vega_terminal.settings.loader import load_settings
from vega_terminal.store.opening import open_store
from vega_terminal.store.vault.key import KeySource
from vega_terminal.store.vault.key_file import KeyFile
from vega_terminal.store.vault.locator import KeyLocator

from .command_line import CommandLine
from .conftest import MakeDesk
from .test_prompts import Conversation

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]

AT = datetime(2026, 10, 6, 4, 0, tzinfo=UTC)


def fail(desk: CommandLine, times: int) -> str:
    """Leave so many failed sign-ins behind; returns the label of whoever failed."""
    identity = load_settings(desk.environment(), Path(os.devnull)).roster["PRIMARY"].identity

    async def record() -> None:
        keys = KeyLocator([KeyFile(desk.home / "vault.key", KeySource.KEY_FILE)])
        async with open_store(desk.data, keys, SystemClock(), busy_attempts=3) as store:
            for number in range(times):
                await store.sign_ins.record_sign_in(identity.key, AT + timedelta(minutes=number))

    asyncio.run(record())
    return identity.label


def test_nobody_signs_in_until_a_person_has_said_yes(make_desk: MakeDesk) -> None:
    desk = make_desk()
    label = fail(desk, MOST_FAILURES)
    refused = desk.run("refresh", "--yes", "--json")
    assert refused.code == 1
    assert set(refused.failures().values()) == {"SIGN_INS_SPENT"}
    asked = desk.run("rearm")
    assert asked.code == 1
    assert asked.stdout == f"{label}: 4 failed sign-ins in a row; nothing signs in.\n"
    assert "nobody is there to say yes" in asked.stderr
    done = desk.run("rearm", label, "--yes", "--json")
    assert done.code == 0
    assert done.document == {"identities": [{"identity": label, "failedSignIns": 0, "rearmed": True}]}
    assert "allowed again" in done.stderr
    trail = desk.run("audit", "show", "--json").document["records"]
    assert [record["detail"]["by"] for record in trail if record["kind"] == "REARMED"] == ["vega-auth rearm"]
    nothing = desk.run("rearm", "PRIMARY")
    assert nothing.code == 0
    assert nothing.stdout == f"{label}: 0 failed sign-ins in a row; sign-ins are allowed.\n"
    assert label not in nothing.stderr
    assert sum(desk.broker.counts.calls.values()) == 0


def test_what_was_allowed_is_the_result_and_goes_to_stdout(make_desk: MakeDesk) -> None:
    desk = make_desk()
    label = fail(desk, MOST_FAILURES)
    done = desk.run("rearm", "--yes")
    assert (done.code, done.stdout.splitlines()) == (
        0,
        [
            f"{label}: 4 failed sign-ins in a row; nothing signs in.",
            f"{label}: sign-ins are allowed again.",
        ],
    )
    assert label not in done.stderr


def test_an_identity_that_is_not_there_is_a_wrong_command_line(make_desk: MakeDesk) -> None:
    desk = make_desk()
    wrong = desk.run("rearm", "0000")
    assert wrong.code == 64
    assert "there is no login 0000" in wrong.stderr


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("", 1), ("n", 1)])
def test_the_person_at_the_terminal_is_asked(make_desk: MakeDesk, answer: str, code: int) -> None:
    desk = make_desk()
    fail(desk, 2)
    talk = Conversation(desk, ("rearm",))
    talk.wait_for(r"allow .* again\? \[y/N\] ")
    talk.answer(answer)
    assert talk.end() == code
