"""The clerk of the audit trail: what it enters, when it is durable, and a trail that refuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Any, get_type_hints

import pytest

from vega_terminal.domain import events as ev
from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.progress import DatabaseState
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.token import Verdict
from vega_terminal.engine.audit_clerk import DRAIN_SECONDS, AuditClerk
from vega_terminal.engine.audit_entries import AUDITED, LONGEST_FACT, NOT_AUDITED, Actor, entry_for
from vega_terminal.engine.ports.audit import AuditEntry, AuditKind
from vega_terminal.engine.status_board import StatusBoard

from .engine_world import Ground
from .fake_clock import START, FakeClock
from .rosters import ANN, THREE, roster
from .scripted_broker import DOWN, REFUSES

LATER = START + timedelta(hours=18)
SOMEBODY = Actor("trader", "terminal")


class Trail:
    """Takes entries in batches; refuses while it has a reason to, waits while its door is shut."""

    def __init__(self) -> None:
        self.batches: list[tuple[AuditEntry, ...]] = []
        self.refusal: Exception | None = None
        self.door = asyncio.Event()
        self.door.set()

    @property
    def kinds(self) -> list[AuditKind]:
        return [entry.kind for batch in self.batches for entry in batch]

    async def append(self, entries: Sequence[AuditEntry]) -> None:
        await self.door.wait()
        if self.refusal is not None:
            raise self.refusal
        self.batches.append(tuple(entries))


class Desk:
    """A board with a clerk and its trail; remembers what was told to the operator."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.board = StatusBoard(AuthStatus.for_names(("PRIMARY", "OPTIONCHAIN1")), clock)
        self.trail = Trail()
        self.clerk = AuditClerk(self.board, self.trail, SOMEBODY, clock)
        self.told: list[str] = []
        self.board.watch(
            lambda event, _: self.told.extend([event.text] if isinstance(event, ev.Noticed) else [])
        )

    def happens(self, *events: ev.Event) -> None:
        for event in events:
            self.board.publish(event)

    @property
    def entries(self) -> list[AuditEntry]:
        return [entry for batch in self.trail.batches for entry in batch]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    clock = FakeClock()
    with clock.driving(asyncio.get_running_loop()):
        yield Desk(clock)


def gate_closed(why: str = "because") -> ev.GateClosed:
    return ev.GateClosed(START, why)


REFUSED = Failure(FailureKind.OTP_REJECTED, "The OTP was refused.", "1017052")

