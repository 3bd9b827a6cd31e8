"""One run's approvals on a real socket: who is asked, when it listens, and what the next process knows."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.engine.rosters import slot
from vega_terminal.clock import SystemClock
from vega_terminal.domain.errors import BrokerError, SignInError
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.engine.ports import ApprovalSession, Remark
from vega_terminal.phone.notifier import Place
from vega_terminal.phone.open_requests import FILE_NAME
from vega_terminal.phone.route import PhoneRoute
from vega_terminal.phone.waiting import Offer, Waiting

from .webhooks import message

PATH: Final = "/upstox/0123456789abcdef0123456789abcdef"
ONE, TWO = slot("PRIMARY"), slot("FEED")
URL: Final = Secret(f"https://desk.example{PATH}")


class Clock(SystemClock):
    """The machine's clock, moved by the test."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


class Broker:
    """Asks as it is told."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.registered: Secret | None = URL
        self.fails: FailureKind | None = None

    async def request_token(self, slot: ApiSlot) -> Secret | None:
        self.asked.append(slot.name)
        await asyncio.sleep(0)
        if self.fails is not None:
            raise BrokerError(Failure(self.fails, "Scripted."))
        return self.registered


class Desk:
    """Hears the steps."""

    person_timeout = 0.0

    def __init__(self) -> None:
        self.steps: list[LoginStep] = []

    def report(self, step: LoginStep) -> None:
        self.steps.append(step)

    async def clear_to_sign_in(self) -> None:
        raise AssertionError("There is no sign-in.")

    async def otp(self) -> Secret:
        raise AssertionError("There is no OTP.")

    async def captcha(self) -> bool:
        raise AssertionError("There is no CAPTCHA.")


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Machine:
    """A data folder, a clock, a port, and a broker."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.broker = Broker()
        self.place = Place("127.0.0.1", unused_port(), Secret(PATH))

    @asynccontextmanager
    async def session(self, patience: float = 300.0) -> AsyncIterator[ApprovalSession]:
        route = PhoneRoute(self.broker, self.place, self.folder, patience, self.clock)
        async with route.session() as session:
            yield session

    async def post(self, about: ApiSlot, token: str = "a-token") -> int:
        """Send the broker's message; 0 when nobody listens."""
        url = f"http://127.0.0.1:{self.place.port}{PATH}"
        async with httpx.AsyncClient(trust_env=False) as client:
            try:
                reply = await client.post(url, json=message(about, token, self.clock.now()))
            except httpx.ConnectError:
                return 0
        return reply.status_code


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


async def asked_for(session: ApprovalSession, about: ApiSlot) -> Waiting:
    """Ask; the wait is the phone's own."""
    asked = await session.authorize(about, Desk())
    assert isinstance(asked, Waiting)
    return asked


async def test_a_token_goes_from_the_socket_to_the_one_who_waits(machine: Machine) -> None:
    async with machine.session() as session:
        assert await machine.post(ONE) == 0
        first, second = await asyncio.gather(asked_for(session, ONE), asked_for(session, TWO))
        posting = asyncio.create_task(machine.post(TWO, "a-token-of-feed"))
        offer = await second.answer()
        assert isinstance(offer, Offer)
        assert offer.issued.value == Secret("a-token-of-feed")
        assert not posting.done()
        offer.acknowledge()
        assert await posting == 200
        await second.close(done=True)
        assert await machine.post(TWO) == 200  # told to who still waits, and not used
        remark = await first.answer()
        assert isinstance(remark, Remark)
        assert "waits no longer" in remark.text
        await first.close(done=False)
        assert await machine.post(ONE) == 0  # nobody waits, nothing listens
        await asked_for(session, ONE)
    assert await machine.post(ONE) == 0
    assert machine.broker.asked == ["PRIMARY", "FEED"]


async def test_nobody_is_asked_twice_for_one_approval(machine: Machine) -> None:
    async with machine.session() as session:
        asked = await asked_for(session, ONE)
    file = machine.folder / FILE_NAME
    assert file.stat().st_mode & 0o777 == 0o600
    assert ONE.client_id not in file.read_text()

    machine.clock.ahead = timedelta(seconds=100)
    async with machine.session() as session:
        again = await asked_for(session, ONE)
        assert again.until == asked.until
        remark = await again.answer()
        assert isinstance(remark, Remark)
        assert "asked on the phone" in remark.text
        posting = asyncio.create_task(machine.post(ONE))
        offer = await again.answer()
        assert isinstance(offer, Offer)
        offer.acknowledge()
        assert await posting == 200
        await again.close(done=True)
    assert machine.broker.asked == ["PRIMARY"]

    async with machine.session() as session:
        await asked_for(session, ONE)
        machine.clock.ahead = timedelta(seconds=500)
    async with machine.session() as session:
        await asked_for(session, ONE)
    assert machine.broker.asked == ["PRIMARY"] * 3


@pytest.mark.parametrize("content", ["", "[]", '{"asked": {"x": "soon"}}', '{"asked": 7}', "[" * 60_000])
async def test_a_spoilt_note_costs_a_second_question_at_most(machine: Machine, content: str) -> None:
    (machine.folder / FILE_NAME).write_text(content)
    async with machine.session() as session:
        await asked_for(session, ONE)
    assert machine.broker.asked == ["PRIMARY"]
    assert len(json.loads((machine.folder / FILE_NAME).read_text())["asked"]) == 1


async def test_what_was_not_asked_is_not_noted(machine: Machine) -> None:
    machine.broker.fails = FailureKind.CREDENTIALS_REJECTED
    async with machine.session() as session:
        for _ in range(2):
            with pytest.raises(BrokerError):
                await session.authorize(ONE, Desk())
            assert await machine.post(ONE) == 0
    assert machine.broker.asked == ["PRIMARY"] * 2


async def test_a_request_without_an_answer_may_have_reached_the_phone(machine: Machine) -> None:
    machine.broker.fails = FailureKind.TIMEOUT
    async with machine.session() as session:
        remark = await (await asked_for(session, ONE)).answer()
        assert isinstance(remark, Remark)
        assert "may have asked all the same" in remark.text
    assert machine.broker.asked == ["PRIMARY"]


async def test_an_app_that_is_registered_with_another_address_is_told(machine: Machine) -> None:
    machine.broker.registered = Secret("https://desk.example/elsewhere")
    async with machine.session() as session:
        remark = await (await asked_for(session, ONE)).answer()
        assert isinstance(remark, Remark)
        assert "VEGA_NOTIFIER_PATH" in remark.text
        assert PATH not in remark.text


async def test_a_taken_port_fails_before_anybody_is_asked(machine: Machine) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", machine.place.port))
        other.listen()
        async with machine.session() as session:
            with pytest.raises(SignInError) as refusal:
                await session.authorize(ONE, Desk())
    assert refusal.value.kind is FailureKind.NO_NOTIFIER
    assert f"127.0.0.1:{machine.place.port}" in str(refusal.value)
    assert machine.broker.asked == []


async def test_a_session_that_ends_declines_what_it_has_not_kept(machine: Machine) -> None:
    async with machine.session() as session:
        asked = await asked_for(session, ONE)
        posting = asyncio.create_task(machine.post(replace(ONE)))
        posted = asyncio.create_task(asked.answer())
        await posted
    assert await posting == 503
