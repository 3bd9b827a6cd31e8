"""Which answer of the broker means what: every row goes over a real socket."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field

import pytest

from vega_terminal.broker.client import UpstoxBroker
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import FailureKind as Kind
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot

from .scripted_server import Play, ScriptedServer, as_json, close, half, http, raw, reset

TOKEN = Secret("eyJ0eXAiOiJKV1QifQ.eyJzdWIiOiJBQjEyMzQifQ.c2lnbmF0dXJl")
HTML = "<!DOCTYPE html><title>Attention Required! | Cloudflare</title><h1>Error 1010</h1>"
DEEP = "[" * 200_000
PACKED = gzip.compress(b'{"status":"success","data":{"user_id":"AB1234"}}')  # nobody asked for it packed


def error(code: str, message: str = "words", *, snake: bool = True, camel: bool = True) -> dict[str, object]:
    one: dict[str, object] = {"message": message, "propertyPath": None, "invalid_value": None}
    one |= {"error_code": code} if snake else {}
    one |= {"errorCode": code} if camel else {}
    return {"status": "error", "errors": [one]}


@dataclass(frozen=True)
class Row:
    name: str
    answer: Play
    kind: Kind
    code: str | None = None
    retry_after: float | None = None
    says: tuple[str, ...] = field(default=())


def coded(status: int, code: str, kind: Kind) -> Row:
    return Row(f"{status} {code}", as_json(status, error(code)), kind, code)


WITH_TOKEN = [
    coded(401, "UDAPI100050", Kind.TOKEN_REFUSED),
    Row("snake only", as_json(401, error("UDAPI100050", camel=False)), Kind.TOKEN_REFUSED, "UDAPI100050"),
    Row("camel only", as_json(401, error("UDAPI100050", snake=False)), Kind.TOKEN_REFUSED, "UDAPI100050"),
    coded(200, "UDAPI100050", Kind.UNEXPECTED_ANSWER),
    coded(400, "UDAPI100050", Kind.UNEXPECTED_ANSWER),
    coded(403, "UDAPI100050", Kind.UNEXPECTED_ANSWER),
    coded(500, "UDAPI100050", Kind.BROKER_DOWN),
    coded(429, "UDAPI100050", Kind.RATE_LIMITED),
    Row("401 empty", http(401), Kind.NOT_JSON),
    Row("401 page", http(401, HTML), Kind.NOT_JSON, says=("a web page", "HTTP 401")),
    Row("401 no code", as_json(401, {"status": "error", "errors": []}), Kind.UNEXPECTED_ANSWER),
    Row("401 other shape", as_json(401, {"error": "unauthorized"}), Kind.UNEXPECTED_ANSWER),
    Row("401 null errors", as_json(401, {"status": "error", "errors": None}), Kind.UNEXPECTED_ANSWER),
    Row("401 errors of text", as_json(401, {"errors": ["UDAPI100050"]}), Kind.UNEXPECTED_ANSWER),
    Row("401 code of number", as_json(401, {"errors": [{"error_code": 100050}]}), Kind.UNEXPECTED_ANSWER),
    Row("401 code in lower case", as_json(401, error("udapi100050")), Kind.UNEXPECTED_ANSWER),
    Row(
        "401 code second",
        as_json(401, {"errors": [{"error_code": "UDAPI100060"}, {"error_code": "UDAPI100050"}]}),
        Kind.UNEXPECTED_ANSWER,
        "UDAPI100060",
    ),
    coded(401, "UDAPI1221", Kind.WRONG_TOKEN_KIND),
    coded(403, "UDAPI100067", Kind.WRONG_TOKEN_KIND),
    coded(401, "UDAPI100069", Kind.UNEXPECTED_ANSWER),
    coded(400, "UDAPI100058", Kind.ACCOUNT_INACTIVE),
    coded(400, "UDAPI1154", Kind.APP_MISCONFIGURED),
    coded(401, "UDAPI100073", Kind.APP_MISCONFIGURED),
    coded(404, "UDAPI100060", Kind.UNEXPECTED_ANSWER),
    coded(423, "UDAPI100072", Kind.SERVICE_HOURS),
    coded(423, "UDAPI100074", Kind.SERVICE_HOURS),
    coded(200, "UDAPI100072", Kind.SERVICE_HOURS),
    Row("423 page", http(423, HTML), Kind.SERVICE_HOURS),
    coded(429, "UDAPI10005", Kind.RATE_LIMITED),
    coded(400, "UDAPI100099", Kind.RATE_LIMITED),
    Row("429 page", http(429, HTML, {"Retry-After": "7"}), Kind.RATE_LIMITED, retry_after=7.0),
    Row("429 long", http(429, HTML, {"Retry-After": "86400"}), Kind.RATE_LIMITED, retry_after=3600.0),
    Row(
        "429 until a date",
        http(
            429,
            HTML,
            {"Retry-After": "Tue, 06 Oct 2026 21:00:30 GMT", "Date": "Tue, 06 Oct 2026 21:00:00 GMT"},
        ),
        Kind.RATE_LIMITED,
        retry_after=30.0,
    ),
    coded(500, "UDAPI100500", Kind.BROKER_DOWN),
    coded(400, "UDAPI100500", Kind.BROKER_DOWN),
    Row("502 page", http(502, HTML), Kind.BROKER_DOWN),
    Row("503 wait", http(503, "", {"Retry-After": "120"}), Kind.BROKER_DOWN, retry_after=120.0),
    Row("403 page", http(403, HTML), Kind.NOT_JSON, says=("HTTP 403",)),
    Row("200 page", http(200, HTML), Kind.NOT_JSON),
    Row("200 empty", http(200), Kind.NOT_JSON),
    Row("204", raw(b"HTTP/1.1 204 X\r\n\r\n"), Kind.NOT_JSON),
    Row("200 cut JSON", http(200, '{"status":"succ'), Kind.NOT_JSON),
    Row("200 not UTF-8", http(200, b'{"status":"\xff\xfe"}'), Kind.NOT_JSON),
    Row("200 deep JSON", http(200, DEEP), Kind.NOT_JSON),
    Row("200 packed", http(200, PACKED, {"Content-Encoding": "gzip"}), Kind.NOT_JSON),
    Row("200 list", as_json(200, []), Kind.UNEXPECTED_ANSWER),
    Row("200 null", as_json(200, None), Kind.UNEXPECTED_ANSWER),
    Row("200 no envelope", as_json(200, {"user_id": "AB1234"}), Kind.UNEXPECTED_ANSWER),
    Row("200 no status", as_json(200, {"data": {"user_id": "AB1234"}}), Kind.UNEXPECTED_ANSWER),
    Row("200 no data", as_json(200, {"status": "success"}), Kind.UNEXPECTED_ANSWER),
    Row("200 partly", as_json(200, {"status": "partial_success", "data": {}}), Kind.UNEXPECTED_ANSWER),
    Row(
        "200 success with errors",
        as_json(200, {"status": "success", "data": {"user_id": "AB1234"}, "errors": [{"message": "no"}]}),
        Kind.UNEXPECTED_ANSWER,
    ),
    Row(
        "201 success",
        as_json(201, {"status": "success", "data": {"user_id": "AB1234"}}),
        Kind.UNEXPECTED_ANSWER,
    ),
    Row(
        "302 elsewhere",
        http(302, HTML, {"Location": "/elsewhere"}),
        Kind.UNEXPECTED_ANSWER,
        says=("sends elsewhere", "UPSTOX_API_BASE_URL"),
    ),
    Row("reset", reset, Kind.NETWORK, says=("broke before its answer was complete",)),
    Row("closed", close, Kind.NETWORK),
    Row("half an answer", half(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"), Kind.NETWORK),
    Row("half of the headers", half(b"HTTP/1.1 200 OK\r\nContent-Le"), Kind.NETWORK),
    Row("not HTTP", raw(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), Kind.NETWORK),
]

WITH_CODE = [
    coded(400, "UDAPI100057", Kind.CODE_REFUSED),
    coded(401, "UDAPI100057", Kind.CODE_REFUSED),
    coded(200, "UDAPI100057", Kind.CODE_REFUSED),
    coded(401, "UDAPI100016", Kind.CREDENTIALS_REJECTED),
    coded(401, "UDAPI100069", Kind.CREDENTIALS_REJECTED),
    coded(400, "UDAPI100073", Kind.APP_MISCONFIGURED),
    coded(400, "UDAPI100068", Kind.APP_MISCONFIGURED),
    coded(400, "UDAPI100070", Kind.APP_MISCONFIGURED),
    coded(400, "UDAPI1018", Kind.APP_MISCONFIGURED),
    coded(400, "UDAPI100058", Kind.ACCOUNT_INACTIVE),
    coded(429, "UDAPI100099", Kind.RATE_LIMITED),
    coded(400, "UDAPI100097", Kind.UNEXPECTED_ANSWER),
    coded(401, "UDAPI100050", Kind.UNEXPECTED_ANSWER),
    Row("403 page", http(403, HTML), Kind.NOT_JSON),
    Row("502 page", http(502, HTML), Kind.BROKER_DOWN),
    Row("reset", reset, Kind.NETWORK),
]


def check(row: Row, caught: BrokerError) -> None:
    failure = caught.failure
    assert (failure.kind, failure.code, failure.retry_after) == (row.kind, row.code, row.retry_after)
    assert all(part in failure.message for part in row.says)
    assert failure.message.endswith((".", "”"))
    assert caught.__cause__ is None
    assert caught.__context__ is None  # nothing that holds the request or the answer travels along


@pytest.mark.parametrize("row", WITH_TOKEN, ids=lambda row: row.name)
async def test_answer_to_a_call_with_a_token(row: Row, server: ScriptedServer, broker: UpstoxBroker) -> None:
    server.play = row.answer
    with pytest.raises(BrokerError) as caught:
        await broker.profile(TOKEN, timeout=10)
    check(row, caught.value)
    assert len(server.requests) == 1  # neither retried nor led elsewhere


@pytest.mark.parametrize("row", WITH_CODE, ids=lambda row: row.name)
async def test_answer_to_an_exchange(
    row: Row, server: ScriptedServer, broker: UpstoxBroker, slot: ApiSlot
) -> None:
    server.play = row.answer
    with pytest.raises(BrokerError) as caught:
        await broker.exchange(slot, Secret("mk404x"))
    check(row, caught.value)
    assert "generate this slot again" in caught.value.failure.message.lower() or row.kind in (
        Kind.APP_MISCONFIGURED,
        Kind.CREDENTIALS_REJECTED,
    )
    assert len(server.requests) == 1  # a code is never sent twice


async def test_the_brokers_words_are_quoted_on_one_clean_line(
    server: ScriptedServer, broker: UpstoxBroker
) -> None:
    server.play = as_json(
        400, error("UDAPI100060", "\x1b]52;c;aGk=\x07no\u202e\r\n such\u200b route " + "x" * 500)
    )
    with pytest.raises(BrokerError) as caught:
        await broker.profile(TOKEN, timeout=10)
    quoted = caught.value.failure.message.partition("“")[2].rstrip("”")
    assert quoted.startswith("]52;c;aGk=no such route xxx")
    assert len(quoted) == 120
    assert quoted.isprintable()


async def test_an_echoed_token_is_not_repeated(server: ScriptedServer, broker: UpstoxBroker) -> None:
    part = TOKEN.reveal()[20:44]
    server.play = as_json(401, error("UDAPI100050", f"Bearer {TOKEN.reveal()} refused, see {part} there"))
    with pytest.raises(BrokerError) as caught:
        await broker.profile(TOKEN, timeout=10)
    assert str(caught.value).endswith("“Bearer •••••• refused, see •••••• there” [UDAPI100050]")


async def test_a_token_that_was_not_sent_is_not_shown_either(
    server: ScriptedServer, broker: UpstoxBroker, slot: ApiSlot
) -> None:
    server.play = as_json(400, error("UDAPI100057", f"issued before: {TOKEN.reveal()}, ask again"))
    with pytest.raises(BrokerError) as caught:
        await broker.exchange(slot, Secret("mk404x"))
    assert "“issued before: ••••••, ask again”" in caught.value.failure.message


async def test_an_echoed_code_or_client_secret_is_not_repeated(
    server: ScriptedServer, broker: UpstoxBroker, slot: ApiSlot
) -> None:
    secret = slot.client_secret.reveal()
    words = f"code MK404X with {secret}, sent as s3cr3t%2B%2F%3D%26%C3%A9"
    server.play = as_json(400, {"status": "error", "errors": [{"error_code": "MK404X", "message": words}]})
    with pytest.raises(BrokerError) as caught:
        await broker.exchange(slot, Secret("MK404X"))
    assert "“code •••••• with ••••••, sent as ••••••”" in caught.value.failure.message
    assert caught.value.failure.code is None
