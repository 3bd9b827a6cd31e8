"""The medium returns something else than was written: always told, never a wrong token, nothing else lost."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.token import AccessToken
from vega_terminal.store.journal.contents import read_contents
from vega_terminal.store.journal.frames import FrameKind, encode
from vega_terminal.store.journal.records import Header, hold_frame, notes_frame
from vega_terminal.store.journal.sealing import RecordSeal

from .fake_disk import FakeDisk
from .promises import PATH, process, token, vault_key

TOKENS = (token("WEBSOCKET1"), token("PRIMARY"), token("OPTIONCHAIN1"))
SEAL = RecordSeal(vault_key())
HEADER = Header(SEAL.key_id, "0123456789abcdef").frame()
FRAMES = tuple(hold_frame(SEAL, number, each) for number, each in enumerate(TOKENS, start=1))
JOURNAL = HEADER + b"".join(FRAMES)
BODY = FRAMES[0][10:-16]
ENDS = tuple(len(HEADER) + sum(map(len, FRAMES[:count])) for count in range(4))
PLACES = tuple(zip(TOKENS, ENDS, ENDS[1:], strict=False))


@dataclass(frozen=True)
class Found:
    """What a process makes of a file."""

    held: tuple[AccessToken, ...]
    told: tuple[str, ...]
    set_aside: tuple[bytes, ...]


def found_in(data: bytes) -> Found:
    disk, told = disk_with(data), list[str]()
    held = process(disk, told).held()
    again = list[str]()
    assert process(disk, again).held() == held
    assert not again, "mended, so there is nothing to tell any more"
    aside = tuple(disk.content(path) for path in disk.names if "damaged" in path.name)
    return Found(tuple(each.token for each in held), tuple(told), aside)


def disk_with(data: bytes) -> FakeDisk:
    disk = FakeDisk()
    descriptor = disk.create(PATH)
    while data:
        data = data[disk.write(descriptor, data) :]
    disk.fsync(descriptor)
    disk.close(descriptor)
    disk.fsync_dir(PATH.parent)
    return disk


def without(*lost: AccessToken) -> tuple[AccessToken, ...]:
    """PRIMARY first, then as written."""
    in_order = (TOKENS[1], TOKENS[0], TOKENS[2])
    return tuple(each for each in in_order if each not in lost)


def hit(bit: int) -> tuple[AccessToken, ...]:
    """Whose record holds the bit; nobody's when it is in the header."""
    return tuple(each for each, start, end in PLACES if start <= bit // 8 < end)


def test_whichever_bit_flips_exactly_its_record_is_lost_and_told() -> None:
    for bit in range(8 * len(JOURNAL)):
        damaged = bytearray(JOURNAL)
        damaged[bit // 8] ^= 1 << bit % 8
        found = found_in(bytes(damaged))
        lost = hit(bit)
        assert found.held == without(*lost), bit
        assert len(found.told) == 1, bit
        is_last = lost == TOKENS[2:]
        assert found.set_aside == (() if is_last else (bytes(damaged),)), bit


def test_wherever_it_is_cut_the_whole_records_before_are_kept() -> None:
    for length in range(len(JOURNAL)):
        found = found_in(JOURNAL[:length])
        whole = sum(end <= length for end in ENDS) - 1
        assert found.held == without(*TOKENS[max(whole, 0) :]), length
        assert len(found.told) == (length not in ENDS), length


def test_the_operator_is_told_what_is_lost_as_far_as_it_can_be_known() -> None:
    damaged = bytearray(JOURNAL)
    damaged[ENDS[1] + 60] ^= 1
    (sentence,) = found_in(bytes(damaged)).told
    assert (
        f"{PATH} is damaged: {len(FRAMES[1])} of its bytes cannot be read (perhaps the token of PRIMARY)"
        in sentence
    )
    assert "set aside whole as pending.journal.damaged-20261006T040000.000000Z" in sentence
    assert "2 tokens were readable in it and carried over" in sentence
    assert "Generate anew what is MISSING, but wait 11 minutes first" in sentence
    (sentence,) = found_in(JOURNAL[:-5]).told
    assert (
        f"ended in {len(FRAMES[2]) - 5} bytes that cannot be read (perhaps the token of OPTIONCHAIN1)"
        in sentence
    )
    assert "They were cut off; 2 tokens were readable before them" in sentence


def flipped(data: bytes, bit: int) -> bytes:
    damaged = bytearray(data)
    damaged[bit // 8] ^= 1 << bit % 8
    return bytes(damaged)


NOTES = notes_frame(SEAL, 9, "cooldowns", ["one", "other"])


@pytest.mark.parametrize("behind", [b"", FRAMES[0]], ids=["at the end", "before a token"])
def test_notes_that_are_lost_are_told_with_what_to_do(behind: bytes) -> None:
    whole = HEADER + NOTES + behind
    assert [note[0] for note in read_contents(whole, SEAL, PATH).notes] == [9, 10]
    for bit in range(8 * len(HEADER), 8 * len(HEADER + NOTES)):
        assert read_contents(flipped(whole, bit), SEAL, PATH).notes == ()
    (sentence,) = found_in(flipped(whole, 8 * len(HEADER + NOTES) - 1)).told
    assert "(perhaps notes on cooldowns)" in sentence
    assert "wait 11 minutes first: a cooldown may have been noted there" in sentence


def test_more_than_one_damaged_record_at_the_end_is_no_torn_write() -> None:
    damaged = bytearray(JOURNAL)
    damaged[ENDS[1] + 60] ^= 1
    damaged[ENDS[2] + 60] ^= 1
    found = found_in(bytes(damaged))
    assert found.held == (TOKENS[0],)
    assert found.set_aside == (bytes(damaged),)


@pytest.mark.parametrize("at", [0, 60])
@pytest.mark.parametrize("length", [len(JOURNAL) - 5, ENDS[2] + 3])
def test_damage_before_a_torn_end_is_damage(at: int, length: int) -> None:
    damaged = bytearray(JOURNAL[:length])
    damaged[ENDS[0] + at] ^= 1
    found = found_in(bytes(damaged))
    assert found.held == (TOKENS[1],)
    assert found.set_aside == (bytes(damaged),)


def test_two_damaged_files_of_one_moment_are_both_kept() -> None:
    disk = disk_with(JOURNAL)
    journal = process(disk, [])
    for _ in range(3):
        disk.flip(PATH, 0)
        assert len(journal.held()) == 3
    assert len([path for path in disk.names if "damaged" in path.name]) == 3


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(encode(FrameKind.STRIKE, BODY), id="a hold passed off as a strike"),
        pytest.param(encode(FrameKind.NOTES, BODY), id="a hold passed off as notes"),
        pytest.param(
            encode(FrameKind.HOLD, FRAMES[0][10:-16].replace(b"WEBSOCKET1", b"WEBSOCKET2")), id="moved"
        ),
        pytest.param(encode(FrameKind.HOLD, b"no record"), id="nonsense"),
        pytest.param(HEADER, id="a second header"),
    ],
)
def test_a_record_with_a_right_checksum_that_was_not_sealed_so_is_damage(forged: bytes) -> None:
    found = found_in(JOURNAL + forged)
    assert found.held == without()
    assert len(found.told) == 1
    assert found.set_aside == (JOURNAL + forged,)


def test_a_record_that_comes_twice_is_held_once() -> None:
    assert found_in(JOURNAL + FRAMES[0]).held == without()


@given(st.binary(max_size=600), st.integers(0, len(JOURNAL)), st.integers(0, len(JOURNAL)))
def test_no_garbage_anywhere_makes_a_wrong_token(garbage: bytes, start: int, end: int) -> None:
    try:
        contents = read_contents(JOURNAL[:start] + garbage + JOURNAL[end:], SEAL, PATH)
    except StorageError:
        return
    assert {hold.token for hold in contents.held} <= set(TOKENS)
    untouched = {each for each, low, high in PLACES if high <= start or low >= end}
    assert untouched <= {hold.token for hold in contents.held}