EXAMPLES: list[tuple[ev.Event, AuditKind, dict[str, str]]] = [
    (ev.RunStarted(START, "x", "cli"), AuditKind.RUN_STARTED, {"requestedBy": "cli"}),
    (ev.RunFinished(START, "x", 1, "Done."), AuditKind.RUN_FINISHED, {"exitCode": "1", "summary": "Done."}),
    (
        ev.SlotVerified(START, "PRIMARY", Verdict.INVALID, REFUSED),
        AuditKind.VERDICT,
        {
            "verdict": "INVALID",
            "failure": "OTP_REJECTED",
            "code": "1017052",
            "message": "The OTP was refused.",
        },
    ),
    (
        ev.DecisionTaken(START, ("PRIMARY", "OPTIONCHAIN1"), "operator"),
        AuditKind.DECISION,
        {"slots": "PRIMARY, OPTIONCHAIN1", "decidedBy": "operator"},
    ),
    (ev.DecisionTaken(START, (), "policy"), AuditKind.DECISION, {"slots": "none", "decidedBy": "policy"}),
    (ev.LoginLockTaken(START, waited=True), AuditKind.LOGIN_LOCK, {"change": "taken", "waited": "yes"}),
    (ev.LoginLockReleased(START), AuditKind.LOGIN_LOCK, {"change": "released"}),
    (ev.LoginRequested(START, ("PRIMARY",)), AuditKind.LOGIN_REQUESTED, {"slots": "PRIMARY"}),
    (ev.SignInBegun(START, "PRIMARY", "key-of-identity", "…3210"), AuditKind.SIGN_IN, {"login": "…3210"}),
    (
        ev.TokenIssued(START, "PRIMARY", START, LATER),
        AuditKind.TOKEN_ISSUED,
        {"generatedAt": "2026-10-06T09:30:00+05:30", "expiresAt": "2026-10-07T03:30:00+05:30"},
    ),
    (
        ev.TokenHeld(START, "PRIMARY", START, LATER),
        AuditKind.TOKEN_HELD,
        {"generatedAt": "2026-10-06T09:30:00+05:30", "expiresAt": "2026-10-07T03:30:00+05:30"},
    ),
    (ev.TokenStored(START, "PRIMARY"), AuditKind.TOKEN_STORED, {}),
    (
        ev.TokenReplayed(START, "PRIMARY", START, LATER),
        AuditKind.TOKEN_REPLAYED,
        {"generatedAt": "2026-10-06T09:30:00+05:30", "expiresAt": "2026-10-07T03:30:00+05:30"},
    ),
    (
        ev.TokenAdopted(START, "PRIMARY", START, LATER),
        AuditKind.TOKEN_ADOPTED,
        {"generatedAt": "2026-10-06T09:30:00+05:30", "expiresAt": "2026-10-07T03:30:00+05:30"},
    ),
    (ev.TokenDiscarded(START, "PRIMARY", "too old"), AuditKind.TOKEN_DISCARDED, {"why": "too old"}),
    (ev.TokenExpired(START, "PRIMARY"), AuditKind.TOKEN_EXPIRED, {}),
    (
        ev.SlotFailed(START, "PRIMARY", Failure(FailureKind.TIMEOUT, "Too late.")),
        AuditKind.SLOT_FAILED,
        {"failure": "TIMEOUT", "message": "Too late."},
    ),
    (ev.SlotParked(START, "PRIMARY"), AuditKind.SLOT_PARKED, {}),
    (
        ev.CooldownStarted(START, "key-of-identity", "…3210", LATER, "Throttled."),
        AuditKind.COOLDOWN,
        {"change": "started", "login": "…3210", "until": "2026-10-07T03:30:00+05:30", "reason": "Throttled."},
    ),
    (ev.CooldownEnded(START, "key-of-identity"), AuditKind.COOLDOWN, {"change": "ended"}),
    (
        ev.SignInsRearmed(START, "key-of-identity", "…3210", "cli"),
        AuditKind.REARMED,
        {"login": "…3210", "by": "cli"},
    ),
    (
        ev.DatabaseChanged(START, DatabaseState.LOCKED, 3, 2, "Held by sqlite3 (4711)."),
        AuditKind.DATABASE,
        {"state": "LOCKED", "attempts": "3", "pending": "2", "detail": "Held by sqlite3 (4711)."},
    ),
    (ev.GateProbed(START, None), AuditKind.GATE, {"change": "probed", "outcome": "confirmed"}),
    (ev.GateOpened(START), AuditKind.GATE, {"change": "opened"}),
    (ev.GateClosed(START, "401"), AuditKind.GATE, {"change": "closed", "why": "401"}),
]


@pytest.mark.parametrize(("event", "kind", "detail"), EXAMPLES, ids=lambda value: type(value).__name__)
def test_an_event_reads_so_in_the_trail(event: ev.Event, kind: AuditKind, detail: dict[str, str]) -> None:
    entry = entry_for(event, SOMEBODY, "run-1")
    slot = "PRIMARY" if isinstance(event, ev.SlotEvent) else None
    assert entry == AuditEntry(START, kind, "trader via terminal", "run-1", slot, detail)


def every_event() -> set[type[ev.Event]]:
    kinds = {value for value in vars(ev).values() if isinstance(value, type) and issubclass(value, ev.Event)}
    return kinds - {ev.Event, ev.SlotEvent}


def test_it_was_decided_about_every_event_whether_it_is_audited() -> None:
    assert every_event() == AUDITED | NOT_AUDITED
    assert not AUDITED & NOT_AUDITED
    assert {type(event) for event, _, _ in EXAMPLES} == AUDITED


def test_no_event_could_carry_a_secret() -> None:
    """Every field is a number, an instant, a closed set, or a text that is meant for people."""
    texts = {
        (kind.__name__, field.name)
        for kind in AUDITED
        for field in fields(kind)
        if get_type_hints(kind)[field.name] is str
    }
    assert {name for _, name in texts} == {
        "slot", "execution_id", "requested_by", "summary", "decided_by", "identity", "label", "by", "why",
        "reason", "detail",
    }  # fmt: skip
    assert "Secret" not in str({kind: get_type_hints(kind) for kind in AUDITED})


@pytest.mark.parametrize(
    "again",
    [
        ev.DatabaseChanged(START, DatabaseState.LOCKED, 4, 0, "Held.", again=True),
        ev.CooldownStarted(START, "key-of-identity", "…3210", LATER, "Throttled.", again=True),
    ],
)
def test_what_does_as_before_is_no_news(again: ev.Event) -> None:
    assert entry_for(again, SOMEBODY, None) is None


