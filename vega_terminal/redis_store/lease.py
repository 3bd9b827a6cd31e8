"""The right to sign in, across hosts: the local lock first, then a lease in Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final, cast

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import LoginBusy
from vega_terminal.engine.ports import LoginLease
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.redis_store.server import RedisAway, RedisServer
from vega_terminal.redis_store.term import Term, holder_in_words
from vega_terminal.redis_store.troubles import Operation

LIFE_S: Final = 90.0
"""A lease that is not renewed ends then: so long do others wait for a host that died."""
RENEWALS: Final = 3
"""Renewed so often in its life: two may fail."""
POLL_S: Final = 1.0

LEASE_KEY: Final = "vega:login"
TERM_KEY: Final = "vega:login:term"
"""One for all of a Redis database: rosters may share an identity without being the same."""

# Takes, renews or takes back. Keys: lease, term. Arguments: holder, ms, the term's number (0: none yet).
# Taken back (the server forgot it, or it ran out while this process stood still) only if nobody else had it
# since: the number tells. Answers the number, or 0 and whose it is (empty: somebody's who has let go).
_HOLD: Final = """
local holder = redis.call('GET', KEYS[1])
local term = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[1] then return {0, holder} end
if ARGV[3] ~= '0' then
  if term and term ~= ARGV[3] then return {0, ''} end
  if not term then redis.call('SET', KEYS[2], ARGV[3]) end
elseif not holder then
  redis.call('INCR', KEYS[2])
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {tonumber(redis.call('GET', KEYS[2]) or '1'), ''}
"""
_RELEASE: Final = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""
_STOPS: Final = (
    "What is under way is finished, and no other sign-in begins in this run."
    " Start it again to generate what is missing."
)


@dataclass(frozen=True, slots=True)
class Span:
    """How long things take, in seconds.

    Attributes:
        patience: to wait for others, the local lock included.
        life: of the lease without renewal.
    """

    patience: float
    life: float = LIFE_S


class RedisLoginLease:
    """Implements `LoginLease` over several hosts that use one Redis database.

    With the server away the local lock alone decides, and the operator is told. A lease that is lost in
    the middle (another host has it, or the server was away for longer than its life) does not cut what is
    under way: `require_held` refuses the next sign-in, and the epoch keeps late writes from winning.
    """

    def __init__(self, local: LoginLease, server: RedisServer, clock: Clock, span: Span) -> None:
        """Hold `local`, then the lease on `server`."""
        self._local = local
        self._server = server
        self._clock = clock
        self._span = span
        self._term: Term | None = None

    @asynccontextmanager
    async def hold(self, on_wait: Callable[[str], None]) -> AsyncIterator[bool]:
        """Hold both for the block; yields whether either had to be waited for.

        Args:
            on_wait: called with the holder in words, once for each of the two that somebody else holds.

        Raises:
            LoginBusy: they were not free within the patience.
            StorageError: the local lock cannot be used.
        """
        deadline = self._clock.monotonic() + self._span.patience
        async with self._local.hold(on_wait) as waited_here:
            term = Term()
            try:
                waited = await self._take(term, deadline, on_wait)
                self._term = term
                async with self._kept(term):
                    yield waited_here or waited
            finally:
                self._term = None
                await to_the_end(self._release(term))

    def hold_if_free(self) -> AbstractAsyncContextManager[bool]:
        """Hold the local lock for the block if it is free: what is done under it concerns one machine."""
        return self._local.hold_if_free()

    async def require_held(self) -> None:
        """Make sure, right before a sign-in, that it is still this process's turn; asks the server.

        Raises:
            LoginBusy: the lease was lost; no other sign-in may begin in this run.
        """
        term = self._term
        if term is None:
            return
        await self._confirm(term, insist=False)
        if term.lost:
            raise LoginBusy(term.lost)

    async def _take(self, term: Term, deadline: float, on_wait: Callable[[str], None]) -> bool:
        """Take the lease; whether it had to be waited for. Without the server there is none to be had."""
        seen: float | None = None
        while True:
            try:
                other = await self._ask(term)
            except RedisAway:
                # Whoever held it a moment ago cannot renew it either, and stops when its life is over.
                if seen is None or self._clock.uptime() - seen > self._span.life:
                    return seen is not None
            else:
                if other is None:
                    return seen is not None
                if seen is None:
                    on_wait(other)
                seen = self._clock.uptime()
            self._require_patience(deadline)
            await self._clock.sleep(POLL_S)

    def _require_patience(self, deadline: float) -> None:
        if self._clock.monotonic() >= deadline:
            raise LoginBusy(
                f"Another host has been signing in for more than {self._span.patience:.0f} s. Nothing was"
                " started here. Finish or stop it there, then try again."
            )

    @asynccontextmanager
    async def _kept(self, term: Term) -> AsyncIterator[None]:
        renewing = asyncio.ensure_future(self._renew(term))
        try:
            yield
        finally:
            renewing.cancel()
            with suppress(asyncio.CancelledError):
                await renewing

    async def _renew(self, term: Term) -> None:
        while not term.lost:
            await self._clock.sleep(self._span.life / RENEWALS)
            await self._confirm(term, insist=bool(term.number))

    async def _confirm(self, term: Term, *, insist: bool) -> None:
        """Renew; note it, and tell it once, when the lease is not this process's any more."""
        if term.lost:
            return
        try:
            other = await self._ask(term, insist=insist)
        except RedisAway:
            unsure = self._clock.uptime() - term.confirmed
            if term.number and unsure >= self._span.life:
                self._lose(
                    term, f"Redis has not confirmed it for {unsure:.0f} s, so another host may have it"
                )
            return
        if other is not None:
            self._lose(term, f"{other} has signed in meanwhile")

    def _lose(self, term: Term, why: str) -> None:
        if not term.lost:
            term.lost = f"The login lease across hosts was lost: {why}. {_STOPS}"
            self._server.tell(term.lost)

    async def _ask(self, term: Term, *, insist: bool = False) -> str | None:
        """Take or renew; None when it is ours now, else whose it is, in words.

        Raises:
            RedisAway: the server did not say.
        """
        # Not cut in the middle: a lease that was taken must be known, or nobody lets go of it.
        return await to_the_end(self._asked(term, insist=insist))

    async def _asked(self, term: Term, *, insist: bool) -> str | None:
        asked = self._clock.uptime()
        milliseconds = int(self._span.life * 1000)
        hold = ("EVAL", _HOLD, 2, LEASE_KEY, TERM_KEY, term.holder, milliseconds, term.number)
        (answer,) = await self._server.ask(Operation.LEASE, hold, insist=insist)
        number, other = cast("tuple[int, bytes]", answer)
        if not number:
            return holder_in_words(other.decode(errors="replace"))
        term.number = number
        term.confirmed = asked
        return None

    async def _release(self, term: Term) -> None:
        """Let go of it; where the server does not hear that, the lease ends by itself."""
        if term.number:
            with suppress(RedisAway):
                await self._server.ask(
                    Operation.LEASE, ("EVAL", _RELEASE, 1, LEASE_KEY, term.holder), insist=True
                )
