"""The journal as the engine uses it, on real files."""

from __future__ import annotations

import asyncio
import base64
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import UnixFileLock

from vega_terminal.domain.errors import StorageError
from vega_terminal.store.journal.file_ops import OsFileOps
from vega_terminal.store.journal.pending import DEAD_BYTES_LIMIT, NOTES_LIMIT, HeldNote
from vega_terminal.store.journal.token_journal import JOURNAL_NAME, TokenJournal

from .fake_disk import FakeDisk
from .promises import NOW, PATH, StandingClock, process, token, vault_key


def journal(folder: Path, notices: list[str] | None = None, ops: OsFileOps | None = None) -> TokenJournal:
    told = notices if notices is not None else []
    return TokenJournal(folder, vault_key(), StandingClock(), notify=told.append, ops=ops)


def rights(*paths: Path) -> list[int]:
    return [stat.S_IMODE(path.stat().st_mode) for path in paths]


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def flip_a_bit(folder: Path, at: int) -> None:
    data = bytearray((folder / JOURNAL_NAME).read_bytes())
    data[at] ^= 1
    (folder / JOURNAL_NAME).write_bytes(data)


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


async def test_a_token_is_held_until_it_is_struck(tmp_path: Path) -> None:
    number = await journal(tmp_path).hold(token())
    (held,) = await journal(tmp_path).held()
    assert (held.sequence, held.token) == (number, token())
    assert held.token.value.reveal() == "token-1-of-PRIMARY"
    await journal(tmp_path).strike([number])
    await journal(tmp_path).strike([number, 12345])
    assert await journal(tmp_path).held() == ()


async def test_primary_comes_first_then_as_written_and_what_has_expired_comes_too(tmp_path: Path) -> None:
    book = journal(tmp_path)
    for name, epoch in [("OPTIONCHAIN1", 1), ("PRIMARY", 2), ("WEBSOCKET1", 3), ("PRIMARY", 4)]:
        await book.hold(token(name, epoch))
    held = await book.held()
    assert [each.token.epoch for each in held] == [2, 4, 1, 3]
    assert all(each.token.is_expired(NOW + timedelta(days=2)) for each in held)


async def test_the_same_token_again_keeps_its_number_and_a_struck_one_gets_a_new_one(tmp_path: Path) -> None:
    number = await journal(tmp_path).hold(token())
    assert await journal(tmp_path).hold(token()) == number
    await journal(tmp_path).strike([number])
    again = await journal(tmp_path).hold(token())
    await journal(tmp_path).strike([number])
    assert [each.sequence for each in await journal(tmp_path).held()] == [again]


async def test_notes_are_kept_in_order_until_each_is_struck(tmp_path: Path) -> None:
    first = await journal(tmp_path).note("cooldowns", "first \udc80")
    held = await journal(tmp_path).hold(token())
    batch = await journal(tmp_path).note_all("audit", ["a", "b", "a"])
    notes = [HeldNote(first, "cooldowns", "first \udc80"), *map(HeldNote, batch, ["audit"] * 3, "aba")]
    assert await journal(tmp_path).notes() == tuple(notes)
    await journal(tmp_path).strike([batch[1], held])
    assert await journal(tmp_path).notes() == (notes[0], notes[1], notes[3])
    assert await journal(tmp_path).held() == ()
    await journal(tmp_path).strike([first, batch[0], batch[2], batch[2]])
    assert await journal(tmp_path).notes() == ()
    assert (tmp_path / JOURNAL_NAME).stat().st_size < 100


async def test_notes_that_are_none_make_no_journal_and_a_topic_is_a_name(tmp_path: Path) -> None:
    assert await journal(tmp_path).note_all("audit", []) == ()
    assert await journal(tmp_path).notes() == ()
    assert files(tmp_path) == []
    with pytest.raises(ValueError, match="is no topic"):
        await journal(tmp_path).note("PRIMARY", "text")


async def test_notes_leave_room_for_tokens(tmp_path: Path) -> None:
    book = journal(tmp_path)
    kept = await book.note("audit", "x" * (NOTES_LIMIT - 1000))
    with pytest.raises(StorageError, match=r"full of notes.*tokens it still does.*Make the database usable"):
        await book.note("audit", "x" * 1000)
    await book.hold(token())
    assert [note.sequence for note in await book.notes()] == [kept]
    assert len(await book.held()) == 1


async def test_looking_and_striking_where_there_is_no_journal_makes_none(tmp_path: Path) -> None:
    assert await journal(tmp_path / "data").held() == ()
    await journal(tmp_path / "data").strike([1])
    assert files(tmp_path) == []