def test_what_could_act_on_a_terminal_or_fill_a_page_is_cut() -> None:
    entry = entry_for(gate_closed("\x1b]52;c;x\x07 two\nlines \u202e" + "y" * 999), SOMEBODY, None)
    assert entry is not None
    why = entry.detail["why"]
    assert why.startswith("�]52;c;x� two lines �y")
    assert len(why) == LONGEST_FACT


async def test_within_a_run_the_actor_is_who_asked_for_it(desk: Desk) -> None:
    desk.happens(
        gate_closed(),
        ev.RunStarted(START, "run-7", "cli"),
        gate_closed(),
        ev.RunFinished(START, "run-7", 0, ""),
    )
    desk.happens(gate_closed())
    assert await desk.clerk.written()
    outside, inside = ("trader via terminal", None), ("trader via cli", "run-7")
    assert [(e.actor, e.execution_id) for e in desk.entries] == [outside, inside, inside, inside, outside]


async def test_what_was_published_is_durable_once_written_returns(desk: Desk) -> None:
    desk.trail.door.clear()
    desk.happens(gate_closed("one"))
    waiting = asyncio.create_task(desk.clerk.written())
    await asyncio.sleep(0)
    desk.happens(gate_closed("two"), gate_closed("three"))
    assert not waiting.done()
    desk.trail.door.set()
    assert await waiting
    assert await desk.clerk.written()
    whys = [[entry.detail["why"] for entry in batch] for batch in desk.trail.batches]
    assert whys == [["one"], ["two", "three"]], "what came meanwhile is one batch"


async def test_a_trail_that_refuses_is_told_once_and_stops_nothing(desk: Desk) -> None:
    desk.trail.refusal = StorageError("The disk is full.")
    for number in range(3):
        desk.happens(gate_closed(str(number)))
        assert not await desk.clerk.written()
    assert len(desk.told) == 1
    assert "The disk is full." in desk.told[0]
    desk.trail.refusal = None
    desk.happens(gate_closed("3"))
    assert await desk.clerk.written()
    assert [entry.detail["why"] for entry in desk.entries] == ["0", "1", "2", "3"]
    desk.trail.refusal = StorageError("Full again.")
    desk.happens(gate_closed())
    assert not await desk.clerk.written()
    assert len(desk.told) == 2


async def test_a_defect_of_the_trail_is_told_without_its_text(desk: Desk) -> None:
    desk.trail.refusal = RuntimeError("canary")
    desk.happens(gate_closed())
    assert not await desk.clerk.written()
    assert "RuntimeError" in desk.told[0]
    assert "canary" not in str(desk.told)


async def test_closing_writes_what_is_left_and_hears_no_more(desk: Desk) -> None:
    desk.happens(gate_closed())
    await desk.clerk.close()
    desk.happens(gate_closed())
    assert len(desk.entries) == 1
    assert desk.told == []


async def test_closing_waits_for_a_stuck_trail_only_so_long(desk: Desk) -> None:
    desk.trail.door.clear()
    desk.happens(gate_closed(), gate_closed())
    await desk.clerk.close()
    assert desk.clock.monotonic() == DRAIN_SECONDS
    assert desk.told == ["2 audit entries could not be written and are lost."]


async def test_no_secret_of_a_whole_run_is_in_the_trail(ground: Ground) -> None:
    ground.broker.profiles["FEED"] = REFUSES
    ground.broker.exchanges["CHAIN"] = DOWN
    async with ground.process(roster(THREE)) as world:
        trail = Trail()
        clerk = AuditClerk(world.board, trail, SOMEBODY, world.clock)
        await world.refresh()
        assert await clerk.written()
        await clerk.close()
    text = repr(trail.batches)
    for told in (
        "TOKEN_ISSUED",
        "TOKEN_STORED",
        "SLOT_FAILED",
        "VERDICT",
        "DECISION",
        "TOKEN_REFUSED",
        "trader via test",
    ):
        assert told in text
    tokens, codes = [token for _, token in ground.broker.issued], list(ground.broker.exchanged)
    assert len(tokens) == 2
    assert len(codes) == 3
    person = [secret.reveal() for secret in (ANN.mobile, ANN.pin, ANN.totp_secret) if secret]
    for canary in (*tokens, *codes, *person, "app-secret"):
        assert canary not in text


async def test_whatever_words_an_event_carries_none_is_dropped_or_stops_the_board(desk: Desk) -> None:
    odd: list[Any] = [gate_closed(""), gate_closed("\0\ud800"), ev.DecisionTaken(START, ("",), "")]
    desk.happens(*odd)
    assert await desk.clerk.written()
    assert len(desk.entries) == 3
