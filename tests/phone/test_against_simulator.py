"""Adapter, route and simulated broker over real HTTP: the request, its refusals, and what comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest

from vega_terminal.broker.client import UpstoxBroker
from vega_terminal.broker.httpx_transport import HttpxTransport
from vega_terminal.clock import SystemClock
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot, LoginIdentity, RouteKind
from vega_terminal.domain.token import jwt_expiry, next_expiry
from vega_terminal.engine.ports import Remark
from vega_terminal.phone.notifier import Place
from vega_terminal.phone.route import PhoneRoute
from vega_terminal.phone.waiting import Offer, Waiting
from vega_terminal.simulator import Call, Fault, FaultKind, SimulatedBroker

from .test_session import Desk

APPS: Final = ("PRIMARY", "WEBSOCKET1")


@pytest.fixture(scope="module")
def running() -> Iterator[SimulatedBroker]:
    with SimulatedBroker("phone", apps=APPS) as simulated:
        yield simulated


@pytest.fixture
def simulated(running: SimulatedBroker) -> SimulatedBroker:
    running.reset()
    running.faults.change(phone_after_ms=1)
    return running


@pytest.fixture
async def upstox(simulated: SimulatedBroker) -> AsyncIterator[UpstoxBroker]:
    broker = UpstoxBroker(simulated.api_base_url, HttpxTransport(simulated.api_base_url), SystemClock())
    yield broker
    await broker.aclose()


def slot_of(simulated: SimulatedBroker, name: str = "PRIMARY") -> ApiSlot:
    app = simulated.population.by_name[name]
    identity = LoginIdentity("one", "…1")
    secret = Secret(app.client_secret)
    return ApiSlot(name, app.client_id, secret, app.redirect_uri, identity, RouteKind.PHONE)


def route_to(simulated: SimulatedBroker, upstox: UpstoxBroker, folder: Path) -> PhoneRoute:
    environment = simulated.environment()
    assert environment["UPSTOX_LOGIN_ROUTE"] == "phone"
    place = Place(
        "127.0.0.1", int(environment["VEGA_NOTIFIER_PORT"]), Secret(environment["VEGA_NOTIFIER_PATH"])
    )
    return PhoneRoute(upstox, place, folder, 60.0, SystemClock())


async def offers_after(
    simulated: SimulatedBroker, upstox: UpstoxBroker, folder: Path, acts: str, number: int
) -> tuple[list[str], list[Offer]]:
    """The remarks and tokens that follow a request; each token is acknowledged."""
    simulated.faults.change(phone=acts)
    remarks, offers = [], []
    async with asyncio.timeout(20), route_to(simulated, upstox, folder).session() as session:
        asked = await session.authorize(slot_of(simulated), Desk())
        assert isinstance(asked, Waiting)
        for _ in range(number):
            answer = await asked.answer()
            if isinstance(answer, Remark):
                remarks.append(answer.text)
            elif answer is not None:
                answer.acknowledge()
                offers.append(answer)
    return remarks, offers


async def test_an_approval_brings_a_token_that_the_profile_proves(
    simulated: SimulatedBroker, upstox: UpstoxBroker, tmp_path: Path
) -> None:
    remarks, (offer,) = await offers_after(simulated, upstox, tmp_path, "approve", 1)
    assert remarks == []
    assert jwt_expiry(offer.issued.value) == next_expiry(offer.issued.issued_at)
    profile = await upstox.profile(offer.issued.value, timeout=5)
    assert profile.user_id == offer.issued.user_id
    wire = simulated.counts.total
    assert (wire.approvals, wire.webhooks_ok, wire.dialogs, wire.exchanges) == (1, 1, 0, 0)


async def test_the_simulator_sends_whatever_an_enemy_would(
    simulated: SimulatedBroker, upstox: UpstoxBroker, tmp_path: Path
) -> None:
    acts = "replay,malformed,wrong-client,forge,wrong-user,duplicate,replay"
    remarks, offers = await offers_after(simulated, upstox, tmp_path, acts, 8)
    for word, remark in zip(("before the request", "not JSON", "nobody asked"), remarks, strict=True):
        assert word in remark
    forged, stranger, *genuine = offers
    with pytest.raises(BrokerError) as refusal:
        await upstox.profile(forged.issued.value, timeout=5)
    assert refusal.value.kind is FailureKind.TOKEN_REFUSED
    assert stranger.issued.user_id == "ZZ9999"
    assert len({offer.issued.value for offer in genuine}) == 1
    assert len(genuine) == 3


@pytest.mark.parametrize(
    ("code", "status", "kind", "cure"),
    [
        ("UDAPI100069", 401, FailureKind.CREDENTIALS_REJECTED, "UPSTOX_CLIENT_SECRET_"),
        ("UDAPI1123", 400, FailureKind.APP_MISCONFIGURED, "VEGA_NOTIFIER_PATH"),
        ("UDAPI1124", 400, FailureKind.APP_MISCONFIGURED, "UPSTOX_LOGIN_ROUTE_<NAME>=browser"),
        ("UDAPI1155", 400, FailureKind.APP_MISCONFIGURED, "Developer Apps"),
        ("UDAPI1157", 400, FailureKind.APP_MISCONFIGURED, "Renew it"),
        ("UDAPI10005", 429, FailureKind.RATE_LIMITED, "Wait"),
    ],
)
async def test_each_refusal_says_what_to_do_and_is_not_repeated(
    simulated: SimulatedBroker, upstox: UpstoxBroker, code: str, status: int, kind: FailureKind, cure: str
) -> None:
    simulated.faults.add(Fault(FaultKind.ERROR, Call.APPROVAL, status=status, code=code, message="No."))
    with pytest.raises(BrokerError) as refusal:
        await upstox.request_token(slot_of(simulated))
    assert (refusal.value.kind, refusal.value.failure.code) == (kind, code)
    assert cure in refusal.value.failure.message
    assert simulated.counts.calls["approval"] == 1
    assert simulated.counts.total.webhooks == 0


async def test_a_wrong_secret_and_an_app_without_notifier_are_refused_by_the_simulator_itself(
    simulated: SimulatedBroker, upstox: UpstoxBroker
) -> None:
    app = simulated.population.by_name["PRIMARY"]
    wrong = ApiSlot("PRIMARY", app.client_id, Secret("no"), "http://127.0.0.1/", LoginIdentity("a", "b"))
    with pytest.raises(BrokerError) as refusal:
        await upstox.request_token(wrong)
    assert refusal.value.kind is FailureKind.CREDENTIALS_REJECTED
    with SimulatedBroker(apps=APPS) as without:
        broker = UpstoxBroker(without.api_base_url, HttpxTransport(without.api_base_url), SystemClock())
        with pytest.raises(BrokerError) as refusal:
            await broker.request_token(slot_of(without))
        await broker.aclose()
    assert refusal.value.failure.code == "UDAPI1123"


def test_an_act_that_nobody_knows_is_refused(simulated: SimulatedBroker) -> None:
    with pytest.raises(ValueError, match="approve"):
        simulated.faults.change(phone="forge,dance")
    assert urlsplit(simulated.environment()["UPSTOX_API_BASE_URL"]).hostname == "127.0.0.1"
