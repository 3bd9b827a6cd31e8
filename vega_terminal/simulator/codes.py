"""Authorization codes: six characters, one use, a short life."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vega_terminal.simulator.clock import SimulatedClock
    from vega_terminal.simulator.faults import FaultBoard
    from vega_terminal.simulator.population import Identity, SimulatedApp

_ALPHABET = string.ascii_letters + string.digits
_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Authorization:
    """What a code stands for."""

    app: SimulatedApp
    identity: Identity
    redirect_uri: str
    dies_at: float


class CodeBook:
    """Codes that were given out and not yet presented."""

    def __init__(self, clock: SimulatedClock, faults: FaultBoard) -> None:
        self._clock = clock
        self._faults = faults
        self._open: dict[str, Authorization] = {}

    def issue(self, app: SimulatedApp, identity: Identity, redirect_uri: str) -> str:
        """A new code for one app and the customer who signed in."""
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
        dies_at = self._clock.epoch() + self._faults.knobs.code_life_s
        self._open[code] = Authorization(app, identity, redirect_uri, dies_at)
        return code

    def present(self, code: str) -> Authorization | None:
        """Burn the code and say what it stood for; None when it is unknown, used or too old."""
        authorization = self._open.pop(code, None)
        if authorization is None or self._clock.epoch() >= authorization.dies_at:
            return None
        return authorization
