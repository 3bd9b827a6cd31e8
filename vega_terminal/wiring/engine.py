"""Puts the engine together on its adapters."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from vega_terminal.broker.client import UpstoxBroker
from vega_terminal.broker.httpx_transport import HttpxTransport
from vega_terminal.browser.configuration import shows_window
from vega_terminal.clock import Clock, SystemClock
from vega_terminal.domain.slots import PRIMARY
from vega_terminal.domain.status import AuthStatus, DatabaseStatus
from vega_terminal.engine.adoption import TokenAdoption
from vega_terminal.engine.audit_clerk import AuditClerk
from vega_terminal.engine.audit_entries import Actor
from vega_terminal.engine.cleanup import CleanupPolicy
from vega_terminal.engine.cooldown import CooldownManager
from vega_terminal.engine.decision_desk import DecisionDesk
from vega_terminal.engine.desk import DeskFactory, LoginRules
from vega_terminal.engine.engine import Engine, EngineParts
from vega_terminal.engine.execution_log import ExecutionLog
from vega_terminal.engine.facts import EngineFacts
from vega_terminal.engine.gate import LoginGate
from vega_terminal.engine.generation import TokenGenerationService
from vega_terminal.engine.generation_run import GenerationRun
from vega_terminal.engine.inspection import TokenInspection
from vega_terminal.engine.market import MarketDesk
from vega_terminal.engine.notices import Notices
from vega_terminal.engine.orchestrator import AsyncTokenOrchestrator
from vega_terminal.engine.persistence import TokenPersistence
from vega_terminal.engine.ports import LoginRoute, OperatorPrompts
from vega_terminal.engine.ports.audit import AuditBook
from vega_terminal.engine.recovery import DatabaseRecovery
from vega_terminal.engine.registry import HotTokenRegistry
from vega_terminal.engine.replay import TokenReplay
from vega_terminal.engine.shelf import TokenShelf
from vega_terminal.engine.sign_in_guard import SignInGuard
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.engine.token_run import TokenRun
from vega_terminal.engine.verification import ProfileVerificationService, Verification
from vega_terminal.settings.values import Settings
from vega_terminal.store.audit.book import SqliteAuditBook
from vega_terminal.store.audit.checkpoint import AuditCheckpoint
from vega_terminal.store.audit.user import system_user
from vega_terminal.wiring.login import browser_configuration, browser_route, login_lock, orphans_of
from vega_terminal.wiring.sharing import Sharing, sharing
from vega_terminal.wiring.storage import Storage, stored, vault_key_in_words

DATABASE_PATIENCE_SECONDS: Final = 60.0
"""How long somebody who needs to read the database waits while another program holds it."""


@dataclass(frozen=True, slots=True)
class World:
    """The adapters and shared parts that the engine's services are made from."""

    settings: Settings
    storage: Storage
    sharing: Sharing
    route: LoginRoute
    broker: UpstoxBroker
    prompts: OperatorPrompts
    board: StatusBoard
    notices: Notices
    clock: Clock
    clerk: AuditClerk
    registry: HotTokenRegistry
    profiles: ProfileVerificationService


@asynccontextmanager
async def running_engine(
    settings: Settings,
    prompts: OperatorPrompts,
    opening: Callable[[DatabaseStatus], None] = lambda _database: None,
    *,
    front_end: str = "cli",
    patience: float = DATABASE_PATIENCE_SECONDS,
) -> AsyncIterator[Engine]:
    """Open the store and build the engine; leaving the block ends every run, process and connection.

    Args:
        settings: of the operator, or of the demo.
        prompts: how a person is asked.
        opening: hears how the database does while somebody else keeps it from being opened.
        front_end: who acts outside of runs, for the audit trail: `terminal`, `cli`, `rest`, `warmup`.
        patience: seconds that are waited for the database.

    Raises:
        StorageError: the database or its key cannot be used.
    """
    clock = SystemClock()
    board = StatusBoard(AuthStatus.for_names(settings.roster.names), clock)
    broker = UpstoxBroker(settings.api_base_url, HttpxTransport(settings.api_base_url), clock)
    notices = Notices(board)
    lock = login_lock(settings, clock, notices)
    async with (
        stored(settings, clock, notices, opening=opening, patience=patience) as storage,
        sharing(settings, storage.store, lock, clock, notices) as shared,
    ):
        world = World(
            settings=settings,
            storage=storage,
            sharing=shared,
            route=shared.guarded(browser_route(settings, broker, lock, clock)),
            broker=broker,
            prompts=prompts,
            board=board,
            notices=notices,
            clock=clock,
            clerk=AuditClerk(board, storage.audit, Actor(system_user(), front_end), clock),
            registry=HotTokenRegistry(),
            profiles=ProfileVerificationService(broker, settings.verify_timeout),
        )
        if swept := await asyncio.to_thread(orphans_of(settings).sweep):
            notices(swept)
        parts = _parts(world)
        engine = Engine(parts)
        try:
            identities = {slot.identity.key for slot in settings.roster}
            await parts.recovery.patiently(lambda: storage.records.begin(identities))
            yield engine
        finally:
            await engine.close()
            await world.clerk.close()
            await broker.aclose()


