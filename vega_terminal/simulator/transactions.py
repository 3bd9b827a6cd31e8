"""Sign-ins under way: from the dialog to the redirect, one transaction each."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vega_terminal.simulator.knobs import Turnstile

if TYPE_CHECKING:
    from vega_terminal.simulator.clock import SimulatedClock
    from vega_terminal.simulator.counts import Counters
    from vega_terminal.simulator.faults import FaultBoard
    from vega_terminal.simulator.population import Identity, SimulatedApp

_LIFE_S = 1800
_IDLE_S = 30


@dataclass(slots=True)
class Transaction:
    """One passage from an app's dialog to its redirect URI.

    Attributes:
        transaction_id: travels in the redirect chain; the real broker does the same.
        challenged: a Turnstile stands on the page now.
        solved: it was clicked.
        identity: the customer whose mobile number was typed, or whose session was used.
        otp_passed: the OTP was right.
        grant: proof for the API origin that the sign-in is complete; one use.
        active_at: when the open sign-in was last touched; None while it is not open.
    """

    transaction_id: str
    app: SimulatedApp
    redirect_uri: str
    state: str | None
    started_at: float
    challenged: bool = False
    solved: bool = False
    identity: Identity | None = None
    otp_passed: bool = False
    grant: str | None = None
    active_at: float | None = None


class TransactionBook:
    """All transactions, and how many sign-ins are open at once.

    A sign-in is open from the OTP request until it is complete, its page was left, or nothing
    happened for 30 seconds.
    """

    def __init__(self, clock: SimulatedClock, counters: Counters, faults: FaultBoard) -> None:
        self._clock = clock
        self._counters = counters
        self._faults = faults
        self._open: dict[str, Transaction] = {}

    def start(self, app: SimulatedApp, redirect_uri: str, state: str | None) -> Transaction:
        """A new transaction for a dialog that was accepted."""
        transaction = Transaction(secrets.token_urlsafe(12), app, redirect_uri, state, self._clock.epoch())
        transaction.challenged = self._faults.knobs.turnstile_for(app.name) is Turnstile.ON
        self._open[transaction.transaction_id] = transaction
        return transaction

    def find(self, transaction_id: str) -> Transaction | None:
        """The transaction of that id; None when it is unknown, over or too old."""
        transaction = self._open.get(transaction_id)
        if transaction is None or self._clock.epoch() - transaction.started_at > _LIFE_S:
            return None
        return transaction

    def finish(self, transaction: Transaction, grant: str) -> bool:
        """End a transaction; whether `grant` was the right proof."""
        if transaction.grant is None or not secrets.compare_digest(transaction.grant, grant):
            return False
        del self._open[transaction.transaction_id]
        return True

    def touch(self, transaction: Transaction) -> None:
        """Something happened on the page after the OTP request."""
        transaction.active_at = self._clock.epoch()
        self._counters.note_open_sign_ins(self.open_sign_ins())

    def leave(self, transaction: Transaction) -> None:
        """The sign-in is complete, or its page was left."""
        transaction.active_at = None

    def open_sign_ins(self) -> int:
        """How many sign-ins are open now."""
        horizon = self._clock.epoch() - _IDLE_S
        touched = (each.active_at for each in self._open.values() if each.active_at is not None)
        return sum(at > horizon for at in touched)

    def solve(self, app_name: str) -> int:
        """Click every standing challenge of an app, as a person would; the number of those clicked."""
        standing = [
            each
            for each in self._open.values()
            if each.app.name == app_name and each.challenged and not each.solved
        ]
        for transaction in standing:
            transaction.solved = True
        return len(standing)
