"""An attached terminal knows what the engine knows, does what may be done there, and is honest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.ui import market_scenes, scenes
from tests.ui.manual_clock import ManualClock
from tests.ui.scripted_backstage import ScriptedBook
from tests.ui.scripted_engine import IDENTITY, SIX, ScriptedEngine
from vega_terminal.cli.prompts import NobodyThere
from vega_terminal.doctor.findings import Finding
from vega_terminal.doctor.findings import Verdict as Health
from vega_terminal.domain import events as ev
from vega_terminal.domain.errors import BrokerError, GateShut, StorageError, VegaError
from vega_terminal.domain.execution import Scope, TokenExecutionRequest
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.instruments import NIFTY
from vega_terminal.domain.market import CandleInterval, Quote
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot, LoginIdentity, Roster
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.token import Verdict
from vega_terminal.engine.ports import OtpPrompt
from vega_terminal.engine.ports.audit import AuditRecord, AuditVerification
from vega_terminal.remote.engine import RemoteEngine
from vega_terminal.remote.errors import ServerLost
from vega_terminal.remote.reads import RemoteBackstage
from vega_terminal.wire.about import About
from vega_terminal.wire.questions import Answered, OtpAnswer

from .operators import Operator
from .served import ServedDesk, served, until

NOBODY = NobodyThere()
Told = list[tuple[ev.Event, AuthStatus]]


def told_by(board_of: RemoteEngine | ScriptedEngine) -> Told:
    told: Told = []
    board_of.board.watch(lambda event, status: told.append((event, status)))
    return told


@pytest.fixture
async def engine() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture
async def desk(tmp_path: Path, engine: ScriptedEngine) -> AsyncIterator[ServedDesk]:
    async with served(tmp_path, engine) as desk:
        yield desk


async def test_every_event_comes_in_order_with_the_status_that_it_led_to(
    desk: ServedDesk, engine: ScriptedEngine
) -> None:
    scenes.empty(engine)
    async with desk.terminal(NOBODY, clock=ManualClock()) as there:
        assert there.board.status == engine.status
        assert there.clock.now() >= engine.now
        told, here = told_by(engine), told_by(there)
        scenes.partial_cooldown(engine)
        await until(lambda: len(here) == len(told), "everything is told")
        assert here == told
        assert there.generate_blocked() == "Cooldown: 08:12 remaining."
        assert [slot.identity.label for slot in there.roster] == [IDENTITY.label] * len(SIX)
        assert there.facts == engine.facts


async def test_a_cooldown_counts_down_here(desk: ServedDesk, engine: ScriptedEngine) -> None:
    sentence = "Cooldown: 00:{:02d} remaining. Nobody signs in before it is over."
    engine.generate_blocked = lambda: sentence.format(engine.status.cooldown_remaining(engine.now))  # type: ignore[method-assign]
    scenes.empty(engine)
    engine.throttle(59)
    local = ManualClock()
    async with desk.terminal(NOBODY, clock=local) as there:
        assert there.generate_blocked() == sentence.format(59)
        local.advance(2)
        assert there.generate_blocked() == sentence.format(57)


async def test_whoever_was_away_is_told_what_was_missed_once_and_begins_with_what_is_true(
    desk: ServedDesk, engine: ScriptedEngine
) -> None:
    async with desk.terminal(NOBODY) as there:
        here = told_by(there)
        scenes.empty(engine)
        await until(lambda: there.board.status == engine.status, "it is up to date")
        assert desk.feed is not None
        desk.feed.end()
        await until(lambda: there.connection.lost_since is not None, "the connection is lost")
        here.clear()
        engine.generate("PRIMARY")
        engine.open_gate()
        engine.close_gate("PRIMARY was refused.")
        await until(lambda: there.connection.lost_since is None, "the connection is back")
        words = [type(event).__name__ for event, _ in here]
        assert words.count("TokenStored") == words.count("GateOpened") == 1
        assert "GateClosed" not in words
        assert "The dashboard closed. PRIMARY was refused." in [
            getattr(event, "text", "") for event, _ in here
        ]
        assert words[-1] == "Noticed"
        assert there.board.status == engine.status


async def test_a_terminal_that_falls_behind_is_cut_off_and_comes_back(
    desk: ServedDesk, engine: ScriptedEngine
) -> None:
    async with desk.terminal(NOBODY) as there:
        here = told_by(there)
        for number in range(2000):
            engine.board.say(f"line {number}")
        scenes.empty(engine)
        await until(lambda: "Attached again" in str(here[-1:]), "it was cut off and came back")
        assert there.board.status == engine.status
        assert len(here) < 1000


async def test_nothing_counts_as_known_while_the_server_is_away(
    desk: ServedDesk, engine: ScriptedEngine
) -> None:
    scenes.ready(engine)
    async with desk.terminal(NOBODY) as there:
        here = told_by(there)
        assert there.board.status.ready(there.clock.now())
        await desk.stop()
        await until(lambda: there.connection.lost_since is not None, "the connection is lost")
        (closed, status), *_ = here
        assert isinstance(closed, ev.GateClosed)
        assert not status.ready(there.clock.now())
        assert {slot.verdict for slot in status.slots} == {Verdict.UNKNOWN}
        with pytest.raises(GateShut):
            await there.look()
        for refused in (there.verify(), there.cancel(), there.rearm(IDENTITY.key)):
            with pytest.raises(ServerLost, match="Nothing was sent"):
                await refused
        with pytest.raises(ServerLost, match="Nothing was sent"):
            await there.begin(TokenExecutionRequest("terminal")).result
        with pytest.raises(VegaError):
            await there.book.records()

        another = ScriptedEngine()
        await desk.start(another)
        await until(lambda: there.connection.lost_since is None, "the server is there again")
        assert there.board.status == another.status
        assert (another.verifications, another.requests, another.cancellations) == (0, [], 0)


async def test_a_server_that_falls_silent_is_lost(
    desk: ServedDesk, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk.terminal(NOBODY) as there:
        engine.generate_blocked = lambda: "Not today."  # type: ignore[method-assign]
        engine.clock.advance(3600)
        await until(lambda: there.clock.now() >= engine.now, "a sign of life brings the time of the server")
        assert there.generate_blocked() == "Not today."
    async with desk.terminal(NOBODY) as there:
        assert desk.feed is not None
        monkeypatch.setattr("vega_terminal.remote.stream.SILENCE_SECONDS", 0.7)
        desk.feed.end()
        await until(lambda: "does not answer" in there.connection.why, "it is silent for too long")


async def test_a_defect_here_is_told_and_the_connection_is_made_anew(
    desk: ServedDesk, engine: ScriptedEngine
) -> None:
    async with desk.terminal(NOBODY) as there:

        def stumble(_event: ev.Event, _status: AuthStatus) -> None:
            forget()
            raise RuntimeError("a defect")

        forget = there.board.watch(stumble)
        here = told_by(there)
        engine.board.say("something")
        await until(lambda: "Attached again" in str(here), "it begins anew")
        assert any("defect" in getattr(event, "text", "") for event, _ in here)


async def test_another_desk_is_never_taken_for_the_one_of_before(
    desk: ServedDesk, engine: ScriptedEngine
) -> None:
    async with desk.terminal(NOBODY) as there:
        await desk.stop()
        desk.simulated = False
        await desk.start(ScriptedEngine())
        await until(lambda: "Another desk answers there now" in there.connection.why, "it is refused")
        assert there.connection.lost_since is not None


# --- intents --------------------------------------------------------------------------------------------


async def test_a_run_is_begun_answered_and_ended_from_here(desk: ServedDesk, engine: ScriptedEngine) -> None:
    asha, ravi = Operator(), Operator()
    async with desk.terminal(asha) as there, desk.terminal(ravi, "ravi@home"):
        elsewhere = told_by(there)
        run = there.begin(TokenExecutionRequest("terminal", Scope.ALL))
        await until(lambda: bool(asha.open and ravi.open), "both are asked")
        ravi.say(("PRIMARY",))
        result = await run.result
        assert [slot.slot for slot in result.slots if slot.generated] == ["PRIMARY"]
        assert result.exit_code == 1
        await until(lambda: not asha.open, "the other question is gone")
        answered = "The question about what is to be generated was answered by ravi@home."
        await until(lambda: answered in [getattr(event, "text", "") for event, _ in elsewhere], "by whom")
    assert engine.requests == [TokenExecutionRequest("attach", Scope.ALL)]
    assert engine.cancellations == 0


async def test_a_run_outlives_the_connection_and_its_result_comes_all_the_same(
    desk: ServedDesk, engine: ScriptedEngine
) -> None:
    asha = Operator()
    async with desk.terminal(asha) as there:
        run = there.begin(TokenExecutionRequest("terminal"))
        await until(lambda: bool(asha.open), "the operator is asked")
        assert desk.feed is not None
        desk.feed.end()
        await until(lambda: not asha.open, "the question goes with the connection")
        await until(lambda: bool(asha.open), "the operator is asked again")
        asha.say(())
        assert (await run.result).exit_code == 1


async def test_an_otp_typed_here_is_the_one_that_the_engine_gets(
    desk: ServedDesk, engine: ScriptedEngine
) -> None:
    asha = Operator()
    async with desk.terminal(asha):
        assert engine.prompts is not None
        asking = asyncio.ensure_future(engine.prompts.otp(OtpPrompt("PRIMARY", CANARY, 180.0)))
        await until(lambda: bool(asha.open), "the operator is asked")
        (question,) = asha.seen
        assert isinstance(question, OtpPrompt)
        assert (question.slot, question.identity) == ("PRIMARY", LoginIdentity("id-7", "…7777"))
        asha.say(Secret("654321"))
        assert await asking == Secret("654321")


async def test_an_answer_that_comes_too_late_is_told(desk: ServedDesk) -> None:
    asha = Operator()
    async with desk.terminal(asha) as there:
        here = told_by(there)
        assert desk.hub is not None
        asking = asyncio.ensure_future(desk.hub.otp(OtpPrompt("PRIMARY", IDENTITY, 180.0)))
        await until(lambda: bool(asha.open), "the operator is asked")
        there._seat.withdraw = lambda number: None  # type: ignore[method-assign]
        desk.hub.answer(desk.hub.open[0].number, None, "ravi")
        asha.say(Secret("654321"))
        await until(lambda: "came too late; it was not used" in str(here), "it is told")
        assert await asking is None


async def test_intents_reach_the_engine_and_its_refusals_come_back(
    desk: ServedDesk, engine: ScriptedEngine
) -> None:
    scenes.spent(engine)
    async with desk.terminal(NOBODY, "asha\n@desk") as there:
        here = told_by(there)
        await there.verify()
        await there.cancel()
        assert (engine.verifications, engine.cancellations) == (1, 1)
        assert there.spent() == (LoginIdentity(IDENTITY.key, IDENTITY.label),)
        await there.rearm(IDENTITY.key)
        await until(lambda: not there.spent(), "it is allowed again")
        assert [event.by for event, _ in here if isinstance(event, ev.SignInsRearmed)] == ["asha?@desk"]
        with pytest.raises(VegaError, match="nothing to allow again"):
            await there.rearm(IDENTITY.key)


# --- reads ----------------------------------------------------------------------------------------------


async def test_the_market_is_seen_as_it_is_seen_there(desk: ServedDesk, engine: ScriptedEngine) -> None:
    scenes.ready(engine)
    keys = ("NSE_EQ|INE002A01018", "NSE_INDEX|Nifty 50")
    engine.quoted = {key: Quote(instrument_key=key, symbol="Ünïcode &", last_price=0.1) for key in keys}
    key, expiry = NIFTY.key, market_scenes.EXPIRY
    chain = market_scenes.chain(key, expiry)
    candles = market_scenes.candles(24_500.0, 50, timedelta(days=1))
    engine.chains, engine.charts = {(key, expiry): chain}, {(key, CandleInterval.DAY): candles}
    async with desk.terminal(NOBODY) as there:
        assert await there.look() == engine.dashboard
        assert await there.quotes(keys) == tuple(engine.quoted.values())
        assert await there.expiries(key) == (expiry,)
        assert await there.option_chain(key, expiry) == chain
        assert await there.candles(key, CandleInterval.DAY, 30) == candles


async def test_errors_come_back_as_themselves(desk: ServedDesk, engine: ScriptedEngine) -> None:
    limited = Failure(FailureKind.RATE_LIMITED, "Too many calls.", "UDAPI10005", 30.0)

    async def refuse(_keys: object) -> tuple[Quote, ...]:
        raise BrokerError(limited)

    class NoBook(ScriptedBook):
        async def verify(self) -> AuditVerification:
            raise StorageError("The trail cannot be read.")

    engine.book = NoBook()
    async with desk.terminal(NOBODY) as there:
        with pytest.raises(GateShut, match="The dashboard is closed"):
            await there.expiries("NSE_INDEX|Nifty 50")
        engine.quotes = refuse  # type: ignore[method-assign,assignment]
        with pytest.raises(BrokerError) as refused:
            await there.quotes(("NSE_INDEX|Nifty 50",))
        assert refused.value.failure == limited
        with pytest.raises(StorageError, match="The trail cannot be read"):
            await there.book.verify()


async def test_trail_doctor_log_and_bundle_are_those_of_the_server(
    desk: ServedDesk, engine: ScriptedEngine, tmp_path: Path
) -> None:
    engine.book.trail = [
        AuditRecord(n, f"id{n}", 0, "at", "VERDICT", "asha", None, None, "{}") for n in (1, 2, 3)
    ]
    engine.backstage.findings = [Finding(name, Health.OK, "a\u2028b", "", 0.5) for name in ("Key", "Clock")]
    (tmp_path / "vega.log").write_text("new 1\nnew 2\n")
    (tmp_path / "vega.log.1").write_text("old\n")
    async with desk.terminal(NOBODY) as there, desk.link() as link:
        assert await there.book.records() == tuple(engine.book.trail)
        assert await there.book.records(2) == tuple(engine.book.trail[1:])
        assert await there.book.verify() == AuditVerification(3)
        behind = RemoteBackstage(link, await link.get(About, "/about"), tmp_path / "here")
        assert behind.checks == 2
        assert [finding async for finding in behind.examine()] == engine.backstage.findings
        ends = [await behind.log_end(number) for number in range(3)]
        assert [end and (end.name, end.lines) for end in ends] == [
            ("vega.log", ("new 1", "new 2")),
            ("vega.log.1", ("old",)),
            None,
        ]
        assert await behind.write_bundle() == tmp_path / "bundle-1.zip"


# --- what never crosses ---------------------------------------------------------------------------------

CANARY = LoginIdentity("id-7", "…7777", Secret("9876507777"), Secret("741963"), Secret("CANARYTOTPSEED"))
WORDS = (b"9876507777", b"741963", b"CANARYTOTPSEED", b"canary-client", b"canary-secret", b"canary-redirect")


async def test_no_credential_of_the_roster_is_ever_sent(desk: ServedDesk, engine: ScriptedEngine) -> None:
    engine.roster = Roster(
        tuple(
            ApiSlot(name, "canary-client", Secret("canary-secret"), "http://canary-redirect", CANARY)
            for name in SIX
        )
    )
    scenes.empty(engine)
    assert engine.prompts is not None
    asking = asyncio.ensure_future(engine.prompts.otp(OtpPrompt("PRIMARY", CANARY, 180.0)))
    async with desk.link() as link, link.streaming("/stream") as response:
        sent = response.aiter_bytes()
        seen = b""
        while b"event: asked" not in seen:
            seen += await anext(sent)
        seen += (await link._request("GET", "/about")).content
        assert "…7777".encode() in seen
        assert not [word for word in WORDS if word in seen]
    asking.cancel()


@pytest.mark.parametrize(
    "path",
    [
        "/candles?key=x&interval=3m&days=1",
        "/option-chain?underlying=x&expiry=soon",
        "/expiries",
        "/audit/records?limit=x",
    ],
)
async def test_a_question_that_makes_no_sense_is_refused(desk: ServedDesk, path: str) -> None:
    async with desk.link() as link:
        response = await link._request("GET", path)
        assert response.status_code == 400


async def test_an_order_that_makes_no_sense_is_refused(desk: ServedDesk, engine: ScriptedEngine) -> None:
    async with desk.link() as link:
        with pytest.raises(VegaError):
            await link.post("/generate", dict[str, str], {"requested_by": "x", "scope": "EVERYTHING"})
        answer = Answered(OtpAnswer(Secret("123456")))
        assert (await link.post("/questions/1", Answered, answer)).status_code == 410
    assert engine.requests == []
