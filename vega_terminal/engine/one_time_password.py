"""One-time passwords from an authenticator's seed (RFC 6238), each time-step used at most once."""

from __future__ import annotations

import base64
import hmac
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import SignInError
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.secret import Secret
from vega_terminal.engine.ports import SignInLedger

STEP_SECONDS = 30
SAFE_REMAINDER_SECONDS = 3.0
"""An OTP about to end could be refused on arrival, and a refused OTP is never tried again."""
_TOLERATED_STEPS: Final = 2
"""How far clocks of one machine's processes may disagree about the present step."""
_DIGITS: Final = 6


def password_of(seed: Secret, step: int) -> Secret:
    """The six digits of a time-step (RFC 4226 section 5.3 with the step as the counter).

    Args:
        seed: base32 of any length; many authenticators still give 80 bits.
        step: number of 30-second steps since the epoch.

    Raises:
        ValueError: the seed is no base32.
    """
    text = seed.reveal()
    key = base64.b32decode(text + "=" * (-len(text) % 8), casefold=True)
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return Secret(f"{number % 10**_DIGITS:0{_DIGITS}d}")


class TotpSource:
    """Computes the OTP of an identity's next unused time-step."""

    def __init__(self, ledger: SignInLedger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    async def next(self, identity: str, seed: Secret) -> Secret:
        """Wait for a time-step that was never used, claim it, and return its six digits.

        Raises:
            SignInError: the used steps lie in the future, so that the wait would have no sensible end.
        """
        while True:
            step, remainder = self._position()
            if remainder >= SAFE_REMAINDER_SECONDS:
                if await self._ledger.claim_otp_step(identity, step):
                    return password_of(seed, step)
                await self._refuse_if_set_back(identity, step)
            await self._clock.sleep(remainder)

    async def _refuse_if_set_back(self, identity: str, step: int) -> None:
        used = (await self._ledger.sign_in_record(identity)).last_otp_step
        if used is not None and used > step + _TOLERATED_STEPS:
            raise SignInError(
                Failure(
                    FailureKind.OTP_MISSING,
                    "This machine's clock was set back: the authenticator's OTPs of this time count as used."
                    " Nothing was submitted. Correct the clock, or leave UPSTOX_TOTP_SECRET out for a while"
                    " and type the OTP.",
                )
            )

    def _position(self) -> tuple[int, float]:
        now = self._clock.now().timestamp()
        step = int(now // STEP_SECONDS)
        return step, (step + 1) * STEP_SECONDS - now
