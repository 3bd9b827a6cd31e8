"""The browser as the way to authorization codes: one browser a run, gone when the run is over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from vega_terminal.browser.actor import BrowserActor
from vega_terminal.browser.configuration import BrowserConfiguration, Inherited, nothing_inherited
from vega_terminal.browser.session import AuthorizationUrl, BrowserLoginSession
from vega_terminal.browser.walk import WalkRules
from vega_terminal.clock import Clock
from vega_terminal.engine.ports import LoginSession
from vega_terminal.engine.shielded import to_the_end


class BrowserRoute:
    """Implements `LoginRoute` with Selenium."""

    def __init__(
        self,
        configuration: BrowserConfiguration,
        authorization_url: AuthorizationUrl,
        redirect_uris: Iterable[str],
        rules: WalkRules,
        logs_folder: Path,
        clock: Clock,
        *,
        inherited: Inherited = nothing_inherited,
    ) -> None:
        """Prepare the route; nothing is started.

        Args:
            configuration: which browser, and where its profiles are made.
            authorization_url: makes the address of a slot's dialog.
            redirect_uris: of all slots; the browser never connects to their hosts.
            rules: how the pages are walked through.
            logs_folder: for the bundles of pages that were not understood.
            clock: to wait by.
            inherited: the descriptors that the driver keeps open, such as that of the login lock.
        """
        self._configuration = configuration
        self._authorization_url = authorization_url
        self._redirect_uris = tuple(redirect_uris)
        self._rules = rules
        self._logs_folder = logs_folder
        self._clock = clock
        self._inherited = inherited

    @asynccontextmanager
    async def session(self) -> AsyncIterator[LoginSession]:
        """Open a session; its browser starts with the first slot and is gone when the block is left."""
        actor = BrowserActor(
            self._configuration, self._redirect_uris, self._rules.step_timeout, self._inherited
        )
        try:
            yield BrowserLoginSession(
                actor, self._authorization_url, self._rules, self._logs_folder, self._clock
            )
        finally:
            await to_the_end(actor.stop())
