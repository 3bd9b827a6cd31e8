"""The broker's time from a server whose `Date` is wrong, and a Redis that is there or not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.broker.scripted_server import ScriptedServer, hang, http
from tests.doctor.ground import finding, ground_in
from tests.redis.redis_process import MEMORY, RedisProcess, free_port
from vega_terminal.doctor.checks import connections
from vega_terminal.doctor.checks.connections import judge_skew
from vega_terminal.doctor.examination import Check, examine
from vega_terminal.doctor.findings import Verdict

NOW = datetime(2026, 10, 6, 4, 0, tzinfo=UTC)


@pytest.fixture
async def broker() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as server:
        yield server


def date(ahead: float) -> dict[str, str]:
    return {"Date": format_datetime(datetime.now(UTC) + timedelta(seconds=ahead), usegmt=True)}


@pytest.mark.parametrize(
    ("ahead", "verdict"),
    [(0, Verdict.OK), (12, Verdict.WARN), (-12, Verdict.WARN), (90, Verdict.FAIL), (-90, Verdict.FAIL)],
)
async def test_the_clock_is_compared_with_the_brokers(
    tmp_path: Path, broker: ScriptedServer, ahead: float, verdict: Verdict
) -> None:
    broker.play = http(404, headers=date(ahead))
    found = await finding("Clock", ground_in(tmp_path, UPSTOX_API_BASE_URL=broker.base_url))
    assert found.verdict is verdict
    if ahead:
        assert ("behind" if ahead > 0 else "ahead of") in found.found


async def test_the_broker_is_asked_once_without_any_credential(
    tmp_path: Path, broker: ScriptedServer
) -> None:
    broker.play = http(200, headers=date(0))
    await finding("Clock", ground_in(tmp_path, UPSTOX_API_BASE_URL=broker.base_url))
    (request,) = broker.requests
    assert (request.method, request.path, request.body) == ("HEAD", "/", b"")
    assert not {"authorization", "cookie"} & request.headers.keys()


async def test_an_answer_out_of_a_cache_tells_its_age(tmp_path: Path, broker: ScriptedServer) -> None:
    broker.play = http(200, headers={**date(-600), "Age": "600"})
    found = await finding("Clock", ground_in(tmp_path, UPSTOX_API_BASE_URL=broker.base_url))
    assert found.verdict is Verdict.OK


@pytest.mark.parametrize("headers", [{}, {"Date": "yesterday"}])
async def test_without_the_brokers_time_nothing_is_known(
    tmp_path: Path, broker: ScriptedServer, headers: dict[str, str]
) -> None:
    broker.play = http(200, headers=headers)
    found = await finding("Clock", ground_in(tmp_path, UPSTOX_API_BASE_URL=broker.base_url))
    assert found.verdict is Verdict.UNKNOWN


async def test_a_broker_that_cannot_be_reached_is_unknown(tmp_path: Path) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    found = await finding("Clock", ground_in(tmp_path, UPSTOX_API_BASE_URL=nobody))
    assert found.verdict is Verdict.UNKNOWN
    assert found.cure


async def test_a_broker_that_keeps_silent_is_given_up(tmp_path: Path, broker: ScriptedServer) -> None:
    broker.play = hang
    check = Check("Clock", connections.clock, limit=0.3)
    (found,) = await examine(ground_in(tmp_path, UPSTOX_API_BASE_URL=broker.base_url), (check,))
    assert found.verdict is Verdict.UNKNOWN


def test_a_slow_answer_is_no_proof_of_a_wrong_clock() -> None:
    slow = judge_skew(NOW, NOW + timedelta(seconds=9), NOW + timedelta(seconds=9))
    assert slow.verdict is Verdict.OK


async def test_a_redis_that_answers_is_fine(tmp_path: Path) -> None:
    redis = RedisProcess(tmp_path, *MEMORY)
    redis.start()
    try:
        found = await finding("Redis", ground_in(tmp_path, VEGA_REDIS_URL=redis.url))
    finally:
        redis.kill()
    assert found.verdict is Verdict.OK
    assert "answers" in found.found


async def test_a_redis_that_does_not_answer_is_a_warning_without_its_password(tmp_path: Path) -> None:
    url = f"redis://operator:canary-password@127.0.0.1:{free_port()}/0"
    found = await finding("Redis", ground_in(tmp_path, VEGA_REDIS_URL=url))
    assert found.verdict is Verdict.WARN
    assert "canary" not in found.found + found.cure


async def test_no_redis_is_no_trouble(tmp_path: Path) -> None:
    assert (await finding("Redis", ground_in(tmp_path))).verdict is Verdict.OK
