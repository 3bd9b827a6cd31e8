"""The rules about OTPs: how often one may be asked for, and which ones are accepted."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vega_terminal.simulator import totp

if TYPE_CHECKING:
    from vega_terminal.simulator.clock import SimulatedClock
    from vega_terminal.simulator.faults import FaultBoard
    from vega_terminal.simulator.population import Identity

_RENEWED_SECRET = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"


@dataclass(slots=True)
class _Phone:
    """What one customer asked for and used."""

    asked_at: list[float] = field(default_factory=list)
    sms: str | None = None
    last_step: int = -1


class OneTimePasswords:
    """SMS codes are sent on request and used once; a TOTP is accepted once per time step."""

    def __init__(self, clock: SimulatedClock, faults: FaultBoard) -> None:
        self._clock = clock
        self._faults = faults
        self._phones: dict[str, _Phone] = {}

    def send(self, identity: Identity) -> str | None:
        """Send an SMS; None when the customer asked too often."""
        knobs, phone, now = self._faults.knobs, self._phone(identity), self._clock.epoch()
        phone.asked_at = [at for at in phone.asked_at if now - at < knobs.otp_window_s]
        if knobs.otp_limit and len(phone.asked_at) >= knobs.otp_limit:
            return None
        phone.asked_at.append(now)
        phone.sms = knobs.sms_otp or f"{secrets.randbelow(10**6):06d}"
        return phone.sms

    def last_sms(self, identity: Identity) -> str | None:
        """The OTP of the last SMS that was not used yet."""
        return self._phone(identity).sms

    def accept(self, identity: Identity, otp: str) -> bool:
        """Whether `otp` is right; a right one is used up."""
        phone = self._phone(identity)
        if phone.sms is not None and hmac.compare_digest(phone.sms.encode(), otp.encode()):
            phone.sms = None
            return True
        return self._accept_totp(identity, phone, otp)

    def _accept_totp(self, identity: Identity, phone: _Phone, otp: str) -> bool:
        knobs = self._faults.knobs
        secret = _RENEWED_SECRET if knobs.totp_reenrolled else identity.totp_secret
        newest = totp.step_at(self._clock.epoch() if knobs.totp_follows_jumps else self._clock.host_epoch())
        oldest_fresh = max(newest - knobs.totp_grace_steps, phone.last_step + 1)
        for step in range(oldest_fresh, newest + 1):
            if hmac.compare_digest(totp.code_of(secret, step).encode(), otp.encode()):
                phone.last_step = step
                return True
        return False

    def _phone(self, identity: Identity) -> _Phone:
        return self._phones.setdefault(identity.user_id, _Phone())
