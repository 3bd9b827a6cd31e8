"""What must survive the process so that the broker is not asked once too often."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.status import Cooldown
from vega_terminal.engine.ports import CooldownStore, SignInLedger, SignInRecord, TokenStore
from vega_terminal.store.opening import DATABASE_NAME

from .support import NOW, opened

FIRST = Cooldown("identity-1", "…3210", NOW + timedelta(seconds=660, microseconds=7), "UDAPI10005")
SECOND = Cooldown("identity-2", "…9999", NOW - timedelta(days=1), "429")


async def test_cooldowns_survive_are_replaced_and_are_forgotten(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.cooldowns.save_cooldown(FIRST)
        await store.cooldowns.save_cooldown(SECOND)
    longer = Cooldown(FIRST.identity, "…3210", FIRST.until + timedelta(minutes=1), "again")
    async with opened(tmp_path) as store:
        assert await store.cooldowns.load_cooldowns() == [FIRST, SECOND]
        await store.cooldowns.save_cooldown(longer)
        await store.cooldowns.clear_cooldown(SECOND.identity)
        await store.cooldowns.clear_cooldown("nobody")
    async with opened(tmp_path) as store:
        assert await store.cooldowns.load_cooldowns() == [longer]


async def test_a_damaged_deadline_is_no_permission(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.cooldowns.save_cooldown(FIRST)
    with closing(sqlite3.connect(tmp_path / "data" / DATABASE_NAME)) as connection:
        connection.execute("UPDATE cooldowns SET until = 'soon'")
        connection.commit()
    async with opened(tmp_path) as store:
        with pytest.raises(StorageError, match=r"cooldown of …3210 is damaged.*11 minutes"):
            await store.cooldowns.load_cooldowns()


async def test_an_otp_step_is_claimed_once_whoever_asks(tmp_path: Path) -> None:
    async with opened(tmp_path) as one, opened(tmp_path) as two:
        assert await one.sign_ins.claim_otp_step("identity-1", 100)
        assert await two.sign_ins.claim_otp_step("identity-1", 100) is False
        assert await two.sign_ins.claim_otp_step("identity-1", 99) is False
        assert await two.sign_ins.claim_otp_step("identity-2", 100)
        assert await two.sign_ins.claim_otp_step("identity-1", 101)
        assert await one.sign_ins.claim_otp_step("identity-1", 101) is False


async def test_sign_ins_are_remembered_beside_the_claimed_step(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        assert await store.sign_ins.sign_in_record("identity-1") == SignInRecord()
        await store.sign_ins.record_sign_in("identity-1", NOW)
        await store.sign_ins.claim_otp_step("identity-1", 100)
        await store.sign_ins.record_sign_in("identity-1", NOW + timedelta(seconds=30))
    async with opened(tmp_path) as store:
        expected = SignInRecord(NOW + timedelta(seconds=30), 100)
        assert await store.sign_ins.sign_in_record("identity-1") == expected
        assert await store.sign_ins.sign_in_record("identity-2") == SignInRecord()


async def test_the_store_fits_the_ports_of_the_engine(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        tokens: TokenStore = store.tokens
        cooldowns: CooldownStore = store.cooldowns
        sign_ins: SignInLedger = store.sign_ins
        assert await tokens.next_epoch() == 1
        assert await cooldowns.load_cooldowns() == []
        assert await sign_ins.claim_otp_step("identity-1", 0)
