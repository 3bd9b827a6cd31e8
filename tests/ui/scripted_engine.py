"""An engine without an outside world: real status board, real events, a scripted course of things."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from vega_terminal.domain import events as ev
from vega_terminal.domain.decision import TokenCheckResult, TokenDecisionReport
from vega_terminal.domain.errors import GateShut
from vega_terminal.domain.execution import SlotResult, TokenExecutionRequest, TokenExecutionResult
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.market import Candle, CandleInterval, Dashboard, OptionChain, Quote
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot, LoginIdentity, Roster
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.token import Verdict, next_expiry
from vega_terminal.engine.facts import EngineFacts
from vega_terminal.engine.ports import DecisionPrompt, OperatorPrompts
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.ui.backstage import Running
from vega_terminal.ui.facade import Opening

from .manual_clock import ManualClock
from .scripted_backstage import ScriptedBackstage, ScriptedBook

SIX = ("PRIMARY", "WEBSOCKET1", "WEBSOCKET2", "WEBSOCKET3", "OPTIONCHAIN1", "OPTIONCHAIN2")
IDENTITY = LoginIdentity("id-1", "…3210")
Script = Callable[["ScriptedEngine"], Awaitable[None]]
History = Callable[["ScriptedEngine"], None]
"""What happened before the terminal asks for anything."""


def roster_of(names: Sequence[str]) -> Roster:
    return Roster(
        tuple(ApiSlot(name, f"client-{name}", Secret("secret"), "http://x", IDENTITY) for name in names)
    )


@dataclass(frozen=True)
class ScriptedExecution:
    execution_id: str
    result: asyncio.Task[TokenExecutionResult]


class ScriptedEngine:
    """Publishes what a test tells it to; asks through the real prompts that the terminal hands over."""

    def __init__(self, history: History = lambda _engine: None, names: Sequence[str] = SIX) -> None:
        self.clock = ManualClock()
        self.history = history
        self.roster = roster_of(names)
        self.board = StatusBoard(AuthStatus.for_names(self.roster.names), self.clock)
        self.facts = EngineFacts("api.upstox.com", "3f9a from CONFIG_FILE (vault.key)")
        self.book = ScriptedBook()
        self.backstage = ScriptedBackstage()
        self.dashboard = Dashboard()
        self.quoted: dict[str, Quote] = {}
        self.chains: dict[tuple[str, date], OptionChain] = {}
        self.charts: dict[tuple[str, CandleInterval], tuple[Candle, ...]] = {}
        self.script: Script = generate_everything
        self.prompts: OperatorPrompts | None = None
        self.run: ScriptedExecution | None = None
        self.requests: list[TokenExecutionRequest] = []
        self.spent_identities: list[LoginIdentity] = []
        self.looks = 0
        self.verifications = 0
        self.cancellations = 0
        self.closed = False

    @asynccontextmanager
    async def factory(self, prompts: OperatorPrompts, _opening: Opening) -> AsyncIterator[Running]:
        self.prompts = prompts
        try:
            yield Running(self, self.backstage)
        finally:
            self.closed = True

    # --- what the terminal calls --------------------------------------------------------------

    async def start(self) -> None:
        self.history(self)

    async def verify(self) -> None:
        self.verifications += 1

    def begin(self, request: TokenExecutionRequest) -> ScriptedExecution:
        self.requests.append(request)
        if self.run is None or self.run.result.done():
            self.run = ScriptedExecution("c0ffee00-1", asyncio.ensure_future(self._execute(request)))
        return self.run

    async def cancel(self) -> None:
        self.cancellations += 1
        if self.run is not None and not self.run.result.done():
            self.run.result.cancel()
            await asyncio.wait({self.run.result})

    async def look(self) -> Dashboard:
        self.looks += 1
        self._require_open()
        return self.dashboard

    async def quotes(self, keys: Sequence[str]) -> tuple[Quote, ...]:
        self._require_open()
        return tuple(self.quoted[key] for key in keys if key in self.quoted)

    async def expiries(self, underlying_key: str) -> tuple[date, ...]:
        self._require_open()
        return tuple(sorted(expiry for key, expiry in self.chains if key == underlying_key))

    async def option_chain(self, underlying_key: str, expiry: date) -> OptionChain:
        self._require_open()
        empty = OptionChain(underlying_key, expiry, None, ())
        return self.chains.get((underlying_key, expiry), empty)

    async def candles(self, key: str, interval: CandleInterval, days: int) -> tuple[Candle, ...]:
        self._require_open()
        return self.charts.get((key, interval), ())

    def _require_open(self) -> None:
        if not self.status.ready(self.now):
            raise GateShut("The dashboard is closed.")

    def spent(self) -> tuple[LoginIdentity, ...]:
        return () if self.status.running else tuple(self.spent_identities)

    async def rearm(self, identity: str, by: str = "terminal") -> None:
        (spent,) = (each for each in self.spent_identities if each.key == identity)
        self.spent_identities.remove(spent)
        self.say(ev.SignInsRearmed(self.now, spent.key, spent.label, by))

    def generate_blocked(self) -> str | None:
        if self.spent_identities:
            return "Four sign-ins in a row failed."
        left = self.status.cooldown_remaining(self.now)
        if left:
            return f"Cooldown: {left // 60:02d}:{left % 60:02d} remaining."
        return "A run is under way." if self.status.running else None

    # --- what a script does -------------------------------------------------------------------

    @property
    def status(self) -> AuthStatus:
        return self.board.status

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def say(self, *events: ev.Event) -> None:
        for event in events:
            self.board.publish(event)

    def report(self) -> TokenDecisionReport:
        return TokenDecisionReport(
            tuple(
                TokenCheckResult(slot.name, slot.verdict_at(self.now), slot.failure)
                for slot in self.status.slots
            )
        )

    async def decide(self, timeout: float | None = 5.0) -> tuple[str, ...]:
        assert self.prompts is not None
        report = self.report()
        answer = await self.prompts.decide(DecisionPrompt(report, report.needing_login, timeout))
        return report.needing_login if answer is None else answer

    def find_missing(self) -> None:
        at, names = self.now, self.roster.names
        self.say(ev.VerificationStarted(at, names))
        self.say(*(ev.SlotVerified(at, name, Verdict.MISSING, None) for name in names), ev.Settled(at))

    def issue(self, name: str) -> None:
        at = self.now
        self.say(ev.SlotStarted(at, name), ev.StepReached(at, name, LoginStep.EXCHANGING))
        self.say(ev.TokenIssued(at, name, at, next_expiry(at)))

    def hold(self, name: str) -> None:
        issued = self.status.slot(name).generated_at or self.now
        self.say(ev.TokenHeld(self.now, name, issued, next_expiry(issued)))

    def replay(self) -> None:
        for slot in self.status.slots:
            if slot.held and slot.generated_at and slot.expires_at:
                self.say(ev.TokenReplayed(self.now, slot.name, slot.generated_at, slot.expires_at))

    def prove(self, name: str) -> None:
        at = self.now
        self.say(
            ev.SlotVerified(at, name, Verdict.VALID, None),
            ev.TokenStored(at, name),
            ev.SlotFinished(at, name),
        )

    def generate(self, *names: str) -> None:
        self.say(ev.LoginRequested(self.now, names))
        for name in names:
            self.issue(name)
            self.prove(name)

    def open_gate(self) -> None:
        at = self.now
        self.say(ev.Settled(at), ev.GateProbed(at, None), ev.GateOpened(at))

    def close_gate(self, why: str) -> None:
        at = self.now
        refused = Failure(FailureKind.TOKEN_REFUSED, why, "UDAPI100050")
        self.say(ev.SlotVerified(at, "PRIMARY", Verdict.INVALID, refused), ev.GateClosed(at, why))

    def throttle(self, seconds: float, why: str = "A second sign-in came too early.") -> None:
        at = self.now
        until = at + timedelta(seconds=seconds)
        self.say(ev.CooldownStarted(at, IDENTITY.key, IDENTITY.label, until, why))

    async def _execute(self, request: TokenExecutionRequest) -> TokenExecutionResult:
        self.say(ev.RunStarted(self.now, "c0ffee00-1", request.requested_by))
        try:
            await self.script(self)
        finally:
            result = TokenExecutionResult("c0ffee00-1", self._results())
            self.say(ev.RunFinished(self.now, "c0ffee00-1", int(result.exit_code), result.summary))
        return result

    def _results(self) -> tuple[SlotResult, ...]:
        return tuple(
            SlotResult(slot.name, slot.verdict_at(self.now), generated=slot.holds_token(self.now))
            for slot in self.status.slots
        )


async def generate_everything(engine: ScriptedEngine) -> None:
    """The first day: find nothing, ask, generate, open the gate."""
    engine.find_missing()
    chosen = await engine.decide()
    if not chosen:
        return
    engine.generate(*chosen)
    engine.open_gate()
