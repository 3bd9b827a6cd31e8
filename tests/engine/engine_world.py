"""Puts a real engine together on the real store, with everything around it scripted."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from vega_terminal import store
from vega_terminal.clock import Clock
from vega_terminal.domain.decision import DecisionPolicy
from vega_terminal.domain.errors import IllegalTransition
from vega_terminal.domain.events import Event, SlotVerified
from vega_terminal.domain.execution import TokenExecutionRequest, TokenExecutionResult
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.lifecycle import LoginState
from vega_terminal.domain.slots import PRIMARY, Roster
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.token import AccessToken, Verdict
from vega_terminal.engine.adoption import TokenAdoption
from vega_terminal.engine.cleanup import CleanupPolicy
from vega_terminal.engine.cooldown import CooldownManager
from vega_terminal.engine.decision_desk import DecisionDesk
from vega_terminal.engine.desk import DeskFactory, LoginRules
from vega_terminal.engine.engine import Engine, EngineParts
from vega_terminal.engine.execution_book import ExecutionBook
from vega_terminal.engine.execution_log import ExecutionLog
from vega_terminal.engine.facts import EngineFacts
from vega_terminal.engine.gate import LoginGate
from vega_terminal.engine.generation import TokenGenerationService
from vega_terminal.engine.generation_run import GenerationRun
from vega_terminal.engine.inspection import TokenInspection
from vega_terminal.engine.market import MarketDesk
from vega_terminal.engine.market_door import MarketDoor
from vega_terminal.engine.notices import Notices
from vega_terminal.engine.orchestrator import AsyncTokenOrchestrator
from vega_terminal.engine.persistence import TokenPersistence
from vega_terminal.engine.ports import (
    CooldownStore,
    ExecutionStore,
    LoginRoute,
    RecoverableDatabase,
    ReplayBuffer,
    SignInLedger,
    TokenStore,
)
from vega_terminal.engine.ports.audit import AuditBook
from vega_terminal.engine.recovery import DatabaseRecovery
from vega_terminal.engine.registry import HotTokenRegistry
from vega_terminal.engine.replay import TokenReplay
from vega_terminal.engine.shelf import TokenShelf
from vega_terminal.engine.sign_in_guard import SignInGuard
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.engine.token_run import TokenRun
from vega_terminal.engine.verification import ProfileVerificationService, Verification
from vega_terminal.store.audit.book import SqliteAuditBook
from vega_terminal.store.audit.checkpoint import AuditCheckpoint
from vega_terminal.store.login_lock import LoginLock
from vega_terminal.store.opening import DATABASE_NAME, Store, open_store
from vega_terminal.store.vault.key import KeySource
from vega_terminal.store.vault.key_file import KeyFile
from vega_terminal.store.vault.locator import KeyLocator

from .fake_clock import FakeClock
from .no_history import NoHistory, NoProcesses
from .other_hosts import OtherHosts
from .rosters import roster as one_person
from .scripted_broker import USER, Demands, ScriptedBroker
from .scripted_login import COOLDOWN, Browsers, ScriptedRoute
from .scripted_prompts import ScriptedPrompts

E = TypeVar("E", bound=Event)
VERIFY_TIMEOUT: Final = 3.0
_MORTAL: Final = ("tokens", "journal", "cooldowns", "sign_ins", "executions")


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the settings would say."""

    policy: DecisionPolicy = field(default_factory=DecisionPolicy)
    cooldown: float = COOLDOWN
    login: LoginRules = field(default_factory=LoginRules)
    patience: float = 900.0
    busy_attempts: int = 2
    database_patience: float = 60.0


@dataclass(frozen=True)
class Ports:
    """The ports of the store, each call of which stops virtual time until the threads are done."""

    tokens: TokenStore
    journal: ReplayBuffer
    recovery: RecoverableDatabase
    cooldowns: CooldownStore
    sign_ins: SignInLedger
    executions: ExecutionStore
    book: AuditBook


class WatchedBoard(StatusBoard):
    """Remembers what was published, and every move that the lifecycle does not know."""

    def __init__(self, initial: AuthStatus, clock: Clock) -> None:
        super().__init__(initial, clock)
        self.events: list[Event] = []
        self.states: list[LoginState] = [initial.state]
        self.illegal: list[IllegalTransition] = []

    def publish(self, event: Event) -> None:
        self.events.append(event)
        try:
            super().publish(event)
        except IllegalTransition as error:
            self.illegal.append(error)
            raise
        if self.status.state is not self.states[-1]:
            self.states.append(self.status.state)


