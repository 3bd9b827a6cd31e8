"""Files that are not this machine's, this key's or this version's: refused with the cure, and left alone."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.journal.promises import token, vault_key
from vega_terminal.clock import SystemClock
from vega_terminal.store.journal.token_journal import JOURNAL_NAME, TokenJournal

from .command_line import CommandLine
from .conftest import MakeDesk

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]


def journal_of_another_key(desk: CommandLine) -> Path:
    journal = TokenJournal(desk.data, vault_key(b"another machine's key, 32 bytes."), SystemClock())
    asyncio.run(journal.hold(token()))
    return desk.data / JOURNAL_NAME


def database_of_tomorrow(desk: CommandLine) -> Path:
    path = desk.data / "vega_trade.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 9999")
    return path


@pytest.mark.parametrize(
    ("foreign", "words"),
    [(journal_of_another_key, "sealed with"), (database_of_tomorrow, "newer VEGA Terminal")],
)
def test_it_is_refused_and_left_alone(make_desk: MakeDesk, foreign: object, words: str) -> None:
    desk = make_desk(apps=("PRIMARY",))
    assert desk.run("status").code == 0
    path = foreign(desk)  # type: ignore[operator]  # one of the two functions above
    before = path.read_bytes()
    result = desk.run("refresh", "--no-input")
    assert result.code == 3
    assert words in result.stderr
    assert "left as it is" in result.stderr
    assert path.read_bytes() == before
    assert desk.broker.counts.total.dialogs == 0
