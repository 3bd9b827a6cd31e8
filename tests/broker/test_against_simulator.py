"""The adapter against the simulated broker, an independent judge: from the dialog to market data."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import pytest_asyncio

from vega_terminal.broker.client import Timeouts, UpstoxBroker
from vega_terminal.broker.httpx_transport import HttpxTransport
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import FailureKind as Kind
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot, LoginIdentity
from vega_terminal.domain.token import AccessToken, next_expiry
from vega_terminal.simulator import Call, Fault, FaultKind, SimulatedBroker

from .conftest import TUESDAY_1100_IST, WEDNESDAY_0200_IST, SimulatedTime


@pytest.fixture(scope="module")
def running() -> Iterator[SimulatedBroker]:
    with SimulatedBroker(apps=("PRIMARY", "WEBSOCKET1")) as simulated:
        yield simulated


@pytest_asyncio.fixture
async def upstox(simulated: SimulatedBroker) -> AsyncIterator[UpstoxBroker]:
    url = simulated.api_base_url
    broker = UpstoxBroker(url, HttpxTransport(url), SimulatedTime(simulated))
    yield broker
    await broker.aclose()


@pytest_asyncio.fixture
async def impatient(simulated: SimulatedBroker) -> AsyncIterator[UpstoxBroker]:
    url = simulated.api_base_url
    broker = UpstoxBroker(url, HttpxTransport(url), SimulatedTime(simulated), Timeouts(exchange=0.3))
    yield broker
    await broker.aclose()


@pytest.fixture
def primary(simulated: SimulatedBroker) -> ApiSlot:
    given = simulated.environment()
    return ApiSlot(
        name="PRIMARY",
        client_id=given["UPSTOX_CLIENT_ID_PRIMARY"],
        client_secret=Secret(given["UPSTOX_CLIENT_SECRET_PRIMARY"]),
        redirect_uri=given["UPSTOX_REDIRECT_URI"],
        identity=LoginIdentity("one", "…"),
    )


async def sign_in(simulated: SimulatedBroker, url: str) -> dict[str, list[str]]:
    """Do what a browser and a trader do, from the dialog to the redirect; its query comes back."""
    person = simulated.population.identities[0]
    async with httpx.AsyncClient() as browser:
        page = (await browser.get(url)).headers["location"]
        chain = parse_qs(urlsplit(page).query)["redirect_uri"][0]
        transaction = parse_qs(urlsplit(chain).query)["transaction"][0]
        press = f"{simulated.login_url}/press/{transaction}"
        await browser.post(f"{press}/get-otp", data={"mobile": person.mobile})
        await browser.post(f"{press}/otp", data={"otp": simulated.last_otp(person.mobile)})
        onward = (await browser.post(f"{press}/pin", data={"pin": person.pin})).json()["onward"]
        return parse_qs(urlsplit((await browser.get(onward)).headers["location"]).query)


async def code_for(simulated: SimulatedBroker, upstox: UpstoxBroker, slot: ApiSlot) -> Secret:
    answer = await sign_in(simulated, upstox.authorization_url(slot, Secret("st+te/=")))
    assert answer["state"] == ["st+te/="]
    return Secret(answer["code"][0])


@pytest.mark.parametrize(
    ("moment", "life"),
    [
        (TUESDAY_1100_IST, timedelta(hours=16, minutes=30)),
        (WEDNESDAY_0200_IST, timedelta(minutes=90)),
    ],
)
async def test_from_the_dialog_to_a_proven_token(
    moment: datetime, life: timedelta, simulated: SimulatedBroker, upstox: UpstoxBroker, primary: ApiSlot
) -> None:
    simulated.jump_to(moment)
    issued = await upstox.exchange(primary, await code_for(simulated, upstox, primary))
    profile = await upstox.profile(issued.value, timeout=5)
    assert profile.user_id == issued.user_id == simulated.population.identities[0].user_id
    assert issued.issued_at - moment < timedelta(minutes=1)
    token = AccessToken.from_issue("PRIMARY", primary.client_id, issued, epoch=1)
    assert not token.claim_disagrees
    assert token.expires_at == next_expiry(moment) == moment + life
    tally = simulated.counts.by_app["PRIMARY"]
    assert (tally.exchanges, tally.exchanges_ok, tally.profile_calls) == (1, 1, 1)


async def test_a_code_works_once(simulated: SimulatedBroker, upstox: UpstoxBroker, primary: ApiSlot) -> None:
    code = await code_for(simulated, upstox, primary)
    await upstox.exchange(primary, code)
    with pytest.raises(BrokerError) as caught:
        await upstox.exchange(primary, code)
    assert (caught.value.kind, caught.value.failure.code) == (Kind.CODE_REFUSED, "UDAPI100057")
    assert simulated.counts.total.exchanges == 2


async def test_wrong_settings_are_told_apart(
    simulated: SimulatedBroker, upstox: UpstoxBroker, primary: ApiSlot
) -> None:
    wrong_secret = dataclasses.replace(primary, client_secret=Secret("wrong"))
    wrong_uri = dataclasses.replace(primary, redirect_uri="http://localhost:28020/callback")
    kinds = []
    for slot in (wrong_secret, wrong_uri):
        with pytest.raises(BrokerError) as caught:
            await upstox.exchange(slot, await code_for(simulated, upstox, primary))
        kinds.append(caught.value.kind)
    assert kinds == [Kind.CREDENTIALS_REJECTED, Kind.APP_MISCONFIGURED]


@pytest.mark.parametrize("casing", ["both", "snake", "camel"])
async def test_a_dead_token_is_refused_in_every_casing(
    casing: str, simulated: SimulatedBroker, upstox: UpstoxBroker
) -> None:
    simulated.faults.change(error_casing=casing)
    token = Secret(simulated.issue_token("PRIMARY"))
    await upstox.profile(token, timeout=5)
    simulated.revoke("PRIMARY")
    with pytest.raises(BrokerError) as caught:
        await upstox.profile(token, timeout=5)
    assert caught.value.kind is Kind.TOKEN_REFUSED


async def test_a_token_dies_at_half_past_three(simulated: SimulatedBroker, upstox: UpstoxBroker) -> None:
    token = Secret(simulated.issue_token("PRIMARY"))
    simulated.jump_to(next_expiry(TUESDAY_1100_IST))
    with pytest.raises(BrokerError) as caught:
        await upstox.profile(token, timeout=5)
    assert caught.value.kind is Kind.TOKEN_REFUSED


async def test_the_extended_token_is_another_kind_of_token(
    simulated: SimulatedBroker, upstox: UpstoxBroker, primary: ApiSlot
) -> None:
    code = await code_for(simulated, upstox, primary)
    form = {
        "code": code.reveal(),
        "client_id": primary.client_id,
        "client_secret": primary.client_secret.reveal(),
        "redirect_uri": primary.redirect_uri,
        "grant_type": "authorization_code",
    }
    async with httpx.AsyncClient() as other:
        answer = await other.post(f"{simulated.api_base_url}/v2/login/authorization/token", data=form)
    with pytest.raises(BrokerError) as caught:
        await upstox.profile(Secret(answer.json()["extended_token"]), timeout=5)
    assert caught.value.kind is Kind.WRONG_TOKEN_KIND


FAULTS = [
    (Fault(FaultKind.UNAUTHORIZED), Kind.TOKEN_REFUSED),
    (Fault(FaultKind.FORBIDDEN), Kind.WRONG_TOKEN_KIND),
    (Fault(FaultKind.SERVICE_HOURS), Kind.SERVICE_HOURS),
    (Fault(FaultKind.TOO_MANY_REQUESTS, retry_after_s=3), Kind.RATE_LIMITED),
    (Fault(FaultKind.SERVER_ERROR, status=503), Kind.BROKER_DOWN),
    (Fault(FaultKind.BAD_GATEWAY_PAGE), Kind.BROKER_DOWN),
    (Fault(FaultKind.THROTTLE_PAGE), Kind.RATE_LIMITED),
    (Fault(FaultKind.BLOCK_PAGE), Kind.NOT_JSON),
    (Fault(FaultKind.HTML_IN_200), Kind.NOT_JSON),
    (Fault(FaultKind.ERROR_IN_200, code="UDAPI100050"), Kind.UNEXPECTED_ANSWER),
    (Fault(FaultKind.RESET), Kind.NETWORK),
    (Fault(FaultKind.TRUNCATED), Kind.NETWORK),
    (Fault(FaultKind.HANG), Kind.TIMEOUT),
    (Fault(FaultKind.SLOW_HEADERS, delay_ms=5000), Kind.TIMEOUT),
    (Fault(FaultKind.SLOW_BODY, delay_ms=5000), Kind.TIMEOUT),
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=lambda value: getattr(value, "kind", value))
async def test_each_fault_has_its_kind_and_costs_one_call(
    fault: Fault, kind: Kind, simulated: SimulatedBroker, upstox: UpstoxBroker
) -> None:
    token = Secret(simulated.issue_token("PRIMARY"))
    simulated.faults.add(dataclasses.replace(fault, call=Call.PROFILE))
    with pytest.raises(BrokerError) as caught:
        await upstox.profile(token, timeout=0.3 if kind is Kind.TIMEOUT else 10)
    assert caught.value.kind is kind
    assert caught.value.failure.retry_after == fault.retry_after_s
    assert simulated.counts.calls["profile"] == 1


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (FaultKind.RESET, Kind.NETWORK),
        (FaultKind.BAD_GATEWAY_PAGE, Kind.BROKER_DOWN),
        (FaultKind.EMPTY_ACCESS_TOKEN, Kind.UNEXPECTED_ANSWER),
    ],
)
async def test_an_exchange_that_fails_is_not_repeated(
    kind: FaultKind, expected: Kind, simulated: SimulatedBroker, upstox: UpstoxBroker, primary: ApiSlot
) -> None:
    code = await code_for(simulated, upstox, primary)
    simulated.faults.add(Fault(kind, Call.TOKEN, times=1))
    with pytest.raises(BrokerError) as caught:
        await upstox.exchange(primary, code)
    assert caught.value.kind is expected
    assert simulated.counts.total.exchanges == 1


async def test_an_exchange_that_hangs_is_not_repeated(
    simulated: SimulatedBroker, upstox: UpstoxBroker, impatient: UpstoxBroker, primary: ApiSlot
) -> None:
    code = await code_for(simulated, upstox, primary)
    simulated.faults.add(Fault(FaultKind.HANG, Call.TOKEN, times=1))
    with pytest.raises(BrokerError) as caught:
        await impatient.exchange(primary, code)
    assert caught.value.kind is Kind.TIMEOUT
    assert simulated.counts.total.exchanges == 1


async def test_the_dashboard_gets_what_the_broker_knows(
    simulated: SimulatedBroker, upstox: UpstoxBroker
) -> None:
    token = Secret(simulated.issue_token("PRIMARY"))
    sessions = await upstox.market_sessions(token)
    assert [(each.exchange, each.is_open) for each in sessions] == [
        ("NSE", True),
        ("BSE", True),
        ("MCX", True),
    ]
    assert all(each.updated_at is not None and each.updated_at <= simulated.now() for each in sessions)
    funds = await upstox.funds(token)
    assert funds.available > 0
    assert funds.used > 0
    positions = await upstox.positions(token)
    assert "RELIANCE" in {position.symbol for position in positions}
    closed = [position for position in positions if position.quantity == 0]
    assert [position.symbol for position in closed] == ["INFY"]


async def test_funds_are_closed_at_night(simulated: SimulatedBroker, upstox: UpstoxBroker) -> None:
    simulated.faults.change(night_window="auto")
    simulated.jump_to(WEDNESDAY_0200_IST)
    token = Secret(simulated.issue_token("PRIMARY"))
    with pytest.raises(BrokerError) as caught:
        await upstox.funds(token)
    assert (caught.value.kind, caught.value.failure.code) == (Kind.SERVICE_HOURS, "UDAPI100072")
    await upstox.profile(token, timeout=5)  # which has no such hours