class Ground:
    """What outlives a process: the data folder, the broker, the machine's browser, and time."""

    def __init__(self, folder: Path, clock: FakeClock) -> None:
        self.folder = folder
        self.clock = clock
        self.demands = Demands()
        self.broker = ScriptedBroker(clock, self.demands)
        self.browsers = Browsers(self.demands)
        self.ways: Callable[[LoginRoute], LoginRoute] = _by_browser
        self.others = OtherHosts()

    @asynccontextmanager
    async def stored(self, rules: Rules | None = None) -> AsyncIterator[Ports]:
        """The real store, open."""
        rules = rules or Rules()
        keys = KeyLocator([KeyFile(self.folder / "vault.key", KeySource.KEY_FILE)])
        opening = open_store(self.folder, keys, _StoreClock(self.clock), busy_attempts=rules.busy_attempts)
        with self.clock.outside():
            store = await opening.__aenter__()
            cooldowns, sign_ins, executions = await self.records(store)
        try:
            yield Ports(
                cast("TokenStore", _Counted(store.tokens, self.clock)),
                cast("ReplayBuffer", _Counted(store.journal, self.clock)),
                _CountedRecovery(store.recovery, self.clock),
                cast("CooldownStore", _Counted(cooldowns, self.clock)),
                cast("SignInLedger", _Counted(sign_ins, self.clock)),
                cast("ExecutionStore", _Counted(executions, self.clock)),
                SqliteAuditBook(store.database, store.key, AuditCheckpoint(self.folder, store.key)),
            )
        finally:
            with self.clock.outside():
                await opening.__aexit__(None, None, None)

    async def records(self, store: Store) -> tuple[CooldownStore, SignInLedger, ExecutionStore]:
        """What is remembered besides the tokens: the tables alone, so that what they refuse is seen."""
        return store.cooldowns, store.sign_ins, store.executions

    @asynccontextmanager
    async def process(
        self,
        roster: Roster | None = None,
        rules: Rules | None = None,
        prompts: ScriptedPrompts | None = None,
        *,
        holding: Collection[str] = (),
    ) -> AsyncIterator[World]:
        """One process with a started engine; `holding` names slots that got a token before it began."""
        rules = rules or Rules()
        async with (
            self.stored(rules) as ports,
            self.engine_on(ports, roster, rules, prompts, holding=holding) as world,
        ):
            yield world

    @asynccontextmanager
    async def engine_on(
        self,
        ports: Ports,
        roster: Roster | None = None,
        rules: Rules | None = None,
        prompts: ScriptedPrompts | None = None,
        *,
        holding: Collection[str] = (),
    ) -> AsyncIterator[World]:
        """A started engine on an open store; whatever must never be is checked at its end."""
        before = asyncio.all_tasks()
        roster = roster or one_person()
        world = World(self, ports, roster, rules or Rules(), prompts or ScriptedPrompts(self.clock))
        for name in holding:
            await world.hold(name)
        with _no_unseen_errors():
            try:
                await world.engine.start()
                yield world
            finally:
                await world.engine.close()
            if not world.killed:
                world.require_clean()
            left = tasks_left_behind(before)
            assert left == [], left


def _by_browser(route: LoginRoute) -> LoginRoute:
    """There is no other way."""
    return route


