"""The exchange of a code: what is sent, what is taken, what is believed."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from vega_terminal.broker.client import Timeouts, UpstoxBroker
from vega_terminal.broker.httpx_transport import HttpxTransport
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import FailureKind as Kind
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot

from .conftest import NOW, StandingClock
from .scripted_server import ScriptedServer, as_json, hang, http, success

CODE = Secret("mk404x")
ISSUED: dict[str, Any] = {
    "email": "a@example.com",
    "broker": "UPSTOX",
    "user_id": "AB1234",
    "user_name": "A B",
    "is_active": True,
    "access_token": "aaa.bbb.ccc",
    "extended_token": "xxx.yyy.zzz",
}


async def test_one_form_post_gives_the_access_token(
    server: ScriptedServer, broker: UpstoxBroker, slot: ApiSlot
) -> None:
    server.play = as_json(200, ISSUED)
    issued = await broker.exchange(slot, CODE)
    assert issued.value == Secret("aaa.bbb.ccc")
    assert (issued.user_id, issued.issued_at) == ("AB1234", NOW)
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/v2/login/authorization/token")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.headers["accept"] == "application/json"
    assert request.form == {
        "code": ["mk404x"],
        "client_id": [slot.client_id],
        "client_secret": [slot.client_secret.reveal()],
        "redirect_uri": [slot.redirect_uri],
        "grant_type": ["authorization_code"],
    }
    assert not {"authorization", "cookie"} & request.headers.keys()


async def test_an_opaque_token_is_taken(server: ScriptedServer, broker: UpstoxBroker, slot: ApiSlot) -> None:
    server.play = as_json(200, ISSUED | {"access_token": "o" * 4096})
    assert (await broker.exchange(slot, CODE)).value == Secret("o" * 4096)


@pytest.mark.parametrize(
    "change",
    [
        {"access_token": ""},
        {"access_token": None},
        {"access_token": 17},
        {"access_token": ["aaa.bbb.ccc"]},
        {"access_token": "aaa bbb"},
        {"access_token": "aaa\n"},
        {"access_token": "aaa\u200b"},
        {"access_token": "o" * 4097},
        {"user_id": None},
        {"user_id": ""},
        {"user_id": 1234},
        {"user_id": "AB\u200b1234"},
        {"status": "error"},
        {"errors": [{"message": "half done"}]},
    ],
    ids=repr,
)
async def test_a_success_without_a_usable_token_is_no_success(
    change: dict[str, object], server: ScriptedServer, broker: UpstoxBroker, slot: ApiSlot
) -> None:
    server.play = as_json(200, ISSUED | change)
    with pytest.raises(BrokerError) as caught:
        await broker.exchange(slot, CODE)
    assert caught.value.kind is Kind.UNEXPECTED_ANSWER
    assert "xxx.yyy.zzz" not in str(caught.value)


async def test_an_exchange_that_hangs_ends_and_says_that_the_code_is_spent(
    server: ScriptedServer, slot: ApiSlot
) -> None:
    server.play = hang
    transport = HttpxTransport(server.base_url)
    broker = UpstoxBroker(server.base_url, transport, StandingClock(), Timeouts(exchange=0.2))
    with pytest.raises(BrokerError) as caught:
        await broker.exchange(slot, CODE)
    await broker.aclose()
    assert caught.value.kind is Kind.TIMEOUT
    assert "within 0.2 s" in caught.value.failure.message
    assert "counts as used and is not sent again" in caught.value.failure.message
    assert len(server.requests) == 1


async def test_no_secret_stands_in_the_frames_of_an_error(
    server: ScriptedServer, broker: UpstoxBroker, slot: ApiSlot
) -> None:
    server.play = as_json(200, ISSUED | {"user_id": None})
    with pytest.raises(BrokerError) as caught:
        await broker.exchange(slot, CODE)
    told = "".join(
        repr(entry.frame.f_locals) for entry in caught.traceback if "vega_terminal" in str(entry.path)
    )
    assert "gateway" in told  # the frames were really read
    for secret in ("aaa.bbb.ccc", "xxx.yyy.zzz", "mk404x", "s3cr3t"):
        assert secret not in told


async def test_cookies_of_one_answer_are_not_sent_with_the_next_call(
    server: ScriptedServer, broker: UpstoxBroker, slot: ApiSlot
) -> None:
    server.play = http(401, "{}", {"Set-Cookie": "session=of-another-slot; Path=/"})
    for _ in range(2):
        with pytest.raises(BrokerError):
            await broker.exchange(slot, CODE)
    assert [request.headers.get("cookie") for request in server.requests] == [None, None]


async def test_a_success_in_an_envelope_is_not_what_the_exchange_documents(
    server: ScriptedServer, broker: UpstoxBroker, slot: ApiSlot
) -> None:
    server.play = success(ISSUED)
    with pytest.raises(BrokerError) as caught:
        await broker.exchange(slot, CODE)
    assert caught.value.kind is Kind.UNEXPECTED_ANSWER


def test_the_dialog_address_survives_every_character(slot: ApiSlot) -> None:
    broker = UpstoxBroker(
        "https://api.upstox.com/", HttpxTransport("https://api.upstox.com"), StandingClock()
    )
    url = broker.authorization_url(slot, Secret("st=&+/%20 é"))
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == (
        "https://api.upstox.com/v2/login/authorization/dialog"
    )
    assert parse_qsl(parts.query, strict_parsing=True) == [
        ("response_type", "code"),
        ("client_id", slot.client_id),
        ("redirect_uri", slot.redirect_uri),
        ("state", "st=&+/%20 é"),
    ]
    assert not set("+/: ") & set(parts.query)  # %20 and %2F are read alike by everybody
