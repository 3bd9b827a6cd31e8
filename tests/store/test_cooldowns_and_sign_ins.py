"""What must survive the process so that the broker is not asked once too often."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.status import Cooldown
from vega_terminal.engine.ports import (
    CooldownRecord,
    CooldownStore,
    ExecutionState,
    ExecutionStore,
    SignInLedger,
    SignInOutcome,
    SignInRecord,
)
from vega_terminal.store.opening import DATABASE_NAME
from vega_terminal.store.tables.cooldowns import SqliteCooldownStore
from vega_terminal.store.tables.executions import SqliteExecutionStore
from vega_terminal.store.tables.sign_ins import SqliteSignInLedger

from .support import NOW, opened

MINUTE = timedelta(minutes=1)
FIRST = CooldownRecord(
    Cooldown("identity-1", "…3210", NOW + timedelta(seconds=660, microseconds=7), "UDAPI10005"),
    started_at=NOW + timedelta(microseconds=7),
    boot_id="a7c3",
    started_uptime=1234.567891,
)
SECOND = CooldownRecord(Cooldown("identity-2", "…9999", NOW - timedelta(days=1), "429"), NOW, "", 0.0)
STATE = ExecutionState(
    execution_id="6f1b",
    requested_by="cli",
    decided_by="operator",
    planned=("PRIMARY", "FEED", "CHAIN"),
    done=("PRIMARY",),
    given_up=("CHAIN",),
    current="FEED",
    started_at=NOW,
    updated_at=NOW + MINUTE,
)


def ending(record: CooldownRecord, later: timedelta) -> CooldownRecord:
    return replace(record, cooldown=replace(record.cooldown, until=record.cooldown.until + later))


def damage(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "data" / DATABASE_NAME)) as connection:
        connection.execute(statement)
        connection.commit()


# --- cooldowns ------------------------------------------------------------------------------------


async def test_cooldowns_survive_are_replaced_and_are_forgotten(tmp_path: Path) -> None:
    provisional = replace(SECOND, provisional=True)
    async with opened(tmp_path) as store:
        await store.cooldowns.save_cooldown(FIRST)
        await store.cooldowns.save_cooldown(provisional)
    async with opened(tmp_path) as store:
        assert await store.cooldowns.load_cooldowns() == [FIRST, provisional]
        await store.cooldowns.save_cooldown(ending(FIRST, MINUTE))
        await store.cooldowns.clear_cooldown(provisional)
        await store.cooldowns.clear_cooldown(SECOND)
    async with opened(tmp_path) as store:
        assert await store.cooldowns.load_cooldowns() == [ending(FIRST, MINUTE)]


@pytest.mark.parametrize("provisional", [True, False])
async def test_one_in_force_is_not_shortened(tmp_path: Path, provisional: bool) -> None:
    earlier = replace(ending(FIRST, -MINUTE), provisional=provisional)
    async with opened(tmp_path) as store:
        await store.cooldowns.save_cooldown(FIRST)
        await store.cooldowns.save_cooldown(earlier)
        assert await store.cooldowns.load_cooldowns() == [FIRST]


async def test_a_provisional_one_gives_way_to_what_is_known(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.cooldowns.save_cooldown(replace(FIRST, provisional=True))
        await store.cooldowns.save_cooldown(ending(FIRST, -MINUTE))
        assert await store.cooldowns.load_cooldowns() == [ending(FIRST, -MINUTE)]


@pytest.mark.parametrize(
    "other", [replace(FIRST, provisional=True), ending(FIRST, MINUTE), replace(FIRST, started_at=NOW)]
)
async def test_only_the_very_record_is_cleared(tmp_path: Path, other: CooldownRecord) -> None:
    async with opened(tmp_path) as store:
        await store.cooldowns.save_cooldown(FIRST)
        await store.cooldowns.clear_cooldown(other)
        assert await store.cooldowns.load_cooldowns() == [FIRST]


async def test_a_damaged_deadline_is_no_permission(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.cooldowns.save_cooldown(FIRST)
    damage(tmp_path, "UPDATE cooldowns SET until = 'soon'")
    async with opened(tmp_path) as store:
        with pytest.raises(StorageError, match=r"cooldown of …3210 is damaged.*11 minutes"):
            await SqliteCooldownStore(store.database).load_cooldowns()


# --- sign-ins -------------------------------------------------------------------------------------


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
        expected = SignInRecord(NOW + timedelta(seconds=30), 100, failures=2)
        assert await store.sign_ins.sign_in_record("identity-1") == expected
        assert await store.sign_ins.sign_in_record("identity-2") == SignInRecord()


async def test_failures_are_counted_across_processes(tmp_path: Path) -> None:
    async with opened(tmp_path) as one, opened(tmp_path) as two:
        counts = []
        for number, outcome in enumerate(
            [
                SignInOutcome.FAILED,
                SignInOutcome.FAILED,
                SignInOutcome.NOT_COUNTED,
                None,  # cut off by a crash
                SignInOutcome.SUCCEEDED,
                SignInOutcome.NOT_COUNTED,
            ]
        ):
            await one.sign_ins.record_sign_in("identity-1", NOW + number * MINUTE)
            if outcome is not None:
                await two.sign_ins.conclude_sign_in("identity-1", outcome)
            counts.append((await two.sign_ins.sign_in_record("identity-1")).failures)
        assert counts == [1, 2, 2, 3, 0, 0]


async def test_one_sign_in_counts_once_and_a_person_forgets_them_all(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        for at in (NOW, NOW, NOW + MINUTE):
            await store.sign_ins.record_sign_in("identity-1", at)
        assert (await store.sign_ins.sign_in_record("identity-1")).failures == 2
        await store.sign_ins.rearm("identity-1")
        assert await store.sign_ins.sign_in_record("identity-1") == SignInRecord(NOW + MINUTE)
        await store.sign_ins.rearm("nobody")


# --- the last execution ---------------------------------------------------------------------------


async def test_the_last_execution_survives_and_is_replaced(tmp_path: Path) -> None:
    ended = replace(STATE, current=None, stopped=FailureKind.SIGN_IN_STALLED, finished=True)
    async with opened(tmp_path) as store:
        assert await store.executions.latest_execution() is None
        await store.executions.save_execution(STATE)
    async with opened(tmp_path) as store:
        assert await store.executions.latest_execution() == STATE
        await store.executions.save_execution(ended)
    async with opened(tmp_path) as store:
        assert await store.executions.latest_execution() == ended


@pytest.mark.parametrize("value", ["planned = 'FEED'", "done = '{}'", "stopped = 'BAD'", "started_at = ''"])
async def test_a_damaged_execution_is_not_guessed_at(tmp_path: Path, value: str) -> None:
    async with opened(tmp_path) as store:
        await store.executions.save_execution(STATE)
    damage(tmp_path, f"UPDATE execution SET {value}")
    async with opened(tmp_path) as store:
        with pytest.raises(StorageError, match="generate what is missing"):
            await SqliteExecutionStore(store.database).latest_execution()


async def test_the_store_fits_the_ports_of_the_engine(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        cooldowns: CooldownStore = SqliteCooldownStore(store.database)
        sign_ins: SignInLedger = SqliteSignInLedger(store.database)
        executions: ExecutionStore = SqliteExecutionStore(store.database)
        assert await cooldowns.load_cooldowns() == []
        assert await sign_ins.claim_otp_step("identity-1", 0)
        assert await executions.latest_execution() is None
