"""The composition root: settings in, engine out. The only module that knows every adapter."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from vega_terminal.broker.client import UpstoxBroker
from vega_terminal.broker.httpx_transport import HttpxTransport
from vega_terminal.browser.configuration import BrowserConfiguration
from vega_terminal.browser.configuration import BrowserKind as BrowserProgram
from vega_terminal.browser.route import BrowserRoute
from vega_terminal.browser.walk import WalkRules
from vega_terminal.clock import Clock, SystemClock
from vega_terminal.demo import demo_environment, simulated_broker
from vega_terminal.domain.slots import PRIMARY
from vega_terminal.domain.status import AuthStatus
from vega_terminal.engine.cooldown import CooldownManager
from vega_terminal.engine.decision_desk import DecisionDesk
from vega_terminal.engine.desk import DeskFactory, LoginRules
from vega_terminal.engine.engine import Engine, EngineParts
from vega_terminal.engine.facts import EngineFacts
from vega_terminal.engine.gate import LoginGate
from vega_terminal.engine.generation import TokenGenerationService
from vega_terminal.engine.generation_run import GenerationRun
from vega_terminal.engine.market import MarketDesk
from vega_terminal.engine.orchestrator import AsyncTokenOrchestrator
from vega_terminal.engine.persistence import TokenPersistence
from vega_terminal.engine.ports import OperatorPrompts
from vega_terminal.engine.registry import HotTokenRegistry
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.engine.token_run import TokenRun
from vega_terminal.engine.verification import ProfileVerificationService, Verification
from vega_terminal.settings.loader import load_settings
from vega_terminal.settings.values import Headless, Settings
from vega_terminal.store.keys import key_locator
from vega_terminal.store.login_lock import LoginLock
from vega_terminal.store.opening import Store, open_store

LOCK_PATIENCE_SECONDS: Final = 900.0
"""How long a second process waits for the first one's login: a cooldown and a person's time."""


@dataclass(frozen=True, slots=True)
class World:
    """The adapters and shared parts that the engine's services are made from."""

    settings: Settings
    store: Store
    broker: UpstoxBroker
    prompts: OperatorPrompts
    board: StatusBoard
    clock: Clock
    registry: HotTokenRegistry
    profiles: ProfileVerificationService


@asynccontextmanager
async def running_engine(
    settings: Settings, prompts: OperatorPrompts, clock: Clock | None = None
) -> AsyncIterator[Engine]:
    """Open the store and build the engine; leaving the block ends every run, process and connection.

    Raises:
        StorageError: the database or its key cannot be used.
    """
    clock = clock or SystemClock()
    board = StatusBoard(AuthStatus.for_names(settings.roster.names), clock)
    broker = UpstoxBroker(settings.api_base_url, HttpxTransport(settings.api_base_url), clock)
    async with stored(settings, clock, board) as store:
        world = World(
            settings=settings,
            store=store,
            broker=broker,
            prompts=prompts,
            board=board,
            clock=clock,
            registry=HotTokenRegistry(),
            profiles=ProfileVerificationService(broker, settings.verify_timeout),
        )
        engine = Engine(_parts(world))
        try:
            yield engine
        finally:
            await engine.close()
            await broker.aclose()


@asynccontextmanager
async def settings_of(
    demo: str | None, env_file: Path | None, environ: Mapping[str, str]
) -> AsyncIterator[Settings]:
    """The operator's settings, or those of the simulated broker, which then runs for the block.

    Args:
        demo: a scenario of the simulated broker; None for the operator's own settings.
        env_file: instead of `./.env`; the demo reads none.
        environ: the environment.

    Raises:
        SettingsError: with every problem at once.
        DemoError: the simulated broker did not start.
    """
    if demo is None:
        yield load_settings(environ, env_file)
        return
    async with simulated_broker(demo) as broker:
        yield load_settings(demo_environment(broker, environ), Path(os.devnull))


@asynccontextmanager
async def stored(
    settings: Settings, clock: Clock, board: StatusBoard, environ: Mapping[str, str] = os.environ
) -> AsyncIterator[Store]:
    """Open the store of these settings; what it has to tell goes to the board."""
    keys = key_locator(settings.key_file, environ, clock)
    async with open_store(
        settings.data_dir, keys, clock, busy_attempts=settings.db_busy_attempts, notify=board.say
    ) as store:
        yield store


def vault_key_in_words(store: Store) -> str:
    """Which key seals the tokens, and where it lies."""
    return f"{store.key_id} from {store.key_source} ({store.key_place})"


def _parts(world: World) -> EngineParts:
    settings, store, board, clock = world.settings, world.store, world.board, world.clock
    cooldowns = CooldownManager(store.cooldowns, board, clock, settings.cooldown)
    gate = LoginGate(settings.roster[PRIMARY], store.tokens, world.profiles, world.registry, board, clock)
    verification = Verification(store.tokens, world.profiles, world.registry, board)
    run = TokenRun(
        verification,
        DecisionDesk(settings.policy, world.prompts),
        _generation(world, cooldowns),
        gate,
        LoginLock(settings.data_dir / "login.lock", clock, LOCK_PATIENCE_SECONDS),
        board,
    )
    return EngineParts(
        roster=settings.roster,
        board=board,
        clock=clock,
        store=store.tokens,
        verification=verification,
        orchestrator=AsyncTokenOrchestrator(settings.roster, run, gate, board),
        gate=gate,
        cooldowns=cooldowns,
        market=MarketDesk(world.broker, gate, world.registry, board),
        facts=EngineFacts(urlsplit(settings.api_base_url).netloc, vault_key_in_words(store)),
    )


def _generation(world: World, cooldowns: CooldownManager) -> GenerationRun:
    settings, store, board = world.settings, world.store, world.board
    service = TokenGenerationService(
        world.broker,
        store.tokens,
        world.profiles,
        TokenPersistence(store.tokens, world.registry, board),
        board,
    )
    rules = LoginRules(person_timeout=settings.captcha_timeout, spacing=settings.login_spacing)
    desks = DeskFactory(rules, world.prompts, store.sign_ins, cooldowns, board, world.clock)
    return GenerationRun(_route(world), service, desks, cooldowns, store.tokens, board)


def _route(world: World) -> BrowserRoute:
    settings = world.settings
    browser = settings.browser
    configuration = BrowserConfiguration(
        profiles_dir=settings.data_dir / "browser",
        kind=None if browser.kind is None else BrowserProgram(browser.kind.value),
        binary=browser.binary,
        driver=browser.driver,
        headless={Headless.AUTO: None, Headless.ON: True, Headless.OFF: False}[browser.headless],
    )
    return BrowserRoute(
        configuration,
        world.broker.authorization_url,
        (slot.redirect_uri for slot in settings.roster),
        WalkRules(settings.api_base_url, settings.login_step_timeout),
        settings.data_dir / "logs",
        world.clock,
    )
