"""The half of an engine that signs in and shows the market: routes, exchange, persistence, dashboard."""

from __future__ import annotations

from vega_terminal.browser.configuration import shows_window
from vega_terminal.engine.cooldown import CooldownManager
from vega_terminal.engine.desk import DeskFactory, LoginRules
from vega_terminal.engine.execution_log import ExecutionLog
from vega_terminal.engine.generation import TokenGenerationService
from vega_terminal.engine.generation_run import GenerationRun
from vega_terminal.engine.persistence import TokenPersistence
from vega_terminal.engine.shelf import TokenShelf
from vega_terminal.engine.sign_in_guard import SignInGuard
from vega_terminal.engine.verification import ProfileVerificationService
from vega_terminal.wiring.login import browser_configuration, login_route
from vega_terminal.wiring.world import World


def generation_run(
    world: World,
    shelf: TokenShelf,
    cooldowns: CooldownManager,
    sign_ins: SignInGuard,
    executions: ExecutionLog,
) -> GenerationRun:
    """Put it together; nothing is started yet."""
    settings, board, shared, broker = world.settings, world.board, world.sharing, world.broker()
    store = world.storage.store.tokens
    persistence = TokenPersistence(store, shared.buffer, world.registry, board, shared.tokens)
    # Over the connection that the exchange has just used.
    profiles = ProfileVerificationService(broker, settings.verify_timeout)
    service = TokenGenerationService(broker, shelf, profiles, persistence, board)
    rules = LoginRules(
        settings.captcha_timeout, settings.login_spacing, shows_window(browser_configuration(settings))
    )
    desks = DeskFactory(rules, world.prompts, sign_ins, board, world.clock)
    route = shared.guarded(login_route(settings, broker, world.lock(), world.clock))
    return GenerationRun(route, service, desks, cooldowns, executions, shared.epochs, board)
