"""The routes of the contract: exactly what they promise, over a real socket."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from vega_terminal.api.models import BegunDocument, ExecutionDocument, ReadyDocument, StatusDocument
from vega_terminal.domain import events as ev
from vega_terminal.domain.execution import ExitCode, Scope, TokenExecutionRequest
from vega_terminal.domain.failure import Failure, FailureKind

from .scripted import IDENTITY, NAMES, Desk

REFRESH = "/api/auth/upstox/tokens/refresh"
STATUS = "/api/auth/upstox/tokens/status"


async def test_a_refresh_is_followed_from_its_beginning_to_its_end(desk: Desk) -> None:
    async with desk.client() as client:
        begun = await client.post(REFRESH)
        assert begun.status_code == 202
        assert begun.json() == {"executionId": "execution-1", "status": "IN_PROGRESS"}
        BegunDocument.model_validate(begun.json())
        where = begun.headers["location"]
        assert where == f"{STATUS}/execution-1"

        desk.engine.generate("PRIMARY")
        under_way = (await client.get(where)).json()
        assert (under_way["status"], under_way["exitCode"], under_way["endedAt"]) == (
            "IN_PROGRESS",
            None,
            None,
        )
        assert [(slot["apiName"], slot["verdict"], slot["generated"]) for slot in under_way["slots"]] == [
            ("PRIMARY", "VALID", True),
            ("WEBSOCKET1", "MISSING", False),
        ]
        assert [slot["failure"] for slot in under_way["slots"]] == [None, None], "it has not come to that yet"

        desk.engine.generate("WEBSOCKET1")
        desk.engine.end(summary="2 of 2 access tokens are valid, 2 of them new.")
        ended = (await client.get(where)).json()
        assert (ended["status"], ended["exitCode"], ended["requestedBy"]) == ("COMPLETED", 0, "rest")
        assert ended["summary"].startswith("2 of 2")
        assert ended["endedAt"].endswith("+05:30")
        for document in (under_way, ended):
            ExecutionDocument.model_validate(document)


async def test_whoever_comes_second_gets_the_execution_under_way(desk: Desk) -> None:
    async with desk.client() as client:
        first = (await client.post(REFRESH, json={})).json()
        second = (await client.post(REFRESH, json={"scope": "ALL"})).json()
        assert first == second
        desk.engine.end()
        third = (await client.post(REFRESH)).json()
        assert third["executionId"] != first["executionId"]


async def test_the_body_says_what_is_wanted(desk: Desk) -> None:
    async with desk.client() as client:
        await client.post(REFRESH, json={"scope": "ALL", "only": ["WEBSOCKET1", "WEBSOCKET1"]})
        await client.post(REFRESH, json={"consent": True})
    assert desk.engine.requests == [
        TokenExecutionRequest("rest", Scope.ALL, ("WEBSOCKET1",)),
        TokenExecutionRequest("rest", consent=True),
    ]


NONSENSE = (
    ('{"scope": "EVERYTHING"}', "scope: Input should be 'INVALID_ONLY' or 'ALL'"),
    ('{"only": ["NOBODY"]}', "only: there is no such slot. Choose from PRIMARY, WEBSOCKET1."),
    ('{"only": "PRIMARY"}', "only: Input should be a valid array"),
    ('{"only": [7]}', "only.0: Input should be a valid string"),
    ('{"consent": "yes"}', "consent: Input should be a valid boolean"),
    ('{"force": true}', "body: It must be a JSON object"),
    ("[]", "body: It must be a JSON object"),
    ("{", "body: It must be a JSON object"),
    ("[" * 60_000, "body: It must be a JSON object"),
    ('"\\ud800"', "body: It must be a JSON object"),
)


async def test_a_body_that_makes_no_sense_is_refused_in_words_and_begins_nothing(desk: Desk) -> None:
    async with desk.client() as client:
        for body, words in NONSENSE:
            answer = await client.post(REFRESH, content=body, headers={"Content-Type": "application/json"})
            assert (answer.status_code, answer.json()["error"]) == (422, "INVALID_REQUEST"), body
            assert answer.json()["message"].startswith(words), body
    assert desk.engine.requests == []


async def test_the_status_document_and_its_short_form(desk: Desk) -> None:
    async with desk.client() as client:
        status = StatusDocument.model_validate((await client.get("/auth/status")).json())
        assert [token.api_name for token in status.tokens] == [*NAMES]
        assert (await client.get("/auth/ready")).json() == {"ready": False, "reason": "PRIMARY_MISSING"}
        desk.engine.begin(TokenExecutionRequest("cli"))
        desk.engine.generate("PRIMARY")
        desk.engine.say(ev.Settled(desk.engine.board.now()), ev.GateProbed(desk.engine.board.now(), None))
        answer = (await client.get("/auth/ready")).json()
        assert answer == {"ready": True, "reason": "PRIMARY_VALIDATED"}
        ReadyDocument.model_validate(answer)
        running = StatusDocument.model_validate((await client.get("/auth/status")).json())
        assert (running.execution_id, running.generated) == ("execution-1", 1)


@pytest.mark.parametrize(
    ("kind", "code", "status"),
    [
        (FailureKind.DECLINED, ExitCode.PARTIAL, "PARTIAL"),
        (FailureKind.COOLDOWN, ExitCode.PARTIAL, "COOLDOWN"),
        (FailureKind.OTP_NOT_SENT, ExitCode.PARTIAL, "COOLDOWN"),
        (FailureKind.CAPTCHA_UNSOLVED, ExitCode.CAPTCHA, "CAPTCHA"),
        (FailureKind.NO_BROWSER, ExitCode.FATAL, "FAILED"),
    ],
)
async def test_how_an_execution_ended(desk: Desk, kind: FailureKind, code: ExitCode, status: str) -> None:
    engine = desk.engine
    execution = engine.begin(TokenExecutionRequest("terminal")).execution_id
    engine.say(ev.SlotFailed(engine.board.now(), "PRIMARY", Failure(kind, "It did not work.")))
    engine.end(code, "Nothing new.")
    async with desk.client() as client:
        found = (await client.get(f"{STATUS}/{execution}")).json()
    ExecutionDocument.model_validate(found)
    assert (found["status"], found["exitCode"]) == (status, int(code))
    assert found["slots"][0]["failure"] == {"kind": kind, "code": None, "message": "It did not work."}


async def test_what_a_cooldown_stopped_names_the_run_that_went_on(desk: Desk) -> None:
    engine = desk.engine
    at = engine.board.now()
    stopped = engine.begin(TokenExecutionRequest("rest")).execution_id
    engine.say(ev.CooldownStarted(at, IDENTITY.key, IDENTITY.label, at + timedelta(minutes=11), "Too early."))
    engine.say(ev.SlotFailed(at, "PRIMARY", Failure(FailureKind.COOLDOWN, "Later.")))
    engine.end(ExitCode.PARTIAL)
    async with desk.client() as client:
        assert (await client.get(f"{STATUS}/{stopped}")).json()["continuedBy"] is None
        engine.say(ev.CooldownEnded(engine.board.now(), IDENTITY.key))
        resumed = engine.begin(TokenExecutionRequest("resume")).execution_id
        assert (await client.get(f"{STATUS}/{stopped}")).json()["continuedBy"] == resumed


async def test_metrics_and_life(desk: Desk) -> None:
    async with desk.client() as client:
        metrics = await client.get("/metrics")
        assert (metrics.text, metrics.headers["content-type"]) == (
            "vega_up 1\n",
            "text/plain; version=0.0.4; charset=utf-8",
        )
    async with httpx.AsyncClient(base_url=desk.at.url, trust_env=False) as stranger:
        assert (await stranger.get("/healthz")).status_code == 200
        assert (await stranger.get("/metrics")).status_code == 401


NOT_THERE = (
    ("GET", f"{STATUS}/unknown", 404, "NOT_FOUND"),
    ("GET", "/", 404, "NOT_FOUND"),
    ("GET", "/docs", 404, "NOT_FOUND"),
    ("GET", "/auth/status/", 404, "NOT_FOUND"),
    ("GET", REFRESH, 405, "METHOD_NOT_ALLOWED"),
    ("TRACE", "/auth/status", 405, "METHOD_NOT_ALLOWED"),
    ("OPTIONS", REFRESH, 405, "METHOD_NOT_ALLOWED"),
    ("HEAD", "/auth/status", 405, "METHOD_NOT_ALLOWED"),
)


async def test_what_is_not_there_is_refused_in_the_same_form(desk: Desk) -> None:
    async with desk.client() as client:
        for method, path, status, error in NOT_THERE:
            answer = await client.request(method, path)
            assert answer.status_code == status, (method, path)
            assert answer.headers["cache-control"] == "no-store"
            if method != "HEAD":
                assert set(answer.json()) == {"error", "message"}
                assert answer.json()["error"] == error