def _parts(world: World) -> EngineParts:
    settings, board, clock = world.settings, world.board, world.clock
    tokens, records, buffer = world.storage.store.tokens, world.storage.records, world.sharing.buffer
    shelf = TokenShelf(tokens, buffer)
    replay = TokenReplay(tokens, buffer, settings.roster, board)
    recovery = _recovery(world, replay)
    cooldowns = CooldownManager(records.cooldowns, board, clock, settings.cooldown)
    sign_ins = SignInGuard(records.sign_ins, cooldowns, board)
    sign_ins.before_click = world.clerk.written
    executions = ExecutionLog(records.executions, board)
    gate = LoginGate(settings.roster[PRIMARY], shelf, tokens, world.profiles, world.registry, board, clock)
    verification = Verification(shelf, tokens, world.profiles, world.registry, board)
    market = MarketDesk(world.broker, gate, world.registry, board)
    adoption = TokenAdoption(world.sharing.tokens, shelf, buffer, replay, board)
    run = TokenRun(
        TokenInspection(verification, adoption, recovery),
        DecisionDesk(settings.policy, world.prompts),
        _generation(world, shelf, cooldowns, sign_ins, executions),
        gate,
        world.sharing.lease,
        board,
    )
    return EngineParts(
        roster=settings.roster,
        board=board,
        clock=clock,
        shelf=shelf,
        replay=replay,
        recovery=recovery,
        verification=verification,
        orchestrator=AsyncTokenOrchestrator(settings.roster, run, gate, board, world.clerk.written),
        gate=gate,
        cooldowns=cooldowns,
        sign_ins=sign_ins,
        executions=executions,
        lease=world.sharing.lease,
        market=market,
        cleanup=CleanupPolicy(world.registry, market, board),
        notices=world.notices,
        facts=EngineFacts(urlsplit(settings.api_base_url).netloc, vault_key_in_words(world.storage.store)),
        book=_book(world),
    )


def _book(world: World) -> AuditBook:
    store = world.storage.store
    return SqliteAuditBook(store.database, store.key, AuditCheckpoint(world.settings.data_dir, store.key))


def _recovery(world: World, replay: TokenReplay) -> DatabaseRecovery:
    return DatabaseRecovery(
        world.storage.store.recovery,
        replay,
        world.board,
        world.clock,
        attempts=world.settings.db_busy_attempts,
        patience=DATABASE_PATIENCE_SECONDS,
    )


def _generation(
    world: World,
    shelf: TokenShelf,
    cooldowns: CooldownManager,
    sign_ins: SignInGuard,
    executions: ExecutionLog,
) -> GenerationRun:
    settings, board = world.settings, world.board
    store, shared = world.storage.store.tokens, world.sharing
    persistence = TokenPersistence(store, shared.buffer, world.registry, board, shared.tokens)
    service = TokenGenerationService(world.broker, shelf, world.profiles, persistence, board)
    rules = LoginRules(
        settings.captcha_timeout, settings.login_spacing, shows_window(browser_configuration(settings))
    )
    desks = DeskFactory(rules, world.prompts, sign_ins, board, world.clock)
    return GenerationRun(world.route, service, desks, cooldowns, executions, world.sharing.epochs, board)
