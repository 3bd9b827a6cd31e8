"""One-time passwords from an authenticator's seed (RFC 6238), each time-step used at most once."""

from __future__ import annotations

import pyotp

from vega_terminal.clock import Clock
from vega_terminal.domain.secret import Secret
from vega_terminal.engine.ports import SignInLedger

STEP_SECONDS = 30
SAFE_REMAINDER_SECONDS = 3.0
"""An OTP about to end could be refused on arrival, and a refused OTP is never tried again."""


class TotpSource:
    """Computes the OTP of an identity's next unused time-step."""

    def __init__(self, ledger: SignInLedger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    async def next(self, identity: str, seed: Secret) -> Secret:
        """Wait for a time-step that was never used, claim it, and return its six digits."""
        while True:
            step, remainder = self._position()
            if remainder >= SAFE_REMAINDER_SECONDS and await self._ledger.claim_otp_step(identity, step):
                digits = pyotp.TOTP(seed.reveal()).at(step * STEP_SECONDS)
                return Secret(digits)
            await self._clock.sleep(remainder)

    def _position(self) -> tuple[int, float]:
        now = self._clock.now().timestamp()
        step = int(now // STEP_SECONDS)
        return step, (step + 1) * STEP_SECONDS - now
