"""One login at a time over all hosts of one Redis; a lost lease is noticed before the next sign-in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.store.support import CancelAt
from vega_terminal.domain.errors import LoginBusy, SignInError
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.engine.ports import LoginDesk, LoginSession, NoOtp
from vega_terminal.redis_store.lease import LIFE_S, POLL_S, RENEWALS, RedisLoginLease
from vega_terminal.redis_store.route import LeasedRoute
from vega_terminal.redis_store.server import QUIET_S

from .hand_clock import HandClock, until
from .host import ROSTER, Host, host
from .redis_process import RedisProcess

RENEWAL_S = LIFE_S / RENEWALS


@asynccontextmanager
async def two_hosts(folder: Path, url: str) -> AsyncIterator[tuple[Host, Host]]:
    async with host(folder / "a", url) as first, host(folder / "b", url) as second:
        yield first, second


async def step(clock: HandClock, seconds: float) -> None:
    """Time passes once somebody sleeps; what it woke is done and sleeps again when this returns."""
    await until(lambda: clock.sleeping)
    clock.pass_time(seconds)
    await asyncio.sleep(0)
    await until(lambda: clock.sleeping)


async def test_hosts_take_turns(durable: RedisProcess, tmp_path: Path) -> None:
    inside: list[int] = []
    waited: list[bool] = []

    async def log_in(here: Host, rounds: int) -> None:
        for _ in range(rounds):
            async with here.login(here.lease()) as had_to_wait:
                inside.append(1)
                assert len(inside) == 1
                await asyncio.sleep(0)
                inside.pop()
                waited.append(had_to_wait)

    async with two_hosts(tmp_path, durable.url) as (first, second), asyncio.TaskGroup() as group:
        logins = [group.create_task(log_in(here, 20)) for here in (first, second)]
        while not all(login.done() for login in logins):
            for here in (first, second):
                here.clock.pass_time(POLL_S)
            await asyncio.sleep(0.001)
    assert len(waited) == 40
    assert any(waited)
    assert durable.cli("GET", "vega:login") == ""
    assert durable.cli("GET", "vega:login:term") == "40"


async def test_the_second_host_waits_visibly_and_then_goes_on(durable: RedisProcess, tmp_path: Path) -> None:
    async with two_hosts(tmp_path, durable.url) as (first, second):
        done = asyncio.Event()

        async def log_in_there() -> bool:
            async with second.login(second.lease()) as waited:
                done.set()
                return waited

        async with first.login(first.lease()) as waited:
            assert not waited
            there = asyncio.ensure_future(log_in_there())
            for _ in range(3):
                await step(second.clock, POLL_S)
            assert not done.is_set()
            (words,) = second.waits
            assert words.startswith("process ")
            assert " on " in words
        await until(lambda: second.clock.sleeping)
        second.clock.pass_time(POLL_S)
        assert await there
        assert first.waits == first.told == second.told == []


async def test_waiting_has_an_end_and_frees_the_local_lock(durable: RedisProcess, tmp_path: Path) -> None:
    async with two_hosts(tmp_path, durable.url) as (first, second):
        async with first.login(first.lease()):
            for cut in (False, True):
                waiting = asyncio.ensure_future(second.login(second.lease(patience=5.0)).__aenter__())
                if cut:
                    await until(lambda: second.clock.sleeping)
                    waiting.cancel()
                    with pytest.raises(asyncio.CancelledError):
                        await waiting
                else:
                    while not waiting.done():
                        second.clock.pass_time(POLL_S)
                        await asyncio.sleep(0.001)
                    with pytest.raises(LoginBusy, match=r"Another host .* more than 5 s"):
                        await waiting
        async with second.login(second.lease()) as waited:
            assert not waited


async def test_whoever_is_cut_at_any_point_leaves_nothing(durable: RedisProcess, tmp_path: Path) -> None:
    async with two_hosts(tmp_path, durable.url) as (first, _):

        async def log_in(cut_at: int) -> int:
            async def in_and_out() -> None:
                async with first.login(first.lease()):
                    pass

            work = CancelAt(in_and_out(), cut_at)
            with suppress(asyncio.CancelledError):
                await work
            return work.awaits

        cut_at = 1
        while await asyncio.create_task(log_in(cut_at)) >= cut_at:
            assert durable.cli("EXISTS", "vega:login") == "0"
            cut_at += 1
        assert cut_at > 3


async def test_renewals_keep_it_for_as_long_as_it_takes(durable: RedisProcess, tmp_path: Path) -> None:
    async with two_hosts(tmp_path, durable.url) as (first, _):
        async with first.login(first.lease()):
            for _ in range(4):
                durable.cli("PEXPIRE", "vega:login", "5000")
                await step(first.clock, RENEWAL_S)
                await until(lambda: int(durable.cli("PTTL", "vega:login")) > 80_000)
        assert first.told == []


async def test_a_server_that_forgot_is_reminded(forgetful: RedisProcess, tmp_path: Path) -> None:
    async with two_hosts(tmp_path, forgetful.url) as (first, _):
        lease = first.lease()
        async with first.login(lease):
            forgetful.cli("FLUSHALL")
            await lease.require_held()
            assert forgetful.cli("EXISTS", "vega:login") == "1"
        assert first.told == []


async def overtaken(first: Host, lease: RedisLoginLease, second: Host, server: RedisProcess) -> None:
    """The first host stood still for longer than its lease, and the second one had its turn."""
    server.cli("DEL", "vega:login")
    async with second.login(second.lease()) as waited:
        assert not waited
    with pytest.raises(LoginBusy):
        await lease.require_held()
    assert len(first.told) == 1


async def test_whoever_was_overtaken_begins_no_other_sign_in(durable: RedisProcess, tmp_path: Path) -> None:
    async with two_hosts(tmp_path, durable.url) as (first, second):
        lease = first.lease()
        async with first.login(lease):
            await lease.require_held()
            await overtaken(first, lease, second, durable)
            with pytest.raises(LoginBusy, match=r"lost.*What is under way is finished"):
                await lease.require_held()
            async with second.login(second.lease()):
                pass
        assert len(first.told) == 1
        # The next run begins anew.
        async with first.login(lease):
            await lease.require_held()


async def test_letting_go_late_takes_nothing_from_the_next(durable: RedisProcess, tmp_path: Path) -> None:
    async with two_hosts(tmp_path, durable.url) as (first, second), AsyncExitStack() as next_one:
        async with first.login(first.lease()):
            durable.cli("DEL", "vega:login")
            await next_one.enter_async_context(second.login(second.lease()))
            first.clock.pass_time(RENEWAL_S)
            await until(lambda: first.told)  # without a sign-in, by the renewal
            assert "has signed in meanwhile" in first.told[0]
        assert durable.cli("EXISTS", "vega:login") == "1"
    assert durable.cli("EXISTS", "vega:login") == "0"


async def test_a_server_that_is_away_for_longer_than_the_lease_costs_it(
    durable: RedisProcess, tmp_path: Path
) -> None:
    async with two_hosts(tmp_path, durable.url) as (first, _):
        lease = first.lease()
        async with first.login(lease):
            durable.kill()
            await step(first.clock, RENEWAL_S)
            await lease.require_held()
            first.clock.pass_time(RENEWAL_S)
            await lease.require_held()
            first.clock.pass_time(RENEWAL_S)
            with pytest.raises(LoginBusy, match="has not confirmed it for 90 s"):
                await lease.require_held()
            assert ["does not answer" in said for said in first.told] == [True, False]
            # Even when it is back: somebody else may have gone on in the meantime.
            durable.start()
            with pytest.raises(LoginBusy):
                await lease.require_held()


async def test_a_short_absence_does_not(durable: RedisProcess, tmp_path: Path) -> None:
    async with two_hosts(tmp_path, durable.url) as (first, _):
        lease = first.lease()
        async with first.login(lease):
            durable.kill()
            await step(first.clock, RENEWAL_S)
            await until(lambda: first.told)
            durable.start()
            await step(first.clock, RENEWAL_S)
            await until(lambda: len(first.told) == 2)
            first.clock.pass_time(RENEWAL_S)
            await lease.require_held()
        assert first.told[1].endswith("does its part again.")


async def test_without_the_server_each_host_goes_on_alone(durable: RedisProcess, tmp_path: Path) -> None:
    durable.kill()
    async with two_hosts(tmp_path, durable.url) as (first, second):
        lease = first.lease()
        async with first.login(lease) as waited:
            assert not waited
            await lease.require_held()
            (said,) = first.told
            assert "other hosts are not seen" in said
            # It comes back while this one logs in: from then on, others wait.
            durable.start()
            first.clock.pass_time(QUIET_S)
            await lease.require_held()
            second.clock.pass_time(QUIET_S)
            with pytest.raises(LoginBusy):
                await second.login(second.lease(patience=0.0)).__aenter__()


async def test_a_server_that_dies_frees_nobodys_login_at_once(durable: RedisProcess, tmp_path: Path) -> None:
    """Who was seen logging in goes on for up to the life of its lease; only then does the other one begin."""
    async with two_hosts(tmp_path, durable.url) as (first, second), first.login(first.lease()):
        entering = asyncio.ensure_future(second.login(second.lease()).__aenter__())
        await until(lambda: second.clock.sleeping)
        durable.kill()
        await step(second.clock, LIFE_S)
        assert not entering.done()
        second.clock.pass_time(POLL_S)
        assert await entering


class OneSession:
    """A route whose sessions ask the desk, as the browser's do, and give a code."""

    def __init__(self) -> None:
        self.begun: list[str] = []

    @asynccontextmanager
    async def session(self) -> AsyncIterator[LoginSession]:
        yield self

    async def authorize(self, slot: ApiSlot, desk: LoginDesk) -> Secret:
        self.begun.append(slot.name)
        await desk.clear_to_sign_in()
        return Secret("code")

    async def resume(self, slot: ApiSlot, desk: LoginDesk) -> Secret:
        return await self.authorize(slot, desk)


