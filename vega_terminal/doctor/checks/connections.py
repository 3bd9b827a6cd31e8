"""Who is asked over the network: the broker for its time, without signing in; Redis, whether it is there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from vega_terminal.broker.httpx_transport import HttpxTransport
from vega_terminal.broker.transport import HttpReply, HttpRequest
from vega_terminal.doctor.checks.configuration import SETTINGS_FIRST
from vega_terminal.doctor.evidence import Evidence
from vega_terminal.doctor.findings import Outcome, failure, fine, in_sentences, unknown, warning
from vega_terminal.domain.errors import BrokerError
from vega_terminal.redis_store.opening import open_redis

_ANSWER_SECONDS: Final = 5.0
_OFF: Final = 5.0
_FAR_OFF: Final = 30.0
"""Seconds: a one-time password counts for 30 (RFC 6238), and half of them may be gone when it is typed."""
_SET_IT: Final = "Let the system set its clock: timedatectl set-ntp true, or the system's date settings."


async def clock(evidence: Evidence) -> Outcome:
    """How far this machine's clock is from the broker's; its `Date` header tells, whatever the answer is."""
    address, own = evidence.ground.api_base_url, evidence.ground.clock
    if address is None:
        return unknown("UPSTOX_API_BASE_URL is wrong, so the broker cannot be asked.", SETTINGS_FIRST)
    transport = HttpxTransport(address)
    try:
        await transport.open()
        before = own.now()
        reply = await transport.send(HttpRequest("HEAD", f"{address}/"), timeout=_ANSWER_SECONDS)
        after = own.now()
    except BrokerError as error:
        return unknown(*in_sentences(error.failure.message))
    finally:
        await transport.aclose()
    theirs = _date_of(reply)
    if theirs is None:
        return unknown(
            f"{address} answers without its time.", "Check that UPSTOX_API_BASE_URL is the broker's."
        )
    return judge_skew(before, after, theirs)


def judge_skew(before: datetime, after: datetime, theirs: datetime) -> Outcome:
    """The verdict on the broker's time, told in whole seconds between two instants of ours, all UTC."""
    ours = before + (after - before) / 2
    skew = (ours - theirs - timedelta(seconds=0.5)).total_seconds()
    doubt = (after - before).total_seconds() / 2 + 0.5
    certain = max(0.0, abs(skew) - doubt)
    side = "ahead of" if skew > 0 else "behind"
    found = f"This machine's clock is {abs(skew):.0f} s {side} the broker's."
    if certain >= _FAR_OFF:
        return failure(f"{found} One-time passwords made here are refused.", _SET_IT)
    if certain >= _OFF:
        return warning(found, _SET_IT)
    return fine(f"Right: within {doubt + abs(skew):.1f} s of the broker's.")


def _date_of(reply: HttpReply) -> datetime | None:
    """When the answer was made, UTC; one out of a cache tells how long it lay there (RFC 9111)."""
    try:
        made = parsedate_to_datetime(reply.headers["date"]).replace(tzinfo=UTC)
        return made + timedelta(seconds=int(reply.headers.get("age", "0")))
    except (KeyError, ValueError, OverflowError):
        return None


async def redis(evidence: Evidence) -> Outcome:
    """Whether the second replay buffer answers; without it everything goes on locally."""
    url = evidence.ground.redis_url
    if url is None:
        return fine("Not configured.")
    told: list[str] = []
    async with open_redis(url, evidence.ground.clock, told.append) as server:
        address = server.address
    return warning(*in_sentences(" ".join(told))) if told else fine(f"{address} answers.")
