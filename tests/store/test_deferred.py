"""What protects the account is written and known also while the database cannot be used."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import UnixFileLock
from hypothesis import given
from hypothesis import strategies as st

from vega_terminal.clock import SystemClock
from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.failure import FailureKind
from vega_terminal.engine.ports import SignInOutcome, SignInRecord
from vega_terminal.store.deferred.cooldowns import COOLDOWNS, CooldownNote
from vega_terminal.store.deferred.executions import EXECUTION
from vega_terminal.store.deferred.notes import LOCK_NAME, Deferred
from vega_terminal.store.deferred.records import DeferredRecords
from vega_terminal.store.deferred.sign_in_notes import SIGN_INS, SignInAct, SignInNote
from vega_terminal.store.journal.token_journal import JOURNAL_NAME
from vega_terminal.store.opening import DATABASE_NAME, Store
from vega_terminal.store.tables.cooldowns import SqliteCooldownStore
from vega_terminal.store.tables.executions import SqliteExecutionStore
from vega_terminal.store.tables.sign_ins import SqliteSignInLedger

from .deferred_world import Died, World, cooldown, execution
from .support import NOW, ScriptedClock, opened

WHO = "identity-1"
LATER = NOW + timedelta(seconds=1)


class HastyClock(ScriptedClock):
    """A second passes whenever somebody looks."""

    def monotonic(self) -> float:
        self.slept.append(1.0)
        return float(len(self.slept))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        yield await World.open(tmp_path, stack)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    with closing(sqlite3.connect(folder / "data" / DATABASE_NAME, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


def records_of(store: Store, told: list[str]) -> DeferredRecords:
    deferred = Deferred(store.journal, store.database_path.parent, ScriptedClock(), told.append)
    ports = (SqliteSignInLedger(store.database), SqliteCooldownStore(store.database))
    return DeferredRecords.on_top_of(deferred, *ports, SqliteExecutionStore(store.database))


async def test_a_sign_in_while_another_program_holds_the_database(tmp_path: Path) -> None:
    told: list[str] = []
    async with opened(tmp_path) as store:
        records = records_of(store, told)
        store.recovery.watch_trouble(lambda error: told.append(str(error)))
        store.recovery.after_reopen(records.deferred.replay)
        await records.begin([WHO])
        provisional = cooldown(WHO, NOW, 11, provisional=True)
        with held(tmp_path):
            await records.sign_ins.record_sign_in(WHO, NOW)
            await records.cooldowns.save_cooldown(provisional)
            assert await records.sign_ins.claim_otp_step(WHO, 7)
            assert not await records.sign_ins.claim_otp_step(WHO, 7)
            await records.executions.save_execution(execution("run", NOW, 1))
            assert await records.sign_ins.sign_in_record(WHO) == SignInRecord(NOW, 7, 1)
            assert await records.cooldowns.load_cooldowns() == [provisional]
            assert len(await store.journal.notes()) == 4
        await store.recovery.reopen()
        assert await store.sign_ins.sign_in_record(WHO) == SignInRecord(NOW, 7, 1)
        assert await store.cooldowns.load_cooldowns() == [provisional]
        assert await store.executions.latest_execution() == execution("run", NOW, 1)
        assert await store.journal.notes() == ()
        assert len(told) == 1, "only that the database is held"


async def test_what_was_never_read_here_is_not_known(world: World) -> None:
    world.locked = True
    process = world.processes[0]
    await process.sign_ins.record_sign_in(WHO, NOW)
    for unknown in (
        process.sign_ins.sign_in_record(WHO),
        process.sign_ins.claim_otp_step(WHO, 7),
        process.cooldowns.load_cooldowns(),
        process.executions.latest_execution(),
    ):
        with pytest.raises(StorageError, match="locked"):
            await unknown


async def test_when_the_journal_refuses_too_the_caller_hears_of_it(world: World, tmp_path: Path) -> None:
    process = world.processes[0]
    await process.facts()
    world.locked = True
    (tmp_path / "data" / JOURNAL_NAME).mkdir()
    with pytest.raises(StorageError, match=JOURNAL_NAME):
        await process.sign_ins.record_sign_in(WHO, NOW)
    with pytest.raises(StorageError):
        await process.sign_ins.sign_in_record(WHO)


async def test_a_journal_that_cannot_be_read_does_not_stop_a_good_database(
    world: World, tmp_path: Path
) -> None:
    process = world.processes[0]
    await process.facts()
    world.locked = True
    await process.sign_ins.record_sign_in(WHO, NOW)
    world.locked = False
    (tmp_path / "data" / JOURNAL_NAME).write_bytes(b"something else")
    assert (await process.sign_ins.sign_in_record(WHO)).failures == 1, "what was noted here still counts"
    await process.sign_ins.record_sign_in(WHO, LATER)
    assert (await SqliteSignInLedger(world.real).sign_in_record(WHO)).last_sign_in == LATER


async def test_sign_ins_that_another_process_made_meanwhile_count_too(world: World) -> None:
    paused, free = world.processes[0], world.new_process(world.real)
    await paused.facts()
    world.locked = True
    await free.sign_ins.record_sign_in(WHO, LATER)
    await free.sign_ins.claim_otp_step(WHO, 9)
    await paused.sign_ins.record_sign_in(WHO, NOW)
    await paused.sign_ins.claim_otp_step(WHO, 8)
    await paused.sign_ins.conclude_sign_in(WHO, SignInOutcome.NOT_COUNTED)
    await free.deferred.replay()
    record = await SqliteSignInLedger(world.real).sign_in_record(WHO)
    assert record.failures == 2
    assert record.last_otp_step == 9
    assert record.last_sign_in is not None
    assert record.last_sign_in >= LATER


async def test_what_was_noted_is_in_the_database_before_what_came_later(world: World) -> None:
    process = world.processes[0]
    await process.facts()
    world.locked = True
    await process.sign_ins.record_sign_in(WHO, NOW)
    world.locked = False
    await process.sign_ins.record_sign_in(WHO, LATER)
    await process.sign_ins.conclude_sign_in(WHO, SignInOutcome.SUCCEEDED)
    assert await world.journal.notes() == ()
    assert await SqliteSignInLedger(world.real).sign_in_record(WHO) == SignInRecord(LATER, None, 0)


@pytest.mark.parametrize("step", range(1, 13))
async def test_a_replay_that_is_killed_anywhere_counts_nothing_twice(world: World, step: int) -> None:
    process = world.processes[0]
    await process.facts()
    world.locked = True
    for second in range(4):
        await process.sign_ins.record_sign_in(WHO, NOW + timedelta(seconds=second))
    await process.sign_ins.conclude_sign_in(WHO, SignInOutcome.NOT_COUNTED)
    await process.cooldowns.save_cooldown(cooldown(WHO, NOW, 11))
    world.locked = False
    known = await process.facts()
    world.die_at(step, after=False)
    with pytest.raises(Died):
        await process.deferred.replay()
    assert await world.as_a_newcomer_sees_it() == known
    await world.new_process(world.real).deferred.replay()
    assert await world.in_database() == known


async def test_what_another_process_applied_stays_known_here(world: World) -> None:
    paused, free = world.processes[0], world.new_process(world.real)
    await paused.facts()
    world.locked = True
    await paused.sign_ins.record_sign_in(WHO, NOW)
    await free.deferred.replay()
    assert await world.journal.notes() == ()
    assert await paused.sign_ins.sign_in_record(WHO) == SignInRecord(NOW, None, 1)


async def test_a_note_of_another_version_is_told_once_and_stays(world: World) -> None:
    await world.journal.note_all("cooldowns", ["{}", "[1]", '{"cleared": "no'])
    await world.journal.note("of_the_future", "?")
    process = world.processes[0]
    await process.facts()
    await process.deferred.replay()
    assert len(world.told) == 3
    assert "note on cooldowns in the journal cannot be read (KeyError: 'identity')" in world.told[0]
    assert "let 11 minutes pass before anybody signs in" in world.told[0]
    assert len(await world.journal.notes()) == 4


async def test_further_topics_are_applied_in_order_and_struck(world: World) -> None:
    applied: list[str] = []

    async def apply(text: str) -> None:
        if text == "entry 70" and world.locked:
            raise StorageError("locked")
        applied.append(text)

    deferred = world.processes[0].deferred
    deferred.register("audit", apply)
    texts = [f"entry {number}" for number in range(100)]
    await deferred.note_all("audit", texts)
    world.locked = True
    with pytest.raises(StorageError, match="locked"):
        await deferred.replay()
    assert applied == texts[:70]
    assert [note.text for note in await world.journal.notes()] == texts[70:]
    world.locked = False
    await deferred.replay()
    assert applied == texts
    assert await world.journal.notes() == ()


async def test_two_processes_that_start_at_once_apply_each_note_once(world: World) -> None:
    world.locked = True
    for second in range(5):
        await world.processes[0].sign_ins.record_sign_in(WHO, NOW + timedelta(seconds=second))
    starting = [world.new_process(world.real, SystemClock()) for _ in range(2)]
    await asyncio.gather(*(process.deferred.replay() for process in starting))
    assert (await SqliteSignInLedger(world.real).sign_in_record(WHO)).failures == 5


async def test_a_process_that_keeps_the_replay_to_itself_is_not_waited_for_without_end(
    world: World, tmp_path: Path
) -> None:
    await world.journal.note("sign_ins", SIGN_INS.encode(SignInNote(SignInAct.REARMED, WHO)))
    process = world.new_process(world.real, HastyClock())
    with UnixFileLock(tmp_path / "data" / LOCK_NAME), pytest.raises(StorageError, match="more than 5 s"):
        await process.deferred.replay()
    await process.deferred.replay()
    assert await world.journal.notes() == ()


async def test_what_the_journal_does_not_let_go_of_is_not_applied_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied: list[str] = []

    async def apply(text: str) -> None:
        applied.append(text)

    async def refuse(_sequences: object) -> None:
        raise StorageError("No room.")

    deferred = world.processes[0].deferred
    deferred.register("audit", apply)
    await deferred.note("audit", "entry")
    with monkeypatch.context() as full_disk:
        full_disk.setattr(world.journal, "strike", refuse)
        await deferred.replay()
    await deferred.replay()
    assert applied == ["entry"]
    assert await world.journal.notes() == ()
    assert ["No room." in text for text in world.told] == [True]


async def test_a_cancelled_caller_still_leaves_its_cooldown(world: World) -> None:
    process = world.processes[0]
    await process.facts()
    world.locked = True
    saving = asyncio.create_task(process.cooldowns.save_cooldown(cooldown(WHO, NOW, 11)))
    while not saving.done():
        await asyncio.sleep(0)
        saving.cancel()
    assert saving.cancelled()
    assert await process.cooldowns.load_cooldowns() == [cooldown(WHO, NOW, 11)]


def test_notes_are_the_same_text_in_every_version() -> None:
    begun = SignInNote(SignInAct.BEGUN, WHO, NOW)
    text = '{"act":"BEGUN","begun_at":"2026-10-06T04:00:00.000000+00:00","failures":null,'
    text += '"identity":"identity-1","outcome":null,"step":null}'
    assert SIGN_INS.encode(begun) == text
    concluded = SignInNote(SignInAct.CONCLUDED, WHO, NOW, SignInOutcome.NOT_COUNTED, 3)
    for note in (begun, concluded, SignInNote(SignInAct.OTP_USED, WHO, step=7)):
        assert SIGN_INS.decode(SIGN_INS.encode(note)) == note
    for record in (cooldown(WHO, NOW, 11), cooldown(WHO, NOW, 1, provisional=True)):
        for cleared in (False, True):
            kept = CooldownNote(record, cleared)
            assert COOLDOWNS.decode(COOLDOWNS.encode(kept)) == kept
    state = replace(
        execution("run", NOW, 1),
        given_up=("WEBSOCKET2",),
        current="WEBSOCKET1",
        updated_at=LATER,
        stopped=FailureKind.COOLDOWN,
        finished=True,
    )
    assert EXECUTION.decode(EXECUTION.encode(state)) == state


SECONDS = st.integers(0, 5).map(lambda second: NOW + timedelta(seconds=second))
RECORDS = st.builds(SignInRecord, st.none() | SECONDS, st.none() | st.integers(0, 5), st.integers(0, 5))
NOTES = st.builds(
    SignInNote,
    st.sampled_from(list(SignInAct)),
    st.just(WHO),
    SECONDS,
    st.sampled_from(list(SignInOutcome)),
    st.integers(0, 5),
    st.integers(0, 5),
)


@given(RECORDS, NOTES)
def test_a_note_that_comes_again_takes_nothing_back(record: SignInRecord, note: SignInNote) -> None:
    once = SIGN_INS.fold(record, note)
    again = SIGN_INS.fold(once, note)
    assert note.begun_at is not None
    was_later = record.last_sign_in is not None and note.begun_at < record.last_sign_in
    assert again == once or (note.act is SignInAct.BEGUN and was_later and again.failures > once.failures)
    assert (once.last_otp_step or 0) >= (record.last_otp_step or 0)
    assert once.last_sign_in == record.last_sign_in or note.act is SignInAct.BEGUN
    if once.failures < record.failures:
        assert note.act in {SignInAct.CONCLUDED, SignInAct.REARMED}
        assert not was_later


async def test_the_cooldown_that_came_of_a_sign_in_replaces_its_provisional_one(world: World) -> None:
    process = world.processes[0]
    await process.facts()
    world.locked = True
    await process.cooldowns.save_cooldown(cooldown(WHO, NOW, 11, provisional=True))
    known = cooldown(WHO, LATER, 5)
    await process.cooldowns.save_cooldown(known)
    await process.cooldowns.clear_cooldown(cooldown(WHO, NOW, 11, provisional=True))
    assert await process.cooldowns.load_cooldowns() == [known]
    world.locked = False
    await process.deferred.replay()
    assert await SqliteCooldownStore(world.real).load_cooldowns() == [known]


@pytest.mark.parametrize("provisional", [False, True])
def test_an_older_cooldown_does_not_replace_a_later_one(provisional: bool) -> None:
    later = {WHO: cooldown(WHO, LATER, 11, provisional=provisional)}
    assert COOLDOWNS.fold(later, CooldownNote(cooldown(WHO, NOW, 1))) == later


def test_an_older_execution_does_not_replace_a_later_one() -> None:
    later = execution("run", LATER, 2)
    assert EXECUTION.fold(later, execution("run", NOW, 1)) == later
    assert EXECUTION.fold(later, execution("older", NOW, 3)) == later
    set_back = replace(execution("run", NOW, 3), started_at=LATER)
    assert EXECUTION.fold(later, set_back) == set_back