class Desk:
    """Lets something happen before the first click."""

    person_timeout = 0.0
    cleared = 0

    def report(self, step: object) -> None: ...

    async def clear_to_sign_in(self) -> None:
        self.cleared += 1

    async def otp(self) -> NoOtp:
        return NoOtp.NOBODY_ANSWERED

    async def captcha(self) -> bool:
        return False


async def test_the_route_asks_before_each_slot_and_before_the_first_click(
    durable: RedisProcess, tmp_path: Path
) -> None:
    async with two_hosts(tmp_path, durable.url) as (first, second):
        lease, desk, inner = first.lease(), Desk(), OneSession()
        async with first.login(lease), LeasedRoute(inner, lease).session() as session:
            assert await session.authorize(ROSTER[0], desk) == Secret("code")
            await overtaken(first, lease, second, durable)
            for way in (session.authorize, session.resume):
                with pytest.raises(SignInError) as refusal:
                    await way(ROSTER[1], desk)
                assert refusal.value.kind is FailureKind.LOGIN_BUSY
        assert (inner.begun, desk.cleared) == (["PRIMARY"], 1)


async def test_a_lease_lost_on_the_way_to_the_first_click_stops_it(
    durable: RedisProcess, tmp_path: Path
) -> None:
    async with two_hosts(tmp_path, durable.url) as (first, second):
        lease, desk = first.lease(), Desk()

        class Slow(OneSession):
            async def authorize(self, slot: ApiSlot, desk: LoginDesk) -> Secret:
                await overtaken(first, lease, second, durable)
                return await super().authorize(slot, desk)

        async with first.login(lease), LeasedRoute(Slow(), lease).session() as session:
            with pytest.raises(SignInError):
                await session.authorize(ROSTER[0], desk)
        assert desk.cleared == 0
