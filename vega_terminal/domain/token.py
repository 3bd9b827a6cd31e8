"""Access tokens: what the broker issues, how long they live, and what is known about them."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from vega_terminal.domain.late_dataclass import late_dataclass
from vega_terminal.domain.secret import Secret

IST: Final = ZoneInfo("Asia/Kolkata")
DAILY_EXPIRY_IST: Final = time(3, 30)


class Verdict(StrEnum):
    """What is known about a slot's token (contract section 4). Only a clear refusal is INVALID."""

    VALID = "VALID"
    INVALID = "INVALID"
    EXPIRED = "EXPIRED"
    MISSING = "MISSING"
    UNKNOWN = "UNKNOWN"
    PENDING_PERSIST = "PENDING_PERSIST"


COUNTS_AS_GENERATED: Final = frozenset({Verdict.VALID, Verdict.UNKNOWN, Verdict.PENDING_PERSIST})
"""Verdicts of a slot that holds a token which is neither expired nor refused."""

NEEDS_LOGIN: Final = frozenset({Verdict.INVALID, Verdict.EXPIRED, Verdict.MISSING})
"""Verdicts that justify a sign-in. UNKNOWN is not among them: nobody logs in on a guess."""


def next_expiry(issued_at: datetime) -> datetime:
    """Return the next 03:30 IST strictly after `issued_at`, in UTC (broker docs: get-token).

    Args:
        issued_at: any zone-aware instant.

    Raises:
        ValueError: the instant carries no zone.
    """
    if issued_at.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    local = issued_at.astimezone(IST)
    candidate = datetime.combine(local.date(), DAILY_EXPIRY_IST, IST)
    if candidate <= local:
        candidate = datetime.combine(local.date() + timedelta(days=1), DAILY_EXPIRY_IST, IST)
    return candidate.astimezone(UTC)


def jwt_expiry(token: Secret) -> datetime | None:
    """Read the `exp` claim of a JWT-shaped token, in UTC; None for an opaque or unreadable one.

    The signature is the broker's business: the claim only cross-checks the 03:30 rule.
    """
    parts = token.reveal().split(".")
    if len(parts) != 3:
        return None
    padded = parts[1] + "=" * (-len(parts[1]) % 4)
    try:
        claims = json.loads(base64.urlsafe_b64decode(padded))
        return datetime.fromtimestamp(int(claims["exp"]), UTC)
    except (binascii.Error, ValueError, KeyError, TypeError, OverflowError, OSError, RecursionError):
        return None


@late_dataclass
class IssuedToken:
    """The broker's answer to an exchange, before anything is proven.

    Attributes:
        value: the `access_token`, never the `extended_token`.
        user_id: the broker's client code of whoever signed in.
        issued_at: when the answer arrived, UTC.
    """

    value: Secret
    user_id: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class AccessToken:
    """One token of one slot, with everything needed to judge it later.

    Attributes:
        slot: name of the slot it was issued for.
        client_id: API key it was issued to; a token of another app is not this slot's.
        value: the bearer token.
        user_id: the broker's client code (alphanumeric).
        issued_at: UTC.
        expires_at: UTC; the earlier of the 03:30 IST rule and the token's own `exp`.
        epoch: rising number of the login that made it; a lower one never replaces a higher one.
    """

    slot: str
    client_id: str
    value: Secret
    user_id: str
    issued_at: datetime
    expires_at: datetime
    epoch: int

    @classmethod
    def from_issue(cls, slot: str, client_id: str, issued: IssuedToken, epoch: int) -> AccessToken:
        """Bind an issued token to its slot and work out when it dies.

        A claim that lies before the issue is nonsense, or another clock's: the 03:30 rule stands then.
        """
        by_rule = next_expiry(issued.issued_at)
        claim = jwt_expiry(issued.value)
        by_claim = by_rule if claim is None or claim <= issued.issued_at else claim
        return cls(
            slot=slot,
            client_id=client_id,
            value=issued.value,
            user_id=issued.user_id,
            issued_at=issued.issued_at,
            expires_at=min(by_rule, by_claim),
            epoch=epoch,
        )

    def is_expired(self, now: datetime) -> bool:
        """Whether the token is dead by time alone at `now` (zone-aware)."""
        return now >= self.expires_at

    @property
    def claim_disagrees(self) -> bool:
        """Whether the token's own `exp` differs from the 03:30 IST rule: worth telling the operator."""
        claim = jwt_expiry(self.value)
        return claim is not None and claim != next_expiry(self.issued_at)
