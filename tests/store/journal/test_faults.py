"""EIO and ENOSPC at every single call, once and for good; and a power cut on top."""

from __future__ import annotations

import errno
from contextlib import suppress
from itertools import count

import pytest

from vega_terminal.domain.token import AccessToken
from vega_terminal.store.journal.pending import PendingRecords

from .fake_disk import FakeDisk, Plan
from .promises import PATH, Promises, process, token

SEEDS = range(4)


def hold(journal: PendingRecords, promises: Promises, what: AccessToken) -> None:
    with suppress(OSError):
        promises.hold(journal, what)


def strike(journal: PendingRecords, promises: Promises, name: str) -> None:
    with suppress(OSError):
        promises.strike(journal, [n for n, held in promises.acknowledged.items() if held.slot == name])


def stubborn_day(journal: PendingRecords, promises: Promises) -> None:
    """As a caller does who goes on after each refusal."""
    hold(journal, promises, token("WEBSOCKET1", 1))
    hold(journal, promises, token("PRIMARY", 1))
    hold(journal, promises, token("PRIMARY", 1))
    with suppress(OSError):
        promises.note_all(journal, ("one", "other"))
    strike(journal, promises, "WEBSOCKET1")
    hold(journal, promises, token("OPTIONCHAIN1", 1))
    strike(journal, promises, "PRIMARY")
    strike(journal, promises, "OPTIONCHAIN1")
    with suppress(OSError):
        promises.strike(journal, list(promises.noted)[:1])
    hold(journal, promises, token("PRIMARY", 2))


@pytest.mark.parametrize("for_good", [False, True])
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC])
def test_nothing_promised_is_lost_whichever_call_fails(error: int, for_good: bool) -> None:
    points = 0
    for seed in SEEDS:
        for call in count(1):
            disk, promises = FakeDisk(seed), Promises()
            journal = process(disk, [])
            disk.expect(Plan(fail_at=call, error=error, for_good=for_good))
            stubborn_day(journal, promises)
            reached = len(disk.calls) >= call
            disk.expect(Plan())
            promises.require_kept(journal)
            disk.power_cut()
            promises.require_kept(process(disk, []))
            assert not disk.descriptors
            if not reached:
                break
            points += 1
    assert points > 30 * len(SEEDS)
    print(f"{points} points hit")  # noqa: T201 - the report of the crash suite


@pytest.mark.parametrize("failing", ["open", "write", "fsync"])
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC])
def test_an_append_that_fails_once_costs_the_caller_nothing(failing: str, error: int) -> None:
    disk, promises = FakeDisk(), Promises()
    journal = process(disk, [])
    promises.hold(journal, token("PRIMARY", 1))
    first_file = disk.names[PATH]
    disk.expect(Plan(fail_at=2 if failing == "open" else 1, error=error, only=failing))
    promises.hold(journal, token("WEBSOCKET1", 1))
    assert disk.names[PATH] != first_file
    disk.power_cut()
    assert len(promises.require_kept(process(disk, []))) == 2


@pytest.mark.parametrize("failing", ["fsync", "fsync_dir"])
def test_after_a_failed_flush_the_same_file_is_never_trusted_again(failing: str) -> None:
    disk, promises = FakeDisk(), Promises()
    journal = process(disk, [])
    sequence = promises.hold(journal, token("PRIMARY", 1))
    disk.expect(Plan(fail_at=1, only=failing, for_good=True))
    with suppress(OSError):
        promises.strike(journal, [sequence])
    distrusted = disk.names[PATH]
    disk.expect(Plan())
    promises.hold(journal, token("WEBSOCKET1", 2))
    assert disk.names[PATH] != distrusted
    disk.power_cut()
    promises.require_kept(process(disk, []))


def test_a_full_disk_leaves_no_half_record_behind() -> None:
    disk, told = FakeDisk(), list[str]()
    journal = process(disk, told)
    journal.hold(token("PRIMARY", 1))
    before = disk.content(PATH)
    disk.expect(Plan(fail_at=1, error=errno.ENOSPC, only="write", for_good=True))
    with pytest.raises(OSError, match="No space left"):
        journal.hold(token("WEBSOCKET1", 1))
    assert disk.content(PATH) == before
    assert disk.names.keys() == {PATH}
    assert len(process(disk, told).held()) == 1
    assert not told


def test_what_is_struck_stays_struck_although_the_file_cannot_be_emptied() -> None:
    disk, promises = FakeDisk(), Promises()
    journal = process(disk, [])
    sequence = promises.hold(journal, token("PRIMARY", 1))
    disk.expect(Plan(fail_at=1, error=errno.ENOSPC, only="create", for_good=True))
    promises.strike(journal, [sequence])
    disk.power_cut()
    assert promises.require_kept(process(disk, [])) == ()


def test_tokens_are_shown_also_when_the_disk_confirms_nothing() -> None:
    disk, told = FakeDisk(), list[str]()
    process(disk, []).hold(token("PRIMARY", 1))
    disk.expect(Plan(fail_at=1, only="fsync", for_good=True))
    assert len(process(disk, told).held()) == 1
    (sentence,) = told
    assert "can be read" in sentence
    assert "power cut (Input/output error)" in sentence
