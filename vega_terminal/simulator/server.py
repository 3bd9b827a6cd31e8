"""Runs the simulated broker in a thread: two origins on loopback, one event loop."""

from __future__ import annotations

import asyncio
import threading
from functools import partial
from typing import TYPE_CHECKING, Self, TypeVar

from vega_terminal.simulator.brokerage import Brokerage, Origins
from vega_terminal.simulator.control_routes import environment_of
from vega_terminal.simulator.environment import unused_notifier_url
from vega_terminal.simulator.http_server import LOOPBACK, ReadyServer, listener
from vega_terminal.simulator.names import DEFAULT_APPS, Scenario
from vega_terminal.simulator.population import DEFAULT_REDIRECT_URI, populate
from vega_terminal.simulator.scenarios import PLANS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from types import TracebackType

    from vega_terminal.simulator.counts import Counts
    from vega_terminal.simulator.faults import FaultBoard
    from vega_terminal.simulator.population import Population

T = TypeVar("T")

_START_S = 10.0
_STOP_S = 10.0


class SimulatedBroker:
    """The broker as tests and programs use it: start, look at it, change it, stop.

    The API is at `http://127.0.0.1:<port>` and the sign-in page at `http://localhost:<login_port>`,
    so they differ in host name and port; both listen on 127.0.0.1 only.

    Attributes:
        population: its customers and apps, with all their secrets.
        faults: knobs and faults, to be changed at any time from any thread.
    """

    def __init__(
        self,
        scenario: Scenario | str = Scenario.HAPPY,
        *,
        apps: Sequence[str] = DEFAULT_APPS,
        identities: int | None = None,
        redirect_uri: str = DEFAULT_REDIRECT_URI,
        port: int = 0,
        login_port: int = 0,
        notifier_url: str | None = None,
    ) -> None:
        """Prepare it; `notifier_url` is registered with every app (made up where a scenario needs one)."""
        self._scenario = Scenario(scenario)
        people = identities or min(PLANS[self._scenario].identities, len(apps))
        self.population: Population = populate(apps, people, redirect_uri)
        self._sockets = [listener(port), listener(login_port)]
        api_port, login_port = (each.getsockname()[1] for each in self._sockets)
        origins = Origins(f"http://{LOOPBACK}:{api_port}", f"http://localhost:{login_port}")
        if notifier_url is None and PLANS[self._scenario].on_phone:
            notifier_url = unused_notifier_url()
        self._brokerage = Brokerage(self._scenario, self.population, origins, notifier_url)
        self._server = ReadyServer(self._brokerage, login_port)
        self._thread = threading.Thread(target=self._run, name="simulated-broker", daemon=True)
        self.faults: FaultBoard = self._brokerage.faults

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def start(self) -> None:
        """Serve; returns when both origins answer.

        Raises:
            RuntimeError: the server did not come up within ten seconds.
        """
        self._thread.start()
        if not self._server.ready.wait(_START_S):
            raise RuntimeError("the simulated broker did not start; its thread's traceback is on stderr")

    def stop(self) -> None:
        """End every connection and the thread; nothing happens when it is not running."""
        if self._thread.is_alive():
            self._server.request_stop()
            self._thread.join(_STOP_S)

    @property
    def scenario(self) -> Scenario:
        """The scenario it was started in."""
        return self._scenario

    @property
    def api_base_url(self) -> str:
        """Base of the API and of the dialog."""
        return self._brokerage.origins.api

    @property
    def login_url(self) -> str:
        """Base of the sign-in page."""
        return self._brokerage.origins.login

    @property
    def control_url(self) -> str:
        """Base of the control routes."""
        return self._brokerage.origins.control

    @property
    def counts(self) -> Counts:
        """What it received so far."""
        return self._brokerage.counters.snapshot()

    def environment(self) -> dict[str, str]:
        """The `UPSTOX_*` settings that a client needs."""
        return environment_of(self._brokerage)

    def reset(self) -> None:
        """Back to the first moment of the scenario."""
        self._inside(self._brokerage.reset)

    def issue_token(self, app: str) -> str:
        """A live access token for an app, without a sign-in."""
        owner = self.population.by_name[app]
        return self._inside(lambda: self._brokerage.tokens.issue(owner, owner.identity))

    def issue_code(self, app: str) -> str:
        """A fresh authorization code for an app, without a sign-in."""
        owner = self.population.by_name[app]
        return self._inside(lambda: self._brokerage.codes.issue(owner, owner.identity, owner.redirect_uri))

    def revoke(self, *apps: str) -> None:
        """Kill every token of these apps, or of all."""
        for name in apps or self.population.by_name:
            owner = self.population.by_name[name]
            self._inside(partial(self._brokerage.tokens.cut_off, owner))

    def solve_turnstile(self, app: str) -> int:
        """Click the challenge on an app's open sign-in pages; how many there were."""
        return self._inside(lambda: self._brokerage.transactions.solve(app))

    def last_otp(self, mobile: str) -> str | None:
        """The OTP of the last SMS to a customer that is still unused."""
        identity = self.population.by_mobile[mobile]
        return self._inside(lambda: self._brokerage.passwords.last_sms(identity))

    def open_sign_ins(self) -> int:
        """How many sign-ins are between the OTP request and their end."""
        return self._inside(self._brokerage.transactions.open_sign_ins)

    def unblock(self, mobile: str) -> None:
        """Give a customer back the account that wrong PINs blocked."""
        self._inside(lambda: self._brokerage.desk.unblock(self.population.by_mobile[mobile]))

    def end_sessions(self) -> None:
        """Sign every browser out."""
        self._inside(self._brokerage.desk.end_sessions)

    def jump(self, seconds: float) -> None:
        """Move the broker's clock."""
        self._inside(lambda: self._brokerage.clock.jump(seconds))

    def jump_to(self, moment: datetime) -> None:
        """Move the broker's clock to a zone-aware instant."""
        self._inside(lambda: self._brokerage.clock.jump_to(moment))

    def now(self) -> datetime:
        """The broker's time, in UTC."""
        return self._brokerage.clock.now()

    def _run(self) -> None:
        asyncio.run(self._server.serve(self._sockets))

    def _inside(self, act: Callable[[], T]) -> T:
        """Do something in the serving thread, which owns all state, and wait for it."""

        async def done() -> T:
            return act()

        return asyncio.run_coroutine_threadsafe(done(), self._server.loop).result(_STOP_S)
