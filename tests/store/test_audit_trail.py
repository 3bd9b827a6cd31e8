"""The audit trail on a real database: what it takes, what it survives, and what is found afterwards."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from vega_terminal.domain.errors import StorageError
from vega_terminal.engine.ports.audit import AuditBreak, AuditVerification
from vega_terminal.store.audit.book import SqliteAuditBook
from vega_terminal.store.audit.checkpoint import CHECKPOINT_NAME, AuditCheckpoint, CheckpointContents
from vega_terminal.store.audit.trail import AUDIT_TOPIC, SqliteAuditTrail
from vega_terminal.store.deferred.notes import Deferred
from vega_terminal.store.journal.file_ops import OsFileOps
from vega_terminal.store.opening import DATABASE_NAME, Store

from .audit_trails import entries
from .support import CHILDREN, CancelAt, ScriptedClock, child, foreign_lock, opened

ASIDE = f"{DATABASE_NAME}.damaged-20261006T040000Z"

COPIED = "'a new id', generation, at, kind, actor, execution_id, slot, detail, mac"
SWAP = """
UPDATE audit SET seq = 99 WHERE seq = 4;
UPDATE audit SET seq = 4 WHERE seq = 5;
UPDATE audit SET seq = 5 WHERE seq = 99;
"""


@dataclass(frozen=True)
class Office:
    """An open store with its audit trail, and the book that reads it."""

    store: Store
    trail: SqliteAuditTrail
    book: SqliteAuditBook

    async def first_bad(self) -> AuditBreak:
        found = await self.book.verify()
        assert found.first_bad is not None
        return found.first_bad


@asynccontextmanager
async def office(folder: Path, ops: OsFileOps | None = None) -> AsyncIterator[Office]:
    async with opened(folder) as store:
        checkpoint = AuditCheckpoint(folder / "data", store.key, ops)
        trail = SqliteAuditTrail(store.database, store.key, ScriptedClock(), store.journal, checkpoint)
        yield Office(store, trail, SqliteAuditBook(store.database, store.key, checkpoint))


async def kept(folder: Path, count: int) -> None:
    """Leave a closed store with `count` records."""
    async with office(folder) as desk:
        await desk.trail.append(entries(count))


def tampered(folder: Path, script: str) -> None:
    """Somebody opens the closed database with a tool and takes the guards away first."""
    with closing(sqlite3.connect(folder / "data" / DATABASE_NAME, isolation_level=None)) as connection:
        for act in ("update", "delete", "replace"):
            connection.execute(f"DROP TRIGGER IF EXISTS audit_no_{act}")
        connection.executescript(script)


async def verified(folder: Path) -> AuditVerification:
    async with office(folder) as desk:
        return await desk.book.verify()


async def test_entries_stand_in_their_order_across_batches_and_restarts(tmp_path: Path) -> None:
    await kept(tmp_path, 3)
    async with office(tmp_path) as desk:
        await desk.trail.append(entries(1, start=4))
        await desk.trail.append([])
        records = await desk.book.records()
        assert [record.seq for record in records] == [1, 2, 3, 4]
        assert [json.loads(record.detail)["number"] for record in records] == ["1", "2", "3", "4"]
        assert await desk.book.records(2) == records[2:]
        assert await desk.book.verify() == AuditVerification(4)
    checkpoint = tmp_path / "data" / CHECKPOINT_NAME
    assert stat.S_IMODE(checkpoint.stat().st_mode) == 0o600


async def test_the_database_itself_refuses_changes(tmp_path: Path) -> None:
    await kept(tmp_path, 2)
    with closing(sqlite3.connect(tmp_path / "data" / DATABASE_NAME)) as connection:
        for statement in (
            "UPDATE audit SET actor = 'nobody' WHERE seq = 1",
            "DELETE FROM audit WHERE seq = 2",
            f"INSERT OR REPLACE INTO audit SELECT seq, {COPIED} FROM audit WHERE seq = 2",
            (
                "INSERT OR REPLACE INTO audit SELECT 9, entry_id, 0, at, kind, actor, NULL, NULL, detail, mac"
                " FROM audit WHERE seq = 2"
            ),
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE audit SET detail = replace(detail, 'number', 'nember') WHERE seq = 3", 3),
        ("UPDATE audit SET actor = CAST(x'ff1b' AS TEXT) WHERE seq = 2", 2),
        (SWAP, 4),
        ("UPDATE audit SET mac = 'zz' WHERE seq = 5", 5),
        ("UPDATE audit SET mac = CAST(x'ff' AS TEXT) WHERE seq = 5", 5),
        ("DELETE FROM audit WHERE seq = 4", 4),
        ("DELETE FROM audit WHERE seq > 3", 4),
        ("DELETE FROM audit WHERE seq < 3", 1),
        ("DELETE FROM audit", 1),
        (f"INSERT INTO audit SELECT 6, {COPIED} FROM audit WHERE seq = 5", 6),
    ],
)
async def test_tampering_with_the_file_is_found(tmp_path: Path, statement: str, seq: int) -> None:
    await kept(tmp_path, 5)
    tampered(tmp_path, statement)
    async with office(tmp_path) as desk:
        assert (await desk.first_bad()).seq == seq
        await desk.trail.append(entries(2, start=50))
        assert (await desk.first_bad()).seq == seq, "what is written afterwards hides nothing"


async def test_an_older_copy_of_the_database_is_found(tmp_path: Path) -> None:
    await kept(tmp_path, 2)
    database = tmp_path / "data" / DATABASE_NAME
    shutil.copy(database, tmp_path / "older")
    await kept(tmp_path, 2)
    shutil.copy(tmp_path / "older", database)
    async with office(tmp_path) as desk:
        assert (await desk.first_bad()).seq == 3
        await desk.trail.append(entries(4, start=50))
        assert (await desk.first_bad()).seq == 3


async def test_a_new_database_in_its_place_is_found(tmp_path: Path) -> None:
    await kept(tmp_path, 3)
    (tmp_path / "data" / DATABASE_NAME).unlink()
    await kept(tmp_path, 5)
    found = await verified(tmp_path)
    assert found.first_bad is not None
    assert found.first_bad.seq == 1


async def test_a_lost_checkpoint_stays_an_alarm(tmp_path: Path) -> None:
    await kept(tmp_path, 3)
    (tmp_path / "data" / CHECKPOINT_NAME).unlink()
    async with office(tmp_path) as desk:
        assert (await desk.first_bad()).seq is None
        await desk.trail.append(entries(2, start=4))
        bad = await desk.first_bad()
        assert bad.seq == 4
        assert "was missing" in bad.why


async def test_a_checkpoint_that_vanishes_while_the_trail_is_open_is_an_alarm(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await desk.trail.append(entries(3))
        (tmp_path / "data" / CHECKPOINT_NAME).unlink()
        await desk.trail.append(entries(2, start=4))
        assert (await desk.first_bad()).seq == 4


async def test_a_changed_checkpoint_is_an_alarm_and_stays_as_it_is(tmp_path: Path) -> None:
    await kept(tmp_path, 3)
    checkpoint = tmp_path / "data" / CHECKPOINT_NAME
    forged = checkpoint.read_bytes().replace(b"[0,3,", b"[0,2,")
    checkpoint.write_bytes(forged)
    async with office(tmp_path) as desk:
        await desk.trail.append(entries(1, start=4))
        bad = await desk.first_bad()
        assert bad.seq is None
        assert "audit.checkpoint was changed" in bad.why
    assert checkpoint.read_bytes() == forged
    tampered(tmp_path, "UPDATE audit SET slot = 'X' WHERE seq = 2")
    found = await verified(tmp_path)
    assert found.first_bad is not None
    assert found.first_bad.seq == 2, "the chain still names what it finds"


class NoRoom(OsFileOps):
    """A disk that takes no new file while it is full."""

    full = False

    def create(self, path: Path) -> int:
        if self.full:
            raise OSError(28, "No space left on device")
        return super().create(path)


async def test_a_crash_between_commit_and_checkpoint_is_no_alarm(tmp_path: Path) -> None:
    ops = NoRoom()
    async with office(tmp_path, ops) as desk:
        await desk.trail.append(entries(2))
        ops.full = True
        await desk.trail.append(entries(2, start=3))
        assert await desk.book.verify() == AuditVerification(4)
        ops.full = False
        await desk.trail.append(entries(1, start=5))
    tampered(tmp_path, "DELETE FROM audit WHERE seq > 3")
    async with office(tmp_path) as desk:
        assert (await desk.first_bad()).seq == 4, "what was left out is made up for"


async def test_without_a_checkpoint_the_first_entries_wait_in_the_journal(tmp_path: Path) -> None:
    ops = NoRoom()
    ops.full = True
    async with office(tmp_path, ops) as desk:
        await desk.trail.append(entries(2))
        assert await desk.book.records() == ()
        assert len(await desk.store.journal.notes()) == 2


async def test_a_held_database_sends_entries_through_the_journal_each_once(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await desk.trail.append(entries(1))
        with foreign_lock(tmp_path / "data") as holder:
            await desk.trail.append(entries(2, start=2))
            holder.goes_on()
            assert holder.hears() == "free"
        await desk.trail.append(entries(1, start=4))
        notes = await desk.store.journal.notes()
        assert {note.topic for note in notes} == {AUDIT_TOPIC}
        for note in notes:
            await desk.trail.apply(note.text)
        # A crash before they were struck: the next start applies them again.
        deferred = Deferred(desk.store.journal, tmp_path / "data", ScriptedClock(), pytest.fail)
        deferred.register(AUDIT_TOPIC, desk.trail.apply)
        await deferred.replay()
        assert await desk.store.journal.notes() == ()
        numbers = [json.loads(record.detail)["number"] for record in await desk.book.records()]
        assert numbers == ["1", "4", "2", "3"]
        assert [record.at for record in await desk.book.records()][2] < (await desk.book.records())[1].at
        assert await desk.book.verify() == AuditVerification(4)


class NoNotes:
    async def note_all(self, topic: str, texts: object) -> tuple[int, ...]:
        raise StorageError("the journal takes nothing")


async def test_when_neither_takes_them_the_caller_hears_it(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        checkpoint = AuditCheckpoint(tmp_path / "data", desk.store.key)
        clock = ScriptedClock()
        trail = SqliteAuditTrail(desk.store.database, desk.store.key, clock, NoNotes(), checkpoint)
        with foreign_lock(tmp_path / "data"), pytest.raises(StorageError, match="takes nothing"):
            await trail.append(entries(1))


async def test_a_trail_that_was_lost_with_a_damaged_database_is_explained(tmp_path: Path) -> None:
    await kept(tmp_path, 3)
    (tmp_path / "data" / DATABASE_NAME).rename(tmp_path / "data" / ASIDE)
    async with office(tmp_path) as desk:
        found = await desk.book.verify()
        assert not found.whole
        assert ASIDE in found.notices[0]
        await desk.trail.append(entries(2, start=4))
        found = await desk.book.verify()
        assert found.whole
        assert f"set aside as {ASIDE}; records 1 to 3 of the trail before it" in found.notices[0]
        await desk.trail.append(entries(1, start=6))
        kinds = [record.kind for record in await desk.book.records()]
        assert kinds.count("TRAIL_RESTARTED") == 1
    tampered(tmp_path, "DELETE FROM audit WHERE seq = 4")
    assert not (await verified(tmp_path)).whole


async def test_a_database_that_is_lost_twice_is_explained_twice(tmp_path: Path) -> None:
    database = tmp_path / "data" / DATABASE_NAME
    await kept(tmp_path, 3)
    for name in (ASIDE, f"{ASIDE}-2"):
        database.rename(database.with_name(name))
        await kept(tmp_path, 2)
        assert (await verified(tmp_path)).whole
    async with office(tmp_path) as desk:
        records = await desk.book.records()
        assert [json.loads(r.detail)["setAside"] for r in records[:2]] == [ASIDE, f"{ASIDE}-2"]
        assert {record.generation for record in records} == {2}


async def test_a_trail_that_was_saved_from_a_damaged_database_goes_on(tmp_path: Path) -> None:
    await kept(tmp_path, 3)
    with (tmp_path / "data" / DATABASE_NAME).open("r+b") as file:
        file.write(b"not SQLite again")
    async with office(tmp_path) as desk:
        await desk.trail.append(entries(1, start=4))
        found = await desk.book.verify()
        assert (found.records, found.whole, len(found.notices)) == (5, True, 1)


async def test_holes_in_what_was_saved_are_told_in_the_trail(tmp_path: Path) -> None:
    await kept(tmp_path, 6)
    tampered(tmp_path, "DELETE FROM audit WHERE seq IN (1, 3, 4)")
    (tmp_path / "data" / ASIDE).touch()
    async with office(tmp_path) as desk:
        assert (await desk.first_bad()).seq == 1
        await desk.trail.append(entries(1, start=7))
        found = await desk.book.verify()
        assert found.whole, found
        assert len(found.notices) == 3
        told = next(r for r in await desk.book.records() if r.kind == "TRAIL_RESTARTED")
        assert json.loads(told.detail) == {"setAside": ASIDE, "missing": "1-1 3-4"}
    tampered(tmp_path, "DELETE FROM audit WHERE seq = 6")
    assert not (await verified(tmp_path)).whole


async def test_what_is_appended_during_a_check_is_no_alarm(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await desk.trail.append(entries(2))
        loop = asyncio.get_running_loop()

        class Overtaken(AuditCheckpoint):
            """Somebody appends just before it is read."""

            def read(self) -> CheckpointContents | None:
                asyncio.run_coroutine_threadsafe(desk.trail.append(entries(1, start=3)), loop).result(30)
                return super().read()

        checkpoint = Overtaken(tmp_path / "data", desk.store.key)
        book = SqliteAuditBook(desk.store.database, desk.store.key, checkpoint)
        assert await book.verify() == AuditVerification(3)


async def test_two_processes_write_one_unbroken_chain(tmp_path: Path) -> None:
    await kept(tmp_path, 1)
    with (
        child("append_audit.py", tmp_path, "a", "30", "3") as a,
        child("append_audit.py", tmp_path, "b", "45", "2") as b,
    ):
        for one in (a, b):
            assert one.hears() == "ready"
        for one in (a, b):
            one.goes_on()
        for one, batches in ((a, 30), (b, 45)):
            assert [one.hears() for _ in range(batches)][-1] == "90"
    async with office(tmp_path) as desk:
        assert await desk.book.verify() == AuditVerification(181)
        assert await desk.store.journal.notes() == ()
        for actor in ("a", "b"):
            own = [record for record in await desk.book.records() if record.actor == actor]
            assert [json.loads(record.detail)["number"] for record in own] == [str(n) for n in range(90)]


async def test_cancelled_at_any_await_an_entry_is_there_once_or_not_at_all(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await desk.trail.append(entries(1))
        cancelled = completed = 0
        while not completed:
            work = CancelAt(desk.trail.append(entries(2, start=10 * cancelled)), cancelled + 1)
            try:
                await asyncio.ensure_future(_awaited(work))
                completed = work.awaits
            except asyncio.CancelledError:
                cancelled += 1
        assert cancelled > 0
        found = await desk.book.verify()
        assert found == AuditVerification(1 + 2 * (cancelled + 1))


async def _awaited(work: CancelAt[None]) -> None:
    await work


CRASHES = (("rename", 1), ("fsync", 1), ("unlink", 1), ("unlink", 2), ("fdatasync", 3), ("pwrite64", 9))
"""System call and the number of the one, in its thread, that a process does not live to make.