class World:
    """One engine with everything around it."""

    def __init__(
        self, ground: Ground, ports: Ports, roster: Roster, rules: Rules, prompts: ScriptedPrompts
    ) -> None:
        self.ground = ground
        self.clock = ground.clock
        self.broker = ground.broker
        self.browsers = ground.browsers
        self.killed = False
        self._before = asyncio.all_tasks()
        self.ports = replace(ports, **{name: self._mortal(getattr(ports, name)) for name in _MORTAL})
        self.roster = roster
        self.rules = rules
        self.prompts = prompts
        self.board = WatchedBoard(AuthStatus.for_names(roster.names), ground.clock)
        self.registry = HotTokenRegistry()
        self.engine = Engine(self._parts())

    def _parts(self) -> EngineParts:
        """As in `wiring`, with scripted ports."""
        ports, board, clock = self.ports, self.board, self.clock
        self.profiles = ProfileVerificationService(self.broker, VERIFY_TIMEOUT)
        cooldowns = CooldownManager(ports.cooldowns, board, clock, self.rules.cooldown)
        sign_ins = SignInGuard(ports.sign_ins, cooldowns, board)
        executions = ExecutionLog(ports.executions, board)
        lease = LoginLock(self.ground.folder / "login.lock", clock, self.rules.patience)
        self.desks = DeskFactory(self.rules.login, self.prompts, sign_ins, board, clock)
        primary, shelf = self.roster[PRIMARY], TokenShelf(ports.tokens, ports.journal)
        replay = TokenReplay(ports.tokens, ports.journal, self.roster, board)
        attempts, patience = self.rules.busy_attempts, self.rules.database_patience
        self.recovery = DatabaseRecovery(
            ports.recovery, replay, board, clock, attempts=attempts, patience=patience
        )
        gate = LoginGate(primary, shelf, ports.tokens, self.profiles, self.registry, board, clock)
        market = MarketDoor(lambda: self._market_desk(gate))
        verification = Verification(shelf, ports.tokens, self.profiles, self.registry, board)
        adoption = TokenAdoption(self.ground.others, shelf, ports.journal, replay, board)
        run = TokenRun(
            TokenInspection(verification, adoption, self.recovery),
            DecisionDesk(self.rules.policy, self.prompts),
            self._generation(cooldowns, executions, shelf),
            gate,
            lease,
            board,
        )
        return EngineParts(
            roster=self.roster,
            board=board,
            clock=clock,
            shelf=shelf,
            replay=replay,
            recovery=self.recovery,
            verification=verification,
            orchestrator=AsyncTokenOrchestrator(self.roster, run, gate, board),
            gate=gate,
            cooldowns=cooldowns,
            sign_ins=sign_ins,
            executions=executions,
            lease=lease,
            market=market,
            cleanup=CleanupPolicy(self.registry, market, board),
            notices=Notices(board),
            facts=EngineFacts("broker.test", "a key of this test"),
            book=ports.book,
            history=ExecutionBook(board, self.roster, NoHistory(), NoProcesses(), clock),
        )

    async def _market_desk(self, gate: LoginGate) -> MarketDesk:
        return MarketDesk(self.broker, gate, self.registry, self.board)

    def _generation(
        self, cooldowns: CooldownManager, executions: ExecutionLog, shelf: TokenShelf
    ) -> GenerationRun:
        ports, board, clock = self.ports, self.board, self.clock
        persistence = TokenPersistence(ports.tokens, ports.journal, self.registry, board, self.ground.others)
        service = TokenGenerationService(self.broker, shelf, self.profiles, persistence, board)
        route = self.ground.ways(ScriptedRoute(self.browsers, self.broker, clock))
        return GenerationRun(route, service, self.desks, cooldowns, executions, ports.tokens, board)

    # --- what a test does -------------------------------------------------------------------------

    async def refresh(self, **request: Any) -> TokenExecutionResult:
        """Run to the result; the operator has said yes unless the test says otherwise."""
        return await self.engine.execute(asked(**request))

    def kill(self) -> None:
        """The process ends as by SIGKILL: nothing that it still does reaches the disk."""
        self.killed = True
        for task in self._tasks():
            task.cancel()

    async def buried(self) -> None:
        """Wait until the kernel has let go of what the killed process held."""
        while left := self._tasks():
            for task in left:
                task.cancel()
            await asyncio.wait(left)

    def _tasks(self) -> set[asyncio.Task[Any]]:
        others = asyncio.all_tasks() - self._before - {asyncio.current_task()}
        return {task for task in others if not _is_of_the_store(task)}

    def _mortal(self, port: object) -> Any:
        return _Mortal(port, lambda: self.killed)

    async def hold(self, name: str, user_id: str = USER) -> AccessToken:
        """Put a token of this morning into the database."""
        slot = self.roster[name]
        issued, epoch = self.broker.issue(slot, user_id), await self.ports.tokens.next_epoch()
        token = AccessToken.from_issue(name, slot.client_id, issued, epoch)
        await self.ports.tokens.save(token)
        return token

    async def until(self, reached: Callable[[], bool]) -> None:
        """Let time pass until `reached` holds."""
        while not reached():
            await self.clock.sleep(0.01)

    async def told(self, reached: Callable[[], bool]) -> None:
        """Wait for the very event after which `reached` holds."""
        arrived = asyncio.Event()
        unwatch = self.board.watch(lambda _event, _status: arrived.set() if reached() else None)
        if not reached():
            await arrived.wait()
        unwatch()

    # --- what a test looks at ---------------------------------------------------------------------

    @property
    def status(self) -> AuthStatus:
        return self.board.status

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def seen(self, kind: type[E]) -> list[E]:
        """Every event of one kind so far."""
        return [event for event in self.board.events if isinstance(event, kind)]

    def verdicts(self) -> dict[str, Verdict]:
        return {slot.name: slot.verdict_at(self.now) for slot in self.status.slots}

    def verified(self, name: str) -> Verdict:
        """The latest answer about a slot."""
        return [event.verdict for event in self.seen(SlotVerified) if event.slot == name][-1]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What another program reads in the database at this very moment."""
        with closing(sqlite3.connect(self.ground.folder / DATABASE_NAME)) as connection:
            return connection.execute(query).fetchall()

    def write(self, statement: str) -> None:
        """Another program changes the database."""
        with closing(sqlite3.connect(self.ground.folder / DATABASE_NAME)) as connection, connection:
            connection.execute(statement)

    async def in_database(self) -> dict[str, str]:
        """The text of every stored token."""
        stored = await self.ports.tokens.load(self.roster.slots)
        return {name: entry.token.value.reveal() for name, entry in stored.items()}

    def require_clean(self) -> None:
        """What holds after every story, however it went."""
        assert self.ground.demands.broken == []
        assert self.board.illegal == []
        assert self.browsers.open == 0
        assert not self.status.running


def asked(**request: Any) -> TokenExecutionRequest:
    """A request with consent, from a test."""
    return TokenExecutionRequest(**{"requested_by": "test", "consent": True, **request})


def kinds(result: TokenExecutionResult) -> Mapping[str, FailureKind | None]:
    """Why each slot of a result has no valid token."""
    return {slot.slot: slot.failure.kind if slot.failure else None for slot in result.slots}


def tasks_left_behind(before: set[asyncio.Task[Any]]) -> list[str]:
    """What an engine has not ended; the store lives on, and may still write for who was cancelled."""
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    return [repr(task) for task in left if not _is_of_the_store(task)]


def _is_of_the_store(task: asyncio.Task[Any]) -> bool:
    code = getattr(task.get_coro(), "cr_code", None)
    return code is not None and Path(store.__file__).parent in Path(code.co_filename).parents


class _StoreClock:
    """The store waits between its attempts on a held database; that costs no virtual time."""

    def __init__(self, clock: FakeClock) -> None:
        self.now = clock.now
        self.monotonic = clock.monotonic
        self.uptime = clock.uptime
        self.boot_id = clock.boot_id

    async def sleep(self, _seconds: float) -> None:
        await asyncio.sleep(0)


class _Counted:
    """Announces each call of a port to the clock."""

    def __init__(self, port: object, clock: FakeClock) -> None:
        self._port = port
        self._clock = clock

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        method = getattr(self._port, name)

        async def call(*arguments: Any, **named: Any) -> Any:
            with self._clock.outside():
                return await method(*arguments, **named)

        return call


class _Mortal:
    """A port of a process that may be killed."""

    def __init__(self, port: object, is_dead: Callable[[], bool]) -> None:
        self._port = port
        self._is_dead = is_dead

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        method = getattr(self._port, name)

        async def call(*arguments: Any, **named: Any) -> Any:
            if self._is_dead():
                raise asyncio.CancelledError
            return await method(*arguments, **named)

        return call


class _CountedRecovery(_Counted):
    """Announces what takes time; listening takes none."""

    def __init__(self, port: RecoverableDatabase, clock: FakeClock) -> None:
        super().__init__(port, clock)
        self.watch_trouble = port.watch_trouble


class _no_unseen_errors:  # noqa: N801  reads as a statement
    """Fails when the event loop had to report an error that nobody looked at."""

    def __enter__(self) -> None:
        self._reports: list[Mapping[str, Any]] = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: self._reports.append(context))

    def __exit__(self, kind: object, *_rest: object) -> None:
        asyncio.get_running_loop().set_exception_handler(None)
        if kind is None:
            assert self._reports == []