@pytest.mark.usefixtures("open_umask")
async def test_everything_is_private_also_what_was_not(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    await journal(folder).hold(token())
    assert rights(folder, folder.parent) == [0o700, 0o700]
    assert rights(*files(folder)) == [0o600] * 2
    (folder / JOURNAL_NAME).chmod(0o644)
    await journal(folder).held()
    assert rights(folder / JOURNAL_NAME) == [0o600]
    flip_a_bit(folder, at=0)
    await journal(folder).held()
    assert rights(*files(folder)) == [0o600] * 3


async def test_no_token_can_be_read_in_any_file(tmp_path: Path) -> None:
    book = journal(tmp_path)
    await book.note("sign_ins", "token-2-of-WEBSOCKET1")
    numbers = [await book.hold(token("WEBSOCKET1", epoch)) for epoch in (1, 2)]
    await book.strike(numbers[:1])
    flip_a_bit(tmp_path, at=0)
    assert len(await book.held()) == 1
    assert len(files(tmp_path)) == 3
    plain = b"token-2-of-WEBSOCKET1"
    forms = (plain, base64.b64encode(plain)[:20], plain.hex().encode(), plain.decode().encode("utf-16-le"))
    for path in files(tmp_path):
        assert not [form for form in (*forms, b"AB1234") if form in path.read_bytes()]


async def test_damage_is_told_on_the_event_loop_also_when_the_request_then_fails(tmp_path: Path) -> None:
    told_in: list[threading.Thread] = []
    book = TokenJournal(
        tmp_path, vault_key(), StandingClock(), notify=lambda _: told_in.append(threading.current_thread())
    )
    await book.hold(token())
    flip_a_bit(tmp_path, at=-1)
    (tmp_path / f"{JOURNAL_NAME}.new").mkdir()
    with pytest.raises(StorageError, match="could not be read"):
        await book.held()
    assert told_in == [threading.current_thread()]


async def test_the_event_loop_runs_while_somebody_else_has_the_journal(tmp_path: Path) -> None:
    book = journal(tmp_path)
    await book.hold(token())
    lock = UnixFileLock(tmp_path / f"{JOURNAL_NAME}.lock")
    lock.acquire()
    holding = asyncio.create_task(book.hold(token("WEBSOCKET1")))
    for _ in range(100):
        await asyncio.sleep(0)
    assert not holding.done()
    lock.release()
    await holding
    assert len(await book.held()) == 2


async def test_many_callers_at_once_in_one_process(tmp_path: Path) -> None:
    book = journal(tmp_path)
    numbers = await asyncio.gather(*(book.hold(token("WEBSOCKET1", epoch)) for epoch in range(1, 31)))
    await asyncio.gather(*(book.strike([number]) for number in numbers[10:]))
    assert {each.sequence for each in await book.held()} == set(numbers[:10])


class SlowDisk(OsFileOps):
    """Flushes a file only once it is allowed to."""

    def __init__(self) -> None:
        self.flushing = threading.Event()
        self.allowed = threading.Event()

    def fsync(self, descriptor: int) -> None:
        self.flushing.set()
        assert self.allowed.wait(timeout=30)
        super().fsync(descriptor)


async def test_a_cancelled_caller_leaves_when_its_token_is_safe(tmp_path: Path) -> None:
    disk = SlowDisk()
    holding = asyncio.create_task(journal(tmp_path, ops=disk).hold(token()))
    await asyncio.to_thread(disk.flushing.wait)
    for _ in range(3):
        holding.cancel()
        await asyncio.sleep(0)
    assert not holding.done()
    disk.allowed.set()
    with suppress(asyncio.CancelledError):
        await holding
    assert holding.cancelled()
    assert [each.token for each in await journal(tmp_path).held()] == [token()]


async def test_what_a_cancelled_caller_did_not_hear_is_the_cause_of_its_cancellation(tmp_path: Path) -> None:
    disk = SlowDisk()
    holding = asyncio.create_task(journal(tmp_path, ops=disk).hold(token()))
    await asyncio.to_thread(disk.flushing.wait)
    (tmp_path / JOURNAL_NAME).mkdir()
    holding.cancel()
    disk.allowed.set()
    with pytest.raises(asyncio.CancelledError) as cancelled:
        await holding
    assert isinstance(cancelled.value.__cause__, StorageError)


def test_a_journal_that_is_never_empty_stays_small() -> None:
    disk = FakeDisk()
    book = process(disk, [])
    kept = book.hold(token("PRIMARY", 1))
    one, other = book.note_all("audit", ["one", "other"])
    book.strike([one])
    smallest, largest = len(disk.content(PATH)), 0
    for epoch in range(1, 60):
        book.strike([book.hold(token("WEBSOCKET1", epoch))])
        largest = max(largest, len(disk.content(PATH)))
    assert DEAD_BYTES_LIMIT - 500 < largest - smallest <= DEAD_BYTES_LIMIT
    assert [each.sequence for each in book.held()] == [kept]
    assert [each.sequence for each in book.notes()] == [other]
