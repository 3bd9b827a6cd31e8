"""Whoever is called after a run that failed sees why, in a process of his own, until it holds no more."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing

import pytest

from vega_terminal.store.opening import DATABASE_NAME

from .command_line import CommandLine
from .conftest import MakeDesk
from .stored_tokens import save_valid

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(90)]

ONE = ("PRIMARY",)
NOTE = re.compile(
    r"^· PRIMARY +MISSING +- +- +PIN_REJECTED at \d\d:\d\d IST: The broker refused the PIN\.", re.MULTILINE
)


def calls(desk: CommandLine) -> int:
    return sum(desk.broker.counts.calls.values())


def test_the_cause_is_shown_and_nothing_is_asked_or_written_for_it(make_desk: MakeDesk) -> None:
    desk = make_desk("wrong-pin", apps=ONE)
    failed = desk.run("refresh", "--no-input", "--yes", "--json")
    assert (failed.code, failed.failures()) == (3, {"PRIMARY": "PIN_REJECTED"})
    asked, trail = calls(desk), desk.run("audit", "show", "--json").document

    seen = desk.run("status", "--json")
    (row,) = seen.document["tokens"]
    (said,) = failed.document["slots"]
    assert (seen.code, row["failure"]["kind"]) == (0, "PIN_REJECTED")
    assert re.match(r"PIN_REJECTED at \d\d:\d\d IST: ", row["failure"]["message"])
    assert row["failure"]["message"].endswith(said["failure"]["message"])
    assert NOTE.search(desk.run("status").stdout)
    assert (calls(desk), desk.run("audit", "show", "--json").document) == (asked, trail)

    assert NOTE.search(desk.run("status", "--verify").stdout)
    shown = [
        line
        for line in desk.run("audit", "show", "--limit", "500").stdout.splitlines()
        if "SLOT_FAILED" in line
    ]
    assert len(shown) == 1
    assert "failure=PIN_REJECTED" in shown[0]


def test_a_token_got_since_then_ends_it(make_desk: MakeDesk) -> None:
    desk = make_desk("wrong-pin", apps=ONE)
    desk.run("refresh", "--no-input", "--yes")
    asyncio.run(save_valid(desk, "PRIMARY"))
    for arguments in ((), ("--verify",)):
        assert desk.run("status", "--json", *arguments).failures() == {"PRIMARY": None}


def test_a_list_of_executions_that_cannot_be_read_costs_a_sentence_alone(make_desk: MakeDesk) -> None:
    desk = make_desk(apps=ONE)
    assert desk.run("status").stderr == ""
    with closing(sqlite3.connect(desk.data / DATABASE_NAME)) as connection, connection:
        connection.execute("INSERT INTO executions VALUES ('x', 'cli', '1:1', 'when?', NULL, NULL, '', '[]')")
    for arguments in ((), ("--verify",)):
        result = desk.run("status", "--json", *arguments)
        assert (result.code, result.verdicts()) == (0, {"PRIMARY": "MISSING"})
        assert "Why a slot has no token cannot be told." in result.stderr
