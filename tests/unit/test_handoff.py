"""Tokens for other programs: which are handed out, from where, and that it is on record before they leave."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.foreign_lock import held_by_another_program
from vega_terminal.handoff.environment import child_environment
from vega_terminal.handoff.refusal import TokenRefusal, TokenUnavailable
from vega_terminal.store.opening import DATABASE_NAME

from .handoff_world import Desk, tomorrow


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def refusal_of(desk: Desk, *names: str) -> TokenUnavailable:
    with pytest.raises(TokenUnavailable) as refused:
        await desk.give(*names)
    return refused.value


async def test_what_leaves_is_on_record_with_the_program_and_without_the_token(desk: Desk) -> None:
    await desk.save(desk.token("PRIMARY"), desk.token("WEBSOCKET1"))

    given = await desk.give("PRIMARY", "WEBSOCKET1")

    assert given == {"PRIMARY": "token-of-PRIMARY-1", "WEBSOCKET1": "token-of-WEBSOCKET1-1"}
    records = await desk.hand_outs()
    assert [record.slot for record in records] == ["PRIMARY", "WEBSOCKET1"]
    for record in records:
        assert json.loads(record.detail) == {"program": "bot�]0;.py", "by": "vega-auth exec"}
        assert record.actor.endswith(" via cli")
        assert "token-of" not in str(record)


async def test_each_refusal_says_why_and_leaves_no_record(desk: Desk) -> None:
    absent = await refusal_of(desk, "PRIMARY")
    assert absent.refusal is TokenRefusal.MISSING
    assert str(desk.data) in str(absent)
    assert list(desk.folder.iterdir()) == [], "asking makes neither database nor key"

    await desk.save(desk.token("PRIMARY"), bad := desk.token("WEBSOCKET1"))
    await desk.refuse(bad)
    refused = await refusal_of(desk, "PRIMARY", "WEBSOCKET1")
    assert (refused.slot, refused.refusal) == ("WEBSOCKET1", TokenRefusal.REFUSED)
    assert "The broker refused the token of WEBSOCKET1 on 06 Oct 2026 at 12:00 IST." in str(refused)

    assert (await refusal_of(desk, "NOPE")).refusal is TokenRefusal.UNKNOWN_SLOT

    desk.clock.at = tomorrow()
    expired = await refusal_of(desk, "PRIMARY", "WEBSOCKET1")
    assert (expired.slot, expired.refusal) == ("PRIMARY", TokenRefusal.EXPIRED)
    assert str(expired).count("expired on 07 Oct 2026 at 03:30 IST.") == 2, "every reason is told"

    assert await desk.hand_outs() == []

    (desk.folder / "vault.key").unlink()
    assert (await refusal_of(desk, "PRIMARY")).refusal is TokenRefusal.UNREADABLE
    assert not (desk.folder / "vault.key").exists()


async def test_a_held_token_counts_and_the_newer_login_wins(desk: Desk) -> None:
    await desk.save(desk.token("PRIMARY", epoch=5), desk.token("WEBSOCKET1", epoch=5))
    await desk.hold(desk.token("PRIMARY", epoch=6), desk.token("WEBSOCKET1", epoch=4))

    assert await desk.give("PRIMARY", "WEBSOCKET1") == {
        "PRIMARY": "token-of-PRIMARY-6",
        "WEBSOCKET1": "token-of-WEBSOCKET1-5",
    }


async def test_while_the_database_is_held_the_journal_gives_and_keeps_the_record(desk: Desk) -> None:
    await desk.save(desk.token("WEBSOCKET1"))
    await desk.hold(desk.token("PRIMARY", epoch=1), desk.token("PRIMARY", epoch=2))
    with held_by_another_program(desk.data / DATABASE_NAME) as pid:
        assert await desk.give("PRIMARY") == {"PRIMARY": "token-of-PRIMARY-2"}
        not_held = await refusal_of(desk, "PRIMARY", "WEBSOCKET1")
    assert not_held.refusal is TokenRefusal.UNREADABLE
    assert str(pid) in str(not_held)
    assert [record.slot for record in await desk.hand_outs()] == ["PRIMARY"]


async def test_a_held_database_and_no_journal_is_told_and_not_waited_for(desk: Desk) -> None:
    await desk.save(desk.token("PRIMARY"))
    with held_by_another_program(desk.data / DATABASE_NAME) as pid:
        refused = await refusal_of(desk, "PRIMARY")
    assert refused.refusal is TokenRefusal.UNREADABLE
    assert str(pid) in str(refused)
    assert desk.clock.elapsed < 10


async def test_nothing_leaves_that_cannot_be_recorded(desk: Desk) -> None:
    await desk.save(desk.token("PRIMARY"))
    (desk.data / "pending.journal.lock").unlink(missing_ok=True)
    (desk.data / "pending.journal.lock").mkdir()
    with closing(sqlite3.connect(desk.data / DATABASE_NAME, isolation_level=None)) as other:
        other.execute("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT raise(ABORT, 'full'); END")
    refused = await refusal_of(desk, "PRIMARY")
    assert refused.refusal is TokenRefusal.NOT_AUDITED
    assert "token-of" not in str(refused)


def test_a_program_sees_tokens_and_none_of_our_secrets(desk: Desk) -> None:
    token = desk.token("PRIMARY").value
    ours = {
        "UPSTOX_PIN": "123456",
        "upstox_totp_secret": "JBSWY3DPEHPK3PXP",
        "UPSTOX_CLIENT_SECRET_PRIMARY": "secret",
        "UPSTOX_ACCESS_TOKEN_WEBSOCKET1": "of yesterday",
        "VEGA_REDIS_URL": "redis://:secret@host",
        "VEGA_SECRET_OF_A_LATER_VERSION": "secret",
    }
    harmless = {
        "PATH": "/bin",
        "UPSTOX_API_NAMES": "PRIMARY",
        "UPSTOX_CLIENT_ID_PRIMARY": "id",
        "X_UPSTOX_": "1",
    }

    given = child_environment(ours | harmless, {"PRIMARY": token}, "https://broker")

    assert given == harmless | {
        "UPSTOX_API_BASE_URL": "https://broker",
        "UPSTOX_ACCESS_TOKEN": token.reveal(),
        "UPSTOX_ACCESS_TOKEN_PRIMARY": token.reveal(),
    }
    without = child_environment({}, {"WEBSOCKET1": token}, "https://broker")
    assert set(without) == {"UPSTOX_API_BASE_URL", "UPSTOX_ACCESS_TOKEN_WEBSOCKET1"}
