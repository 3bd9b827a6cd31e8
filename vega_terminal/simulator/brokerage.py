"""The whole simulated broker without its HTTP: every part of it, made from one scenario."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vega_terminal.simulator.clock import SimulatedClock
from vega_terminal.simulator.codes import CodeBook
from vega_terminal.simulator.counts import Counters
from vega_terminal.simulator.faults import FaultBoard
from vega_terminal.simulator.names import Scenario
from vega_terminal.simulator.one_time_passwords import OneTimePasswords
from vega_terminal.simulator.phone import Phones
from vega_terminal.simulator.rate_limit import RateLimit
from vega_terminal.simulator.scenarios import PLANS
from vega_terminal.simulator.sign_in import SignInDesk
from vega_terminal.simulator.tokens import TokenMint
from vega_terminal.simulator.transactions import TransactionBook

if TYPE_CHECKING:
    from vega_terminal.simulator.population import Population


@dataclass(frozen=True, slots=True)
class Origins:
    """Base URLs of the two hosts, without a trailing slash."""

    api: str
    login: str

    @property
    def control(self) -> str:
        """Where the control routes are."""
        return f"{self.api}/__simulator__"

    @property
    def redirect(self) -> str:
        """Where the login page sends the browser when the sign-in is complete."""
        return f"{self.api}/login/authorization/redirect"


class Brokerage:
    """Composition of all parts. Used from the serving thread only, but for `faults` and `counters`."""

    def __init__(
        self, scenario: Scenario, population: Population, origins: Origins, notifier_url: str | None = None
    ) -> None:
        """Make it; `notifier_url` is what every app is registered with, if anything."""
        plan = PLANS[scenario]
        self.notifier_url = notifier_url
        self.scenario = scenario
        self.population = population
        self.origins = origins
        self.clock = SimulatedClock()
        self.faults = FaultBoard(plan.knobs, plan.faults)
        self.counters = Counters(population)
        self._forget_all()

    def reset(self) -> None:
        """Back to the first moment of the scenario: no session, no code, no count, the host's time."""
        self.clock.reset()
        self.faults.reset()
        self.counters.reset()
        self._forget_all()

    def _forget_all(self) -> None:
        self.tokens = TokenMint(self.population, self.clock)
        self.codes = CodeBook(self.clock, self.faults)
        self.limit = RateLimit(self.clock, self.faults)
        self.phones = Phones(self.tokens, self.clock, self.faults, self.counters, self.notifier_url or "")
        self.passwords = OneTimePasswords(self.clock, self.faults)
        self.transactions = TransactionBook(self.clock, self.counters, self.faults)
        self.desk = SignInDesk(
            self.population, self.clock, self.faults, self.counters, self.transactions, self.passwords
        )
        for name in PLANS[self.scenario].dead_tokens & self.population.by_name.keys():
            self.tokens.cut_off(self.population.by_name[name])
