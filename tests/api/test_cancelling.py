"""An execution is ended by its id: that one and no other, once, and the answer tells how it stands."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from vega_terminal.api.limits import Limits
from vega_terminal.api.models import ExecutionDocument
from vega_terminal.domain.events import Noticed
from vega_terminal.domain.execution import TokenExecutionRequest
from vega_terminal.domain.execution_record import ExecutionRecord

from .scripted import Desk, MemoryHistory, ScriptedEngine, served

CANCEL = "/api/auth/upstox/tokens/cancel"
STATUS = "/api/auth/upstox/tokens/status"
WORDS = "the words of a defect"


async def test_the_execution_under_way_is_ended_and_the_answer_tells_how(desk: Desk) -> None:
    told: list[str] = []
    desk.engine.board.watch(lambda event, _: told.append(event.text) if isinstance(event, Noticed) else None)
    execution = desk.engine.begin(TokenExecutionRequest("terminal")).execution_id
    desk.engine.generate("PRIMARY")
    async with desk.client() as client:
        answer = await client.post(f"{CANCEL}/{execution}")
        assert (answer.status_code, answer.headers["location"]) == (200, f"{STATUS}/{execution}")
        ended = answer.json()
        ExecutionDocument.model_validate(ended)
        assert ended == (await client.get(f"{STATUS}/{execution}")).json()
    assert (ended["status"], ended["exitCode"]) == ("PARTIAL", 1)
    failures = [slot["failure"] and slot["failure"]["kind"] for slot in ended["slots"]]
    assert failures == [None, "CANCELLED"]
    assert told == ["A program ends this run over the REST API."]


async def test_however_many_ask_it_is_ended_once(desk: Desk) -> None:
    engine = desk.engine
    execution = engine.begin(TokenExecutionRequest("rest")).execution_id
    engine.may_end.clear()
    async with desk.client() as client:
        asked = [asyncio.ensure_future(client.post(f"{CANCEL}/{execution}")) for _ in range(20)]
        while not engine.cancellations:
            await client.get("/auth/ready")
        engine.may_end.set()
        answers = await asyncio.gather(*asked)
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert [answer.status_code for answer in answers].count(200) >= 1
    assert engine.cancellations == 1


async def test_an_end_that_takes_long_is_told_as_under_way_and_comes_all_the_same(tmp_path: Path) -> None:
    async with served(tmp_path, limits=Limits(cancel_seconds=0.05)) as desk, desk.client() as client:
        execution = desk.engine.begin(TokenExecutionRequest("rest")).execution_id
        desk.engine.may_end.clear()
        for _ in range(2):
            answer = await client.post(f"{CANCEL}/{execution}")
            assert (answer.status_code, answer.json()["status"]) == (202, "IN_PROGRESS")
        desk.engine.may_end.set()
        while (await client.get(f"{STATUS}/{execution}")).json()["status"] == "IN_PROGRESS":
            pass
        assert desk.engine.cancellations == 1


async def test_what_is_not_under_way_here_is_left_alone(tmp_path: Path) -> None:
    history = MemoryHistory()
    async with served(tmp_path, history=history) as desk, desk.client() as client:
        engine = desk.engine
        ended = engine.begin(TokenExecutionRequest("rest")).execution_id
        engine.end()
        await history.save_record(
            ExecutionRecord(
                execution_id="elsewhere",
                requested_by="cli",
                process="this one",  # as far as the book can tell, that process lives
                started_at=engine.board.now(),
            )
        )
        under_way = engine.begin(TokenExecutionRequest("rest")).execution_id
        for named, status, error in (
            (ended, 409, "ALREADY_ENDED"),
            ("elsewhere", 409, "RUNS_ELSEWHERE"),
            ("unknown", 404, "NOT_FOUND"),
        ):
            answer = await client.post(f"{CANCEL}/{named}")
            assert (answer.status_code, answer.json()["error"]) == (status, error)
        assert engine.board.status.execution_id == under_way
        assert engine.cancellations == 0


async def test_whoever_has_no_token_ends_nothing(desk: Desk) -> None:
    execution = desk.engine.begin(TokenExecutionRequest("rest")).execution_id
    async with desk.client() as client:
        answer = await client.post(f"{CANCEL}/{execution}", headers={"Authorization": "Bearer nonsense"})
        assert answer.status_code == 401
        assert (await client.get(f"{CANCEL}/{execution}")).status_code == 405
    assert desk.engine.cancellations == 0


class Stubborn(ScriptedEngine):
    async def cancel(self) -> None:
        raise RuntimeError(WORDS)


async def test_an_end_that_fails_is_a_defect(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with served(tmp_path, engine=Stubborn()) as desk, desk.client() as client:
        execution = desk.engine.begin(TokenExecutionRequest("rest")).execution_id
        answer = await client.post(f"{CANCEL}/{execution}")
    assert (answer.status_code, answer.json()["error"]) == (500, "DEFECT")
    assert len(caplog.records) == 1
    assert WORDS not in caplog.text
