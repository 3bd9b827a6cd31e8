"""Whatever bytes come back: a value or a BrokerError, no false refusal, no secret, nothing unprintable."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from vega_terminal.broker.client import UpstoxBroker
from vega_terminal.broker.retry_after import MAX_WAIT, retry_after
from vega_terminal.broker.sanitise import plain_text
from vega_terminal.broker.transport import HttpReply, HttpRequest
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.secret import MASK, Secret
from vega_terminal.domain.slots import ApiSlot, LoginIdentity
from vega_terminal.engine.ports import Broker, MarketData

from .conftest import NOW, StandingClock
from .documents import FUNDS, POSITION, PROFILE, SESSION, enveloped

TOKEN, CODE, CLIENT_SECRET = "tokenhead.tokenbody.tokentail", "Qz7Kp2", "client-secret-0123456789"
SLOT = ApiSlot("PRIMARY", "id", Secret(CLIENT_SECRET), "http://127.0.0.1/cb", LoginIdentity("one", "…"))

unhurried = settings(deadline=None)  # the machine may be busy with other tests


class CannedTransport:
    """Answers every request with the same reply."""

    def __init__(self, reply: HttpReply) -> None:
        self._reply = reply

    async def send(self, request: HttpRequest, *, timeout: float) -> HttpReply:
        return self._reply

    async def aclose(self) -> None:
        """There is nothing to close."""


statuses = st.one_of(
    st.sampled_from([200, 201, 204, 302, 400, 401, 403, 423, 429, 500, 502]), st.integers(200, 999)
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(10**400), 10**400),
    st.floats(),
    st.text(max_size=20),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["status", "data", "errors", "user_id", "total", "x"]), inner, max_size=4
        ),
    ),
    max_leaves=12,
)
echoes = st.sampled_from(
    [TOKEN, CODE, CLIENT_SECRET, f"\u200b{TOKEN[:20]}", f"x{CLIENT_SECRET[4:]}", "words"]
)
codes = st.sampled_from(
    ["UDAPI100050", "UDAPI100067", "UDAPI100057", "UDAPI100072", "UDAPI10005", TOKEN, "", "x"]
)
errors = st.fixed_dictionaries(
    {
        "message": st.one_of(
            scalars, st.builds("{}{}{}".format, st.text(max_size=9), echoes, st.text(max_size=9))
        )
    },
    optional={"error_code": st.one_of(codes, scalars), "errorCode": st.one_of(codes, scalars)},
)
refusals = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["error", "success", None]),
        "errors": st.one_of(st.lists(errors, max_size=2), scalars),
    }
)


@st.composite
def nearly_right(draw: st.DrawFn) -> object:
    """A documented answer with one value, at any depth, replaced by anything."""
    good = [enveloped(PROFILE), enveloped(FUNDS), enveloped([POSITION]), enveloped(SESSION)]
    document = json.loads(json.dumps(draw(st.sampled_from([*good, PROFILE | {"access_token": "a.b.c"}]))))
    place: Any = document
    while True:
        key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key] or draw(st.booleans()):
            place[key] = draw(values)
            return document
        place = place[key]


documents = st.one_of(values, refusals, nearly_right())
bodies = st.one_of(st.binary(max_size=80), documents.map(lambda document: json.dumps(document).encode()))
headers = st.dictionaries(
    st.sampled_from(["retry-after", "date"]),
    st.one_of(
        st.text(max_size=30), st.sampled_from(["5", "-1", "9" * 5000, "٣", "Mon, 99 Foo 2026 99:99:99 +9999"])
    ),
)
replies = st.builds(HttpReply, statuses, headers, bodies)


async def everything(login: Broker, market: MarketData) -> list[tuple[object, tuple[str, ...]]]:
    """The outcome of each call, and the secrets that it sent."""
    reads = [
        login.profile(Secret(TOKEN), timeout=1),
        market.funds(Secret(TOKEN)),
        market.positions(Secret(TOKEN)),
        market.market_sessions(Secret(TOKEN)),
    ]
    exchange = login.exchange(SLOT, Secret(CODE))
    *read, exchanged = await asyncio.gather(*reads, exchange, return_exceptions=True)
    return [*((outcome, (TOKEN,)) for outcome in read), (exchanged, (CODE, CLIENT_SECRET))]


def code_of(body: bytes) -> object:
    """An independent reading of the first error's code."""
    first = json.loads(body)["errors"][0]
    return first.get("error_code") or first.get("errorCode")


@unhurried
@given(reply=replies)
@example(reply=HttpReply(401, {}, b'{"errors":[{"errorCode":"UDAPI100050"}]}'))
@example(reply=HttpReply(200, {}, b"[" * 100_000))
@example(reply=HttpReply(200, {}, b'{"status":"success","data":{"user_id":"A","is_active":1e999}}'))
def test_any_reply_is_a_value_or_a_broker_error(reply: HttpReply) -> None:
    broker = UpstoxBroker("http://broker", CannedTransport(reply), StandingClock())
    for outcome, sent in asyncio.run(everything(broker, broker)):
        if not isinstance(outcome, BaseException):
            assert reply.status == 200
            continue
        assert isinstance(outcome, BrokerError)
        shown = f"{outcome} {outcome.failure.code}"
        assert shown.isprintable()
        assert not any(secret in shown for secret in sent)
        wait = outcome.failure.retry_after
        assert wait is None or 0 <= wait <= MAX_WAIT
        if outcome.kind is FailureKind.TOKEN_REFUSED:
            assert (reply.status, code_of(reply.body)) == (401, "UDAPI100050")


@unhurried
@given(text=st.text(max_size=300), secret=st.text(min_size=1, max_size=60), limit=st.integers(1, 150))
def test_plain_text_is_one_printable_line_within_its_limit(text: str, secret: str, limit: int) -> None:
    shown = plain_text(text, [Secret(secret)], limit)
    assert len(shown) <= limit
    assert shown.isprintable()


@unhurried
@given(
    before=st.text(st.characters(categories=["Lu", "Nd"]), max_size=150),
    secret=st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), min_size=8, max_size=80),
    cut=st.tuples(st.integers(0, 40), st.integers(0, 40)),
)
def test_no_longer_piece_of_a_secret_is_ever_shown(before: str, secret: str, cut: tuple[int, int]) -> None:
    piece = secret[cut[0] : len(secret) - cut[1]]
    assume(len(piece) >= 8)
    shown = plain_text(f"{before}{piece}", [Secret(secret)])
    assert not any(secret[at : at + 8] in shown for at in range(len(secret) - 7))
    assert MASK in shown or len(before) > 100


@unhurried
@given(seconds=st.integers(-(10**6), 10**6), skew=st.integers(-(10**6), 10**6))
def test_a_date_to_wait_for_is_measured_from_the_brokers_own_clock(seconds: int, skew: int) -> None:
    there = NOW + timedelta(seconds=skew)
    wish = {
        "date": format_datetime(there, usegmt=True),
        "retry-after": format_datetime(there + timedelta(seconds=seconds), usegmt=True),
    }
    assert retry_after(wish, NOW) == min(max(seconds, 0), MAX_WAIT)


@unhurried
@given(text=st.text(max_size=40))
def test_an_unreadable_wish_to_wait_is_none(text: str) -> None:
    waited = retry_after({"retry-after": text}, datetime(2026, 10, 6, tzinfo=UTC))
    assert waited is None or 0 <= waited <= MAX_WAIT