They lie before the commit, in it, and between the commit and the checkpoint.
"""


def killed_in(folder: Path, call: str, number: int) -> list[str]:
    """Append in a child that is killed in a system call; what it said."""
    injection = ("-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={number}")
    child_itself = (sys.executable, str(CHILDREN / "append_audit.py"), str(folder), "x", "9", "2")
    command = ("strace", "-f", "-qq", "-o", "/dev/null", *injection, *child_itself)
    ended = subprocess.run(command, input="\n", capture_output=True, text=True, timeout=50, check=False)
    assert ended.returncode == -signal.SIGKILL
    return ended.stdout.split()


@pytest.mark.skipif(shutil.which("strace") is None, reason="NOT TESTED: nothing can be killed in a call here")
@pytest.mark.parametrize(("call", "number"), CRASHES)
async def test_killed_in_a_system_call_the_trail_can_be_proven(
    tmp_path: Path, call: str, number: int
) -> None:
    await kept(tmp_path, 1)
    ready, *acknowledged = await asyncio.to_thread(killed_in, tmp_path, call, number)
    assert ready == "ready"
    async with office(tmp_path) as desk:
        found = await desk.book.verify()
        assert found.whole, found.first_bad
        assert found.records >= 1 + int((acknowledged or ["0"])[-1])
        await desk.trail.append(entries(1, start=50))
        assert (await desk.book.verify()).whole


async def test_a_killed_process_leaves_a_trail_that_can_be_proven(tmp_path: Path) -> None:
    await kept(tmp_path, 1)
    for kill, acknowledgements in enumerate((0, 1, 2, 5)):
        with child("append_audit.py", tmp_path, f"killed-{kill}", "100000", "3") as process:
            assert process.hears() == "ready"
            process.goes_on()
            said = [process.hears() for _ in range(acknowledgements)]
        async with office(tmp_path) as desk:
            found = await desk.book.verify()
            assert found.whole, found.first_bad
            own = [r for r in await desk.book.records() if r.actor == f"killed-{kill}"]
            assert len(own) >= int(said[-1] if said else 0)
            assert len(own) % 3 == 0, "a batch is there as a whole or not at all"
