"""What is saved is found again, sealed, and never replaced by something older."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.ports import StoredToken, TokenStore
from vega_terminal.store.opening import DATABASE_NAME

from .support import NOW, TOKEN_TEXT, opened, slot, token

PRIMARY = slot()
OTHER = slot("WEBSOCKET1", "client-2")
LATER = NOW + timedelta(minutes=5)


def change(folder: Path, statement: str, *parameters: object) -> None:
    """Somebody edits the closed database by hand."""
    with closing(sqlite3.connect(folder / "data" / DATABASE_NAME)) as connection:
        connection.execute(statement, parameters)
        connection.commit()


async def loaded(store: TokenStore) -> StoredToken:
    return (await store.load([PRIMARY]))["PRIMARY"]


instants = st.builds(
    lambda microseconds, zone: (NOW + timedelta(microseconds=microseconds)).astimezone(zone),
    st.integers(-(10**15), 10**15),
    st.sampled_from([UTC, timezone(timedelta(hours=5.5))]),
)
text = st.text(st.characters(codec="utf-8"))


def any_token_of(owner: ApiSlot) -> st.SearchStrategy[AccessToken]:
    return st.builds(
        AccessToken,
        slot=st.just(owner.name),
        client_id=st.just(owner.client_id),
        value=text.map(Secret),
        user_id=text,
        issued_at=instants,
        expires_at=instants,
        epoch=st.integers(0, 2**62),
    )


SLOTS = tuple(slot(f"SLOT{number}", f"client-{number}") for number in range(5))
"""Several in one store: to open it costs more than all the rest."""


@given(st.tuples(*map(any_token_of, SLOTS)), st.tuples(*(st.booleans() for _ in SLOTS)), instants)
@settings(max_examples=8, deadline=None)
def test_any_token_comes_back_as_it_was_saved(
    saved: tuple[AccessToken, ...], refused: tuple[bool, ...], at: datetime
) -> None:
    verdicts = dict(zip(saved, refused, strict=True))

    async def round_trip(folder: Path) -> None:
        async with opened(folder) as store:
            for each in saved:
                assert await store.tokens.save(each)
            await store.tokens.record_verdicts(verdicts, at)
        async with opened(folder) as store:
            assert await store.tokens.load(SLOTS) == {
                token.slot: StoredToken(token, at, is_refused) for token, is_refused in verdicts.items()
            }

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(round_trip(Path(folder)))


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
@settings(max_examples=25, deadline=None)
def test_a_lower_epoch_never_replaces_a_higher_one(epochs: list[int]) -> None:
    async def write_all(folder: Path) -> None:
        async with opened(folder) as store:
            highest = -1
            for number, epoch in enumerate(epochs):
                took_effect = await store.tokens.save(token(PRIMARY, epoch, f"{TOKEN_TEXT}{number}"))
                assert took_effect is (epoch >= highest)
                highest = max(highest, epoch)
                assert (await loaded(store.tokens)).token.epoch == highest

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(write_all(Path(folder)))


async def test_a_late_writer_in_another_store_is_fenced_off(tmp_path: Path) -> None:
    async with opened(tmp_path) as paused, opened(tmp_path) as swift:
        old = token(PRIMARY, await paused.tokens.next_epoch(), "old")
        new = token(PRIMARY, await swift.tokens.next_epoch(), "new")
        assert new.epoch > old.epoch
        assert await swift.tokens.save(new)
        assert await paused.tokens.save(old) is False
        assert (await loaded(paused.tokens)).token == new


async def test_a_replayed_token_keeps_its_verdict_and_a_new_one_has_none(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first = token(PRIMARY, 1)
        await store.tokens.save(first)
        await store.tokens.record_verdicts({first: True}, LATER)
        assert await store.tokens.save(first)
        assert await loaded(store.tokens) == StoredToken(first, LATER, refused=True)
        second = token(PRIMARY, 2)
        await store.tokens.save(second)
        assert await loaded(store.tokens) == StoredToken(second, None, refused=False)


@pytest.mark.parametrize(
    "about",
    [
        token(PRIMARY, 1),
        replace(token(PRIMARY, 2), client_id="client-9"),
        replace(token(PRIMARY, 2), issued_at=NOW),
        replace(token(PRIMARY, 2), slot="WEBSOCKET1"),
    ],
    ids=["epoch", "client", "issue", "slot"],
)
async def test_a_verdict_on_another_token_changes_nothing(tmp_path: Path, about: AccessToken) -> None:
    async with opened(tmp_path) as store:
        await store.tokens.save(token(PRIMARY, 2))
        await store.tokens.record_verdicts({about: True}, LATER)
        assert await loaded(store.tokens) == StoredToken(token(PRIMARY, 2), None, refused=False)


async def test_all_verdicts_of_a_verification_are_recorded_at_once(tmp_path: Path) -> None:
    mine, theirs, gone = token(PRIMARY, 2), token(OTHER, 3), token(PRIMARY, 1)
    async with opened(tmp_path) as store:
        await store.tokens.save(mine)
        await store.tokens.save(theirs)
        await store.tokens.record_verdicts({mine: True, theirs: False, gone: False}, LATER)
        await store.tokens.record_verdicts({}, LATER)
        assert await store.tokens.load([PRIMARY, OTHER]) == {
            "PRIMARY": StoredToken(mine, LATER, refused=True),
            "WEBSOCKET1": StoredToken(theirs, LATER, refused=False),
        }


async def test_only_what_is_committed_and_opens_is_held(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        saved = token(PRIMARY, 5)
        assert not await store.tokens.holds(saved)
        await store.tokens.save(saved)
        assert await store.tokens.holds(saved)
        assert await store.tokens.holds(token(PRIMARY, 4))
        for other in (
            token(PRIMARY, 6),
            token(OTHER, 5),
            replace(saved, issued_at=NOW),
            replace(saved, client_id="client-9"),
            replace(saved, value=Secret("another")),
        ):
            assert not await store.tokens.holds(other)
    change(tmp_path, "UPDATE tokens SET sealed = zeroblob(60)")
    async with opened(tmp_path) as store:
        assert not await store.tokens.holds(saved)


async def test_epochs_rise_and_begin_at_the_seconds_of_the_clock(tmp_path: Path) -> None:
    seconds = int(NOW.timestamp())
    async with opened(tmp_path) as store:
        assert [await store.tokens.next_epoch() for _ in range(3)] == [seconds, seconds + 1, seconds + 2]
    change(tmp_path, "UPDATE meta SET value = ? WHERE key = 'epoch'", seconds * 2)
    async with opened(tmp_path) as store:
        assert await store.tokens.next_epoch() == seconds * 2 + 1


async def test_a_token_of_another_client_or_slot_is_none_of_ours(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.tokens.save(token(PRIMARY))
        await store.tokens.save(token(OTHER))
        assert set(await store.tokens.load([PRIMARY, OTHER])) == {"PRIMARY", "WEBSOCKET1"}
        assert set(await store.tokens.load([slot(client_id="client-9"), OTHER])) == {"WEBSOCKET1"}
        assert await store.tokens.load([]) == {}


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_no_file_ever_shows_a_token(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        for epoch in range(1, 4):
            await store.tokens.save(token(PRIMARY, epoch))
        assert (await loaded(store.tokens)).token.value == Secret(TOKEN_TEXT)
    contents = everything_in(tmp_path)
    assert b"client-1" in contents
    pieces = [TOKEN_TEXT[at : at + 8].encode() for at in range(len(TOKEN_TEXT) - 8)]
    assert [piece for piece in pieces if piece in contents] == []


@pytest.mark.parametrize(
    ("statement", "parameters"),
    [
        ("UPDATE tokens SET sealed = (SELECT sealed FROM tokens WHERE slot = 'WEBSOCKET1')", ()),
        ("UPDATE tokens SET sealed = ? WHERE slot = 'PRIMARY'", (b"short",)),
        ("UPDATE tokens SET expires_at = 'tomorrow' WHERE slot = 'PRIMARY'", ()),
        ("UPDATE tokens SET issued_at = '2026-10-06T04:00:00' WHERE slot = 'PRIMARY'", ()),
    ],
    ids=["moved from another slot", "cut", "damaged time", "time without zone"],
)
async def test_a_row_that_does_not_open_costs_only_its_own_slot(
    tmp_path: Path, statement: str, parameters: tuple[object, ...]
) -> None:
    async with opened(tmp_path) as store:
        await store.tokens.save(token(PRIMARY))
        await store.tokens.save(token(OTHER))
    change(tmp_path, statement, *parameters)
    notices: list[str] = []
    async with opened(tmp_path, notices=notices) as store:
        assert set(await store.tokens.load([PRIMARY, OTHER])) == {"WEBSOCKET1"}
        (notice,) = notices
        assert notice.startswith("PRIMARY counts as missing.")
        assert notice.endswith("Generate it anew.")
        assert TOKEN_TEXT not in notice
        assert await store.tokens.save(token(PRIMARY, epoch=2))
        assert set(await store.tokens.load([PRIMARY, OTHER])) == {"PRIMARY", "WEBSOCKET1"}


async def test_an_instant_without_a_zone_is_never_stored(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        naive = replace(token(PRIMARY), issued_at=datetime(2026, 10, 6))  # noqa: DTZ001 - the point of the test
        with pytest.raises(ValueError, match="time zone"):
            await store.tokens.save(naive)
        assert await store.tokens.load([PRIMARY]) == {}
