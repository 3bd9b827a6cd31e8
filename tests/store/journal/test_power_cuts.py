"""A power cut or a kill at every single call, and again during the recovery from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count

import pytest

from vega_terminal.store.journal.pending import PendingRecords

from .fake_disk import Died, FakeDisk, Plan
from .promises import PATH, TOPIC, Promises, process, token

SEEDS = range(12)


def working_day(journal: PendingRecords, promises: Promises) -> None:
    """Everything that a journal does: the first token, notes, strikes, an emptied journal, a new one."""
    socket = promises.hold(journal, token("WEBSOCKET1", 1))
    one, other, third = promises.note_all(journal, ("one", "other", "third"))
    primary = promises.hold(journal, token("PRIMARY", 1))
    promises.strike(journal, [socket, other])
    chain = promises.hold(journal, token("OPTIONCHAIN1", 1))
    assert promises.hold(journal, token("OPTIONCHAIN1", 1)) == chain
    promises.strike(journal, [primary, chain])
    promises.strike(journal, [one, third])
    promises.hold(journal, token("PRIMARY", 2))


def power_cut(disk: FakeDisk) -> None:
    disk.power_cut()


def kill(disk: FakeDisk) -> None:
    disk.kill()


def survive(disk: FakeDisk, promises: Promises, told: list[str]) -> None:
    """The next start finds everything and can go on."""
    promises.require_kept(process(disk, told))
    promises.hold(process(disk, told), token("PRIMARY", 3))
    disk.power_cut()
    promises.require_kept(process(disk, told))
    assert not disk.descriptors


def day_that_ends_at(
    call: int, seed: int, end: Callable[[FakeDisk], None]
) -> tuple[FakeDisk, Promises, bool]:
    disk, promises = FakeDisk(seed), Promises()
    disk.expect(Plan(die_at=call))
    told: list[str] = []
    with suppress(Died):
        working_day(process(disk, told), promises)
    died = disk.dead
    end(disk)
    return disk, promises, died


@pytest.mark.parametrize("end", [power_cut, kill])
def test_nothing_promised_is_lost_wherever_it_ends(end: Callable[[FakeDisk], None]) -> None:
    points = 0
    for seed in SEEDS:
        for call in count(1):
            disk, promises, died = day_that_ends_at(call, seed, end)
            told: list[str] = []
            survive(disk, promises, told)
            assert not [text for text in told if "damaged" in text], "a crash was taken for damage"
            if not died:
                break
            points += 1
    assert points > 40 * len(SEEDS)
    print(f"{points} points hit")  # noqa: T201 - the report of the crash suite


def test_nothing_is_lost_when_the_recovery_is_cut_off_too() -> None:
    died, call = True, 0
    while died:
        call += 1
        for recovery_call in count(1):
            disk, promises, died = day_that_ends_at(call, seed=call, end=power_cut)
            disk.expect(Plan(die_at=recovery_call))
            with suppress(Died):
                survive(disk, promises, [])
            recovered = not disk.dead
            disk.power_cut()
            promises.require_kept(process(disk, []))
            if recovered:
                break


def require_flushed_at_every_promise(disk: FakeDisk) -> None:
    journal, promises = process(disk, []), Promises()
    for epoch in (1, 2):
        first = promises.hold(journal, token("WEBSOCKET1", epoch))
        assert disk.is_flushed(PATH)
        second = promises.hold(journal, token("PRIMARY", epoch))
        assert disk.is_flushed(PATH)
        promises.strike(journal, [first])
        assert disk.is_flushed(PATH)
        promises.note_all(journal, (f"note-{epoch}",))
        assert disk.is_flushed(PATH)
        promises.strike(journal, [second])
        assert disk.is_flushed(PATH)


def test_no_promise_is_made_before_the_flush() -> None:
    require_flushed_at_every_promise(FakeDisk())


class LazyFiles(FakeDisk):
    def fsync(self, descriptor: int) -> None:
        pass


class LazyFolders(FakeDisk):
    def fsync_dir(self, folder: object) -> None:
        pass


@pytest.mark.parametrize("disk", [LazyFiles, LazyFolders])
def test_the_check_of_the_flush_can_fail(disk: type[FakeDisk]) -> None:
    with pytest.raises(AssertionError):
        require_flushed_at_every_promise(disk())


def killed_during(call: str, step: Callable[[PendingRecords], object], prepared: int = 0) -> FakeDisk:
    """A disk whose last writer was killed right before the first `call` of `step`; what it wrote is seen."""
    rehearsal, disk = FakeDisk(), FakeDisk()
    for each in (rehearsal, disk):
        writer = process(each, [])
        for epoch in range(1, prepared + 1):
            writer.hold(token("PRIMARY", epoch))
        each.expect(Plan(die_at=rehearsal.calls.index(call) + 1 if each is disk else 0))
        with suppress(Died):
            step(writer)
    assert disk.dead
    disk.kill()
    assert not disk.is_flushed(PATH)
    return disk


def hold_one(journal: PendingRecords) -> int:
    return journal.hold(token("WEBSOCKET1", 1))


def note_one(journal: PendingRecords) -> tuple[int, ...]:
    return journal.note_all(TOPIC, ("a", "b"))


def test_notes_that_a_killed_writer_left_unflushed_are_flushed_before_they_are_shown() -> None:
    disk = killed_during("fsync", note_one, prepared=1)
    assert [each.text for each in process(disk, []).notes()] == ["a", "b"]
    assert disk.is_flushed(PATH)


def left_unflushed() -> list[FakeDisk]:
    """A record that is seen but not flushed; and a file that is flushed but not its name."""
    return [killed_during("fsync", hold_one, prepared=1), killed_during("fsync_dir", hold_one)]


def test_what_a_killed_writer_left_unflushed_is_flushed_before_it_is_shown() -> None:
    for disk in left_unflushed():
        assert token("WEBSOCKET1", 1) in [each.token for each in process(disk, []).held()]
        assert disk.is_flushed(PATH)


def power_cuts(disk: FakeDisk) -> Iterator[PendingRecords]:
    """What the next start has in its hands, for several ways in which the power may fail now."""
    for seed in SEEDS:
        twin = disk.twin()
        twin.random.seed(seed)
        twin.power_cut()
        yield process(twin, [])


def test_what_a_killed_writer_left_unflushed_is_flushed_before_it_is_promised() -> None:
    for disk in left_unflushed():
        number = hold_one(process(disk, []))
        for journal in power_cuts(disk):
            assert number in [each.sequence for each in journal.held()]


def test_a_strike_that_a_killed_writer_left_unflushed_is_flushed_before_it_counts() -> None:
    struck: list[int] = []

    def strike_one(journal: PendingRecords) -> None:
        struck[:] = [journal.held()[0].sequence]
        journal.strike(struck)

    disk = killed_during("fsync", strike_one, prepared=2)
    process(disk, []).strike(struck)
    for journal in power_cuts(disk):
        (held,) = journal.held()
        assert held.sequence not in struck


def test_a_damaged_file_is_never_lost_while_it_is_mended() -> None:
    for seed in SEEDS:
        for call in count(1):
            disk, promises, told = FakeDisk(seed), Promises(), list[str]()
            writer = process(disk, [])
            for name in ("WEBSOCKET1", "PRIMARY"):
                promises.hold(writer, token(name, 1))
            disk.flip(PATH, 0)
            damaged = disk.content(PATH)
            disk.expect(Plan(die_at=call))
            with suppress(Died):
                process(disk, told).held()
            ended = not disk.dead
            disk.power_cut()
            assert damaged in [disk.content(path) for path in disk.names]
            assert told or damaged == disk.content(PATH)
            assert len(promises.require_kept(process(disk, told))) == 2
            if ended:
                break
