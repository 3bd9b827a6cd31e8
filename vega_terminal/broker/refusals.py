"""The broker's error codes: what each means and what to do about it (broker docs; codes seen on the wire)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from vega_terminal.domain.failure import FailureKind as Kind


@dataclass(frozen=True, slots=True)
class Refusal:
    """One way in which the broker says no.

    Attributes:
        kind: what it is for the rest of the product.
        sentence: what happened, what it means, what to do.
        only_at: HTTP status without which the code is not believed; None for any.
    """

    kind: Kind
    sentence: str
    only_at: int | None = None


RATE_LIMITED: Final = Refusal(
    Kind.RATE_LIMITED,
    "The broker gets too many calls of this user and asks to slow down; the token is not affected. "
    "Wait a little, then try again.",
)
SERVICE_HOURS: Final = Refusal(
    Kind.SERVICE_HOURS,
    "The broker keeps this service closed from 00:00 to 05:30 IST; the token is not affected. "
    "Try again after 05:30 IST.",
)
BROKER_DOWN: Final = Refusal(
    Kind.BROKER_DOWN,
    "The broker has a fault on its side; nothing is known about the token. Try again in a few minutes.",
)

_EVERYWHERE: Final[Mapping[str, Refusal]] = {
    "UDAPI10005": RATE_LIMITED,
    "UDAPI100099": Refusal(
        Kind.RATE_LIMITED,
        "The broker has given out too many tokens in a short time and asks for a pause. "
        "Wait for the cooldown, then generate this slot again.",
    ),
    "UDAPI100072": SERVICE_HOURS,
    "UDAPI100074": SERVICE_HOURS,
    "UDAPI100500": BROKER_DOWN,
    "UDAPI100058": Refusal(
        Kind.ACCOUNT_INACTIVE,
        "The account has no active segment, so the broker gives no access. "
        "Reactivate it in the Upstox app or on its website, then generate this slot again.",
    ),
    "UDAPI100073": Refusal(
        Kind.APP_MISCONFIGURED,
        "The broker keeps this API app inactive; it may allow one active app per user. "
        "Look in the broker's Developer Apps and take inactive slots out of UPSTOX_API_NAMES.",
    ),
    "UDAPI1154": Refusal(
        Kind.APP_MISCONFIGURED,
        "This machine's internet address is not registered for the API app. "
        "Register the static IP in the broker's Developer Apps; that ends the present tokens.",
    ),
}

_NO_SUCH_INSTRUMENT: Final = Refusal(
    Kind.UNEXPECTED_ANSWER,
    "The broker does not know an instrument that it was asked for; contracts end with their expiry. "
    "Look the key up in the broker's instrument list and type it again.",
)

WITH_TOKEN: Final[Mapping[str, Refusal]] = MappingProxyType(
    {
        **_EVERYWHERE,
        "UDAPI100050": Refusal(
            Kind.TOKEN_REFUSED,
            "The broker refused the token: it has expired or was withdrawn. Generate this slot again.",
            only_at=401,
        ),
        "UDAPI100067": Refusal(
            Kind.WRONG_TOKEN_KIND,
            "The broker does not take this kind of token here: it is an extended or analytics token, "
            "not the daily access token. Generate this slot again.",
        ),
        "UDAPI1221": Refusal(
            Kind.WRONG_TOKEN_KIND,
            "The broker takes this token only from a registered internet address: it is an analytics token, "
            "not the daily access token. Generate this slot again.",
        ),
        "UDAPI1021": _NO_SUCH_INSTRUMENT,
        "UDAPI1087": _NO_SUCH_INSTRUMENT,
        "UDAPI100011": _NO_SUCH_INSTRUMENT,
    }
)
"""For calls that carry a token."""

_CREDENTIALS: Final = Refusal(
    Kind.CREDENTIALS_REJECTED,
    "The broker does not accept this slot's client id and secret. Compare its UPSTOX_CLIENT_ID_... and "
    "UPSTOX_CLIENT_SECRET_... with the app in the broker's Developer Apps.",
)
_REDIRECT: Final = Refusal(
    Kind.APP_MISCONFIGURED,
    "The client id and the redirect URI do not belong together for the broker. Set UPSTOX_REDIRECT_URI "
    "character for character as registered in the broker's Developer Apps.",
)
_SETTING_MISSING: Final = Refusal(
    Kind.APP_MISCONFIGURED,
    "The broker got an empty client id, secret or redirect URI. Fill in this slot's UPSTOX_CLIENT_ID_..., "
    "UPSTOX_CLIENT_SECRET_... and UPSTOX_REDIRECT_URI.",
)

WITH_CODE: Final[Mapping[str, Refusal]] = MappingProxyType(
    {
        **_EVERYWHERE,
        "UDAPI100057": Refusal(
            Kind.CODE_REFUSED,
            "The broker refused the authorization code: it was too old or already used. "
            "Generate this slot again; a code is never sent twice.",
        ),
        "UDAPI100016": _CREDENTIALS,
        "UDAPI100069": _CREDENTIALS,
        "UDAPI100068": _REDIRECT,
        "UDAPI100070": _REDIRECT,
        "UDAPI1017": _SETTING_MISSING,
        "UDAPI1018": _SETTING_MISSING,
        "UDAPI1024": _SETTING_MISSING,
    }
)
"""For the exchange of an authorization code."""
