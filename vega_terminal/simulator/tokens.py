"""Access tokens: HS256 JWTs that any process of the simulator recognises, and those that died early."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from vega_terminal.simulator.schedule import token_death_after

if TYPE_CHECKING:
    from datetime import datetime

    from vega_terminal.simulator.clock import SimulatedClock
    from vega_terminal.simulator.population import Identity, Population, SimulatedApp

_SIGNING_KEY = hashlib.sha256(b"simulated broker/signing key").digest()
_HEADER: dict[str, object] = {"typ": "JWT", "key_id": "sk_v1.0", "alg": "HS256"}
_ISSUER = "udapi-gateway-service"
_TAG_LENGTH = 12
_EXTENDED_LIFE = timedelta(days=365)


class TokenKind(StrEnum):
    """What a token may be used for."""

    ACCESS = "access"
    EXTENDED = "extended"


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who presents a live token."""

    app: SimulatedApp
    identity: Identity
    kind: TokenKind
    token_id: str


class TokenMint:
    """Issues tokens and judges those that come back.

    The judgement needs no memory (signature, `exp`, app and user known), so tokens outlive a restart.
    Memory holds only what died early: logged out, or cut off with all older tokens of its app.
    """

    def __init__(self, population: Population, clock: SimulatedClock) -> None:
        self._population = population
        self._clock = clock
        self._logged_out: set[str] = set()
        self._survivors: dict[str, set[str]] = {}

    def issue(
        self,
        app: SimulatedApp,
        identity: Identity,
        kind: TokenKind = TokenKind.ACCESS,
        *,
        at: datetime | None = None,
    ) -> str:
        """A signed token; an access token dies at the next 03:30 IST, an extended one after a year.

        It is as if it had been made `at` some instant (zone-aware); now without one.
        """
        now = at or self._clock.now()
        token_id = app.tag + secrets.token_hex(10)
        death = token_death_after(now + _EXTENDED_LIFE if kind is TokenKind.EXTENDED else now)
        claims: dict[str, object] = {
            "sub": identity.user_id,
            "jti": token_id,
            "isMultiClient": False,
            "isPlusPlan": False,
            "iat": int(now.timestamp()),
            "iss": _ISSUER,
            "exp": int(death.timestamp()),
        }
        if kind is TokenKind.EXTENDED:
            claims["isExtended"] = True
        if app.name in self._survivors:
            self._survivors[app.name].add(token_id)
        return _sign(claims)

    def judge(self, token: str) -> Bearer | None:
        """Whose token this is; None when it is forged, foreign, expired or revoked."""
        claims = _read(token)
        if claims is None or not isinstance(expiry := claims.get("exp"), int):
            return None
        token_id = str(claims.get("jti"))
        app = self._population.by_tag.get(token_id[:_TAG_LENGTH])
        identity = self._population.by_user_id.get(str(claims.get("sub")))
        if (
            app is None
            or identity is None
            or self._clock.epoch() >= expiry
            or self._died_early(app, token_id)
        ):
            return None
        kind = TokenKind.EXTENDED if claims.get("isExtended") else TokenKind.ACCESS
        return Bearer(app, identity, kind, token_id)

    def app_of(self, token: str) -> SimulatedApp | None:
        """The app that this token was made for, dead or alive; None when it is not ours."""
        claims = _read(token)
        return self._population.by_tag.get(str(claims.get("jti"))[:_TAG_LENGTH]) if claims else None

    def log_out(self, token_id: str) -> None:
        """Kill one token."""
        self._logged_out.add(token_id)

    def cut_off(self, app: SimulatedApp) -> None:
        """Kill every token that this app was given so far, also by an earlier process."""
        self._survivors[app.name] = set()

    def _died_early(self, app: SimulatedApp, token_id: str) -> bool:
        survivors = self._survivors.get(app.name)
        return token_id in self._logged_out or (survivors is not None and token_id not in survivors)


def _sign(claims: dict[str, object]) -> str:
    signed = f"{_pack(_HEADER)}.{_pack(claims)}"
    return f"{signed}.{_signature(signed)}"


def _signature(signed: str) -> str:
    digest = hmac.new(_SIGNING_KEY, signed.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _pack(part: dict[str, object]) -> str:
    text = json.dumps(part, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _read(token: str) -> dict[str, object] | None:
    signed, _, signature = token.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(signed).encode()):
        return None
    payload = signed.partition(".")[2]
    try:
        return cast(
            "dict[str, object]", json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        )
    except (ValueError, binascii.Error):
        return None
