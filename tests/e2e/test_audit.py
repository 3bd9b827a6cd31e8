"""`vega-auth audit` as a process: shown, proven, exported; harmless for terminals and spreadsheets."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import sqlite3
import stat
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vega_terminal.cli.__main__ import main
from vega_terminal.clock import SystemClock
from vega_terminal.engine.ports.audit import AuditEntry, AuditKind
from vega_terminal.store.audit.checkpoint import AuditCheckpoint
from vega_terminal.store.audit.rows import NamedEntry
from vega_terminal.store.audit.trail import AUDIT_TOPIC, SqliteAuditTrail
from vega_terminal.store.opening import DATABASE_NAME, open_store
from vega_terminal.store.vault.key import KeySource
from vega_terminal.store.vault.key_file import KeyFile
from vega_terminal.store.vault.locator import KeyLocator

from .command_line import CommandLine
from .conftest import MakeDesk

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]

AT = datetime(2026, 10, 6, 4, 0, 1, tzinfo=UTC)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1")
HOSTILE = "\x1b]52;c;aGk=\x07\x9b2J\x7f\u202e,\"quoted\"\r\n=cmd|' /C calc'!A0"


def enter(desk: CommandLine, entries: Sequence[AuditEntry], *, noted: int = 0) -> None:
    """Leave a trail as a run does, and notes for it as a run at a held database does."""

    async def append() -> None:
        keys = KeyLocator([KeyFile(desk.home / "vault.key", KeySource.KEY_FILE)])
        clock = SystemClock()
        async with open_store(desk.data, keys, clock, busy_attempts=3) as store:
            checkpoint = AuditCheckpoint(desk.data, store.key)
            trail = SqliteAuditTrail(store.database, store.key, clock, store.journal, checkpoint)
            await trail.append(entries)
            await store.journal.note_all(AUDIT_TOPIC, [NamedEntry.new(entry()).as_note()] * noted)

    asyncio.run(append())


def entry(kind: AuditKind = AuditKind.GATE, actor: str = "root via cli", **detail: str) -> AuditEntry:
    return AuditEntry(AT, kind, actor, "run-1", "PRIMARY", detail)


def test_show_lists_the_newest_last(make_desk: MakeDesk) -> None:
    desk = make_desk()
    assert "empty" in desk.run("audit").stdout
    enter(desk, [entry(change=f"number {number}") for number in range(60)])
    lines = desk.run("audit").stdout.splitlines()
    assert len(lines) == 1 + 50
    assert lines[-1].split() == [
        "60", "06", "Oct", "2026", "09:30:01", "GATE", "PRIMARY", "root", "via", "cli", "change=number", "59",
    ]  # fmt: skip
    document = desk.run("audit", "show", "--limit", "2", "--json").document
    assert [record["seq"] for record in document["records"]] == [59, 60]
    assert document["records"][1]["detail"] == {"change": "number 59"}
    assert sum(desk.broker.counts.calls.values()) == 0


def test_verify_names_the_first_bad_record_and_ends_with_1(make_desk: MakeDesk) -> None:
    desk = make_desk()
    enter(desk, [entry(number=str(number)) for number in range(4)])
    whole = desk.run("audit", "verify", "--json")
    assert (whole.code, whole.document) == (0, {"records": 4, "whole": True, "firstBad": None, "notices": []})
    with closing(sqlite3.connect(desk.data / DATABASE_NAME)) as connection, connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET actor = 'nobody' WHERE seq = 3")
    broken = desk.run("audit", "verify")
    assert broken.code == 1
    assert "BROKEN at record 3 (4 records)." in broken.stdout
    document = desk.run("audit", "verify", "--json").document
    assert (document["whole"], document["firstBad"]["seq"]) == (False, 3)
    (desk.data / "audit.checkpoint").unlink()
    assert desk.run("audit", "verify", "--json").document["firstBad"]["seq"] == 3


def test_nothing_that_is_shown_can_act_on_a_terminal(make_desk: MakeDesk) -> None:
    desk = make_desk()
    enter(desk, [entry(actor=HOSTILE, why=HOSTILE)])
    for arguments in (("show",), ("show", "--json"), ("export",), ("export", "--format", "csv")):
        result = desk.run("audit", *arguments)
        assert result.code == 0, result.stderr
        assert not set(result.stdout) & {*map(chr, range(32)), *map(chr, range(127, 160)), "\u202e"} - {
            "\r",
            "\n",
        }
        assert "\r" not in result.stdout.replace("\r\n", "\n")


def test_a_csv_export_is_safe_for_spreadsheets(make_desk: MakeDesk) -> None:
    desk = make_desk()
    enter(
        desk,
        [
            *(entry(actor=formula) for formula in FORMULAS),
            entry(actor="\0=1"),
            entry(actor='a,"b"', note="x,y"),
        ],
    )
    target = desk.home / "trail.csv"
    result = desk.run("audit", "export", "--format", "csv", "--output", str(target))
    assert result.code == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    data = target.read_bytes().decode()
    assert data.count("\r\n") == data.count("\n") == 10
    rows = list(csv.DictReader(io.StringIO(data, newline="")))
    assert [row["actor"][0] for row in rows] == ["'"] * len(FORMULAS) + ["\N{REPLACEMENT CHARACTER}", "a"]
    assert rows[-1]["actor"] == 'a,"b"'
    assert json.loads(rows[-1]["detail"]) == {"note": "x,y"}


def test_an_export_overwrites_nothing_and_holds_everything(make_desk: MakeDesk) -> None:
    desk = make_desk()
    enter(desk, [entry(number=str(number)) for number in range(3)])
    target = desk.home / "trail.jsonl"
    arguments = ("audit", "export", "--format", "jsonl", "--output", str(target))
    assert desk.run(*arguments).code == 0
    written = target.read_text()
    assert [json.loads(line)["seq"] for line in written.splitlines()] == [1, 2, 3]
    assert {len(json.loads(line)["mac"]) for line in written.splitlines()} == {64}
    again = desk.run(*arguments)
    assert again.code == 64
    assert "exists and is not overwritten" in again.stderr
    database = desk.run("audit", "export", "--output", str(desk.data / DATABASE_NAME))
    assert database.code == 64
    assert target.read_text() == written
    assert desk.run("audit", "verify").code == 0
    assert desk.run("audit", "export", "--output", str(Path("nowhere", "x"))).code == 64
    assert desk.run("audit", "export").stdout == written


@pytest.mark.parametrize(
    "arguments",
    [
        ("verify", "--limit", "3"),
        ("show", "--output", "x"),
        ("export", "--json"),
    ],
)
def test_options_that_do_not_belong_together_end_with_64(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", *arguments]) == 64
    result, said = capsys.readouterr()
    assert (result, "vega-auth audit" in said) == ("", True)


def test_entries_that_still_wait_in_the_journal_are_told(make_desk: MakeDesk) -> None:
    desk = make_desk()
    enter(desk, [entry()], noted=2)
    result = desk.run("audit", "verify", "--json")
    assert (result.code, result.document["records"]) == (0, 1)
    assert "2 more wait in the journal" in result.stderr


def test_the_demo_has_a_trail_of_its_own(make_desk: MakeDesk) -> None:
    desk = make_desk()
    enter(desk, [entry()])
    result = desk.run("audit", "verify", "--json", "--demo")
    assert (result.code, result.document["records"]) == (0, 0)
