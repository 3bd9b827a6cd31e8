"""A second program holds the database for longer than the run: nothing is lost and nobody signs in twice."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest

from .command_line import CommandLine
from .conftest import MakeDesk
from .foreign_lock import held_by_another_program
from .stored_tokens import save_valid

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(150)]

THREE = ("PRIMARY", "WEBSOCKET1", "OPTIONCHAIN1")


def tokens_in(data: Path) -> int:
    with sqlite3.connect(data / "vega_trade.db") as connection:
        return int(connection.execute("SELECT count(*) FROM tokens").fetchone()[0])


def run_with_a_lock_from(desk: CommandLine, line: str) -> tuple[int, str, dict[str, object], int]:
    """A `refresh` during which another program takes the database when `line` is told, and keeps it."""
    process = desk.start("refresh", "--no-input", "--json")
    assert process.stderr is not None
    told = ""
    for text in process.stderr:
        told += text
        if line in text:
            break
    with held_by_another_program(desk.data / "vega_trade.db") as pid:
        finished = desk.finish(process)
    return finished.code, told + finished.stderr, finished.document, pid


def test_a_lock_for_longer_than_the_run_costs_nothing(make_desk: MakeDesk) -> None:
    desk = make_desk(apps=THREE)
    code, told, document, pid = run_with_a_lock_from(desk, "PRIMARY: waiting for the OTP page")

    assert code == 0, told
    status = document["status"]
    assert isinstance(status, dict)
    assert status["database"]["state"] == "LOCKED"
    assert status["database"]["pendingPersist"] == len(THREE)
    assert {row["verdict"] for row in status["tokens"]} == {"PENDING_PERSIST"}
    assert (status["ready"], status["reason"]) == (True, "PRIMARY_VALIDATED")
    assert str(pid) in told, "who holds the database was not told"
    assert tokens_in(desk.data) == 0

    waiting = json.loads(desk.run("status", "--json").stdout)
    assert waiting["database"]["pendingPersist"] == len(THREE) == waiting["generated"]

    later = desk.run("refresh", "--no-input", "--json")
    assert later.code == 0
    assert later.verdicts() == dict.fromkeys(THREE, "VALID")
    assert tokens_in(desk.data) == len(THREE)
    assert json.loads(desk.run("status", "--json").stdout)["database"]["pendingPersist"] == 0
    wire = desk.broker.counts.total
    assert (wire.logins, wire.exchanges) == (1, len(THREE))


def test_a_database_held_from_the_start_is_waited_for(make_desk: MakeDesk) -> None:
    desk = make_desk(apps=("PRIMARY",))
    asyncio.run(save_valid(desk, "PRIMARY"))
    with held_by_another_program(desk.data / "vega_trade.db") as pid:
        process = desk.start("refresh", "--no-input", "--json")
        assert process.stderr is not None
        waiting = next(line for line in process.stderr if "Waiting for the database" in line)
        assert str(pid) in waiting
    assert desk.finish(process).code == 0
    assert desk.broker.counts.total.dialogs == 0, "the token was there all the time"
