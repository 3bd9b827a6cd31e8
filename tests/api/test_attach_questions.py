"""What an attached terminal asks is taken apart with care, and no defect of an answer goes unreported."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.attach.served import ServedDesk, served
from tests.ui.scripted_engine import ScriptedEngine
from vega_terminal.api.numbers import number_in
from vega_terminal.doctor.findings import Finding, Verdict
from vega_terminal.domain.errors import VegaError
from vega_terminal.domain.secret import Secret
from vega_terminal.engine.ports.audit import AuditRecord
from vega_terminal.wire.about import PREFIX
from vega_terminal.wire.questions import Answered, OtpAnswer

NINES = "9" * 5000
WORDS = "the words of a defect"


@pytest.fixture
async def engine() -> ScriptedEngine:
    engine = ScriptedEngine()
    engine.book.trail = [
        AuditRecord(n, f"id{n}", 0, "at", "VERDICT", "asha", None, None, "{}") for n in (1, 2, 3)
    ]
    return engine


@pytest.fixture
async def desk(tmp_path: Path, engine: ScriptedEngine) -> AsyncIterator[ServedDesk]:
    async with served(tmp_path, engine) as desk:
        yield desk


def test_only_plain_digits_within_bounds_are_a_number() -> None:
    for text in ("", "-1", "+1", "1.0", " 1", "²", "٣", "0" * 5000, NINES, "100"):
        assert number_in(text, 99) is None, text
    assert [number_in(text, 99) for text in ("0", "07", "99")] == [0, 7, 99]


REFUSED = (
    (f"/log/{NINES}", "The number of the log file must be a whole number from 0 to 99."),
    ("/log/newest", "The number of the log file must be a whole number from 0 to 99."),
    ("/audit/records?limit=999999999999999999999999", "limit must be a whole number from 1 to 1000000."),
    (f"/audit/records?limit={NINES}", "limit must be a whole number from 1 to 1000000."),
    ("/audit/records?limit=-1", "limit must be a whole number from 1 to 1000000."),
    ("/audit/records?limit=0", "limit must be a whole number from 1 to 1000000."),
    ("/candles?key=x&interval=1d&days=-1", "days must be a whole number from 0 to 3650."),
    ("/candles?key=x&interval=1m&days=29", "days must be a whole number from 0 to 28."),
    (f"/candles?key=x&interval=1d&days={NINES}", "days must be a whole number from 0 to 3650."),
)


@pytest.mark.parametrize(("path", "words"), REFUSED, ids=[path[:40] for path, _ in REFUSED])
async def test_a_number_that_makes_no_sense_is_refused_in_words(
    desk: ServedDesk, path: str, words: str
) -> None:
    async with desk.link() as link:
        response = await link._request("GET", path)
    assert (response.status_code, response.json()["message"]) == (400, words)


async def test_an_answer_to_a_question_of_no_such_number_comes_too_late(desk: ServedDesk) -> None:
    async with desk.link() as link:
        answer = Answered(OtpAnswer(Secret("123456")))
        assert (await link.post(f"/questions/{NINES}", Answered, answer)).status_code == 410


@asynccontextmanager
async def listening(desk: ServedDesk, last_id: str = "") -> AsyncIterator[AsyncIterator[str]]:
    """The lines of the stream, as they come."""
    headers = {"Authorization": f"Bearer {desk.token().reveal()}", "Last-Event-ID": last_id}
    async with (
        httpx.AsyncClient(base_url=desk.url, headers=headers, trust_env=False) as client,
        client.stream("GET", f"{PREFIX}/stream") as answer,
    ):
        yield answer.aiter_lines()


async def test_a_place_in_the_stream_that_never_was_is_none(desk: ServedDesk, engine: ScriptedEngine) -> None:
    engine.board.say("something that happened before")
    async with listening(desk) as lines:
        _, place = await anext(lines), await anext(lines)
        life = place.removeprefix("id: ").partition("-")[0]
    async with listening(desk, f"{life}-0") as lines:
        assert await anext(lines) == "event: missed"
    async with listening(desk, f"{life}-{NINES}") as lines:
        assert await anext(lines) == "event: snapshot"


# --- defects --------------------------------------------------------------------------------------------


def stumble(*_: object) -> str:
    raise RuntimeError(WORDS)


def assert_reported_once(caplog: pytest.LogCaptureFixture) -> None:
    (record,) = caplog.records
    assert record.getMessage().startswith("Defect: RuntimeError")
    assert "stumble" in record.getMessage(), "it tells where"
    assert WORDS not in caplog.text


async def test_a_defect_of_a_stream_is_reported_and_breaks_it_off(
    desk: ServedDesk, engine: ScriptedEngine, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(desk) as lines:
        assert await anext(lines) == "event: snapshot"
        engine.generate_blocked = stumble  # type: ignore[method-assign]
        engine.board.say("something")
        with pytest.raises(httpx.RemoteProtocolError):
            async for _ in lines:
                pass
    assert_reported_once(caplog)
    assert desk.feed is not None
    assert desk.feed.listeners == 0


async def test_a_defect_before_the_first_frame_is_reported_too(
    desk: ServedDesk, engine: ScriptedEngine, caplog: pytest.LogCaptureFixture
) -> None:
    engine.generate_blocked = stumble  # type: ignore[method-assign]
    async with listening(desk) as lines:
        with pytest.raises(httpx.RemoteProtocolError):
            await anext(lines)
    assert_reported_once(caplog)


async def test_a_defect_in_the_middle_of_other_answers_is_reported_too(
    desk: ServedDesk, engine: ScriptedEngine, caplog: pytest.LogCaptureFixture
) -> None:
    async def examine() -> AsyncIterator[Finding]:
        yield Finding("Key", Verdict.OK, "It is there.", "", 0.5)
        stumble()

    engine.backstage.examine = examine  # type: ignore[method-assign]
    async with desk.link() as link:
        with pytest.raises(VegaError):
            async with link.streaming("/doctor") as response:
                assert [line async for line in response.aiter_lines()] == []
    assert_reported_once(caplog)


async def test_a_defect_without_an_answer_is_reported_once(
    desk: ServedDesk, engine: ScriptedEngine, caplog: pytest.LogCaptureFixture
) -> None:
    async def verify() -> None:
        stumble()

    engine.verify = verify  # type: ignore[method-assign]
    async with desk.link() as link:
        answer = await link._request("POST", "/verify")
    assert (answer.status_code, answer.json()["error"]) == (500, "DEFECT")
    assert_reported_once(caplog)
