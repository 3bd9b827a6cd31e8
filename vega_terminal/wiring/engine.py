"""Puts the engine together on its adapters."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from vega_terminal.broker.gateway import Gateway
from vega_terminal.broker.httpx_transport import HttpxTransport
from vega_terminal.broker.profile import ProfileClient
from vega_terminal.broker.transports import quick_transport
from vega_terminal.clock import SystemClock
from vega_terminal.domain.slots import PRIMARY
from vega_terminal.domain.status import AuthStatus, DatabaseStatus
from vega_terminal.engine.adoption import TokenAdoption
from vega_terminal.engine.audit_clerk import AuditClerk
from vega_terminal.engine.audit_entries import Actor
from vega_terminal.engine.cleanup import CleanupPolicy
from vega_terminal.engine.cooldown import CooldownManager
from vega_terminal.engine.decision_desk import DecisionDesk
from vega_terminal.engine.engine import Engine, EngineParts
from vega_terminal.engine.execution_log import ExecutionLog
from vega_terminal.engine.facts import EngineFacts
from vega_terminal.engine.gate import LoginGate
from vega_terminal.engine.inspection import TokenInspection
from vega_terminal.engine.market_door import MarketDoor
from vega_terminal.engine.notices import Notices
from vega_terminal.engine.orchestrator import AsyncTokenOrchestrator
from vega_terminal.engine.recovery import DatabaseRecovery
from vega_terminal.engine.registry import HotTokenRegistry
from vega_terminal.engine.replay import TokenReplay
from vega_terminal.engine.shelf import TokenShelf
from vega_terminal.engine.sign_in_guard import SignInGuard
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.engine.token_run import TokenRun
from vega_terminal.engine.verification import ProfileVerificationService, Verification
from vega_terminal.settings.values import Settings
from vega_terminal.store.audit.user import system_user
from vega_terminal.wiring.executions import execution_book
from vega_terminal.wiring.late_parts import (
    LateAuditBook,
    market_desk,
    new_broker,
    new_generation,
    new_lock,
    swept,
)
from vega_terminal.wiring.sharing import sharing
from vega_terminal.wiring.storage import stored, vault_key_in_words
from vega_terminal.wiring.world import LateGeneration, LateLease, World

if TYPE_CHECKING:
    from vega_terminal.engine.ports import OperatorPrompts

DATABASE_PATIENCE_SECONDS: Final = 60.0
"""How long somebody who needs to read the database waits while another program holds it."""


@asynccontextmanager
async def running_engine(
    settings: Settings,
    prompts: OperatorPrompts,
    opening: Callable[[DatabaseStatus], None] = lambda _database: None,
    *,
    front_end: str = "cli",
    patience: float = DATABASE_PATIENCE_SECONDS,
    reading_patience: float = DATABASE_PATIENCE_SECONDS,
) -> AsyncIterator[Engine]:
    """Open the store and build the engine; leaving the block ends every run, process and connection.

    Args:
        settings: of the operator, or of the demo.
        prompts: how a person is asked.
        opening: hears how the database does while somebody else keeps it from being opened.
        front_end: who acts outside of runs, for the audit trail: `terminal`, `cli`, `rest`, `warmup`.
        patience: seconds that are waited for the database to be opened.
        reading_patience: the same for one that is open and cannot be read any more.

    Raises:
        StorageError: the database or its key cannot be used.
    """
    clock = SystemClock()
    board = StatusBoard(AuthStatus.for_names(settings.roster.names), clock)
    quick, pooled = quick_transport(settings.api_base_url), HttpxTransport(settings.api_base_url)
    notices = Notices(board)
    lock = cache(lambda: new_lock(settings, clock, notices))
    async with (
        stored(settings, clock, notices, opening=opening, patience=patience) as storage,
        sharing(settings, storage.store, LateLease(lock), clock, notices) as shared,
    ):
        probe = ProfileClient(Gateway(settings.api_base_url, quick, clock))
        world = World(
            settings=settings,
            storage=storage,
            sharing=shared,
            lock=lock,
            broker=cache(lambda: new_broker(settings, pooled, clock)),
            prompts=prompts,
            board=board,
            notices=notices,
            clock=clock,
            clerk=AuditClerk(board, storage.audit, Actor(system_user(), front_end), clock),
            registry=HotTokenRegistry(),
            profiles=ProfileVerificationService(probe, settings.verify_timeout),
        )
        if told := await swept(settings):
            notices(told)
        parts = _parts(world, front_end, reading_patience)
        engine = Engine(parts)
        try:
            identities = {slot.identity.key for slot in settings.roster}
            await parts.recovery.patiently(lambda: storage.records.begin(identities))
            yield engine
        finally:
            await engine.close()
            await world.clerk.close()
            await quick.aclose()
            await pooled.aclose()


def _parts(world: World, front_end: str, patience: float) -> EngineParts:
    settings, board, clock = world.settings, world.board, world.clock
    tokens, records, buffer = world.storage.store.tokens, world.storage.records, world.sharing.buffer
    shelf = TokenShelf(tokens, buffer)
    replay = TokenReplay(tokens, buffer, settings.roster, board)
    recovery = _recovery(world, replay, patience)
    cooldowns = CooldownManager(records.cooldowns, board, clock, settings.cooldown)
    sign_ins = SignInGuard(records.sign_ins, cooldowns, board)
    sign_ins.before_click = world.clerk.written
    executions = ExecutionLog(records.executions, board)
    gate = LoginGate(settings.roster[PRIMARY], shelf, tokens, world.profiles, world.registry, board, clock)
    verification = Verification(shelf, tokens, world.profiles, world.registry, board)
    market = MarketDoor(lambda: market_desk(world, gate))
    adoption = TokenAdoption(world.sharing.tokens, shelf, buffer, replay, board)
    run = TokenRun(
        TokenInspection(verification, adoption, recovery),
        DecisionDesk(settings.policy, world.prompts),
        LateGeneration(lambda: new_generation(world, shelf, cooldowns, sign_ins, executions)),
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
        book=LateAuditBook(world),
        history=execution_book(world, front_end),
    )


def _recovery(world: World, replay: TokenReplay, patience: float) -> DatabaseRecovery:
    return DatabaseRecovery(
        world.storage.store.recovery,
        replay,
        world.board,
        world.clock,
        attempts=world.settings.db_busy_attempts,
        patience=patience,
    )
