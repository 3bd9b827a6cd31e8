"""Faults on demand: what goes wrong, at which call, for which app, how often."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from vega_terminal.simulator.knobs import Knobs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Call(StrEnum):
    """What a client or a browser may ask of the broker."""

    ANY = "any"
    DIALOG = "dialog"
    LOGIN_PAGE = "login_page"
    OTP_REQUEST = "otp_request"
    OTP_SUBMIT = "otp_submit"
    PIN_SUBMIT = "pin_submit"
    PAGE_LEFT = "page_left"
    CHALLENGE = "challenge"
    REDIRECT = "redirect"
    TOKEN = "token"
    APPROVAL = "approval"
    LOGOUT = "logout"
    PROFILE = "profile"
    USER_IP = "user_ip"
    FUNDS = "funds"
    POSITIONS = "positions"
    HOLDINGS = "holdings"
    ORDERS = "orders"
    QUOTES = "quotes"
    OPTIONS = "options"
    CANDLES = "candles"
    MARKET = "market"
    CALENDAR = "calendar"


class FaultKind(StrEnum):
    """The ways in which a call goes wrong."""

    SLOW_HEADERS = "slow_headers"
    SLOW_BODY = "slow_body"
    HANG = "hang"
    RESET = "reset"
    TRUNCATED = "truncated"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    SERVICE_HOURS = "service_hours"
    TOO_MANY_REQUESTS = "too_many_requests"
    SERVER_ERROR = "server_error"
    ERROR = "error"
    ERROR_IN_200 = "error_in_200"
    HTML_IN_200 = "html_in_200"
    BAD_GATEWAY_PAGE = "bad_gateway_page"
    BLOCK_PAGE = "block_page"
    THROTTLE_PAGE = "throttle_page"
    MAINTENANCE_PAGE = "maintenance_page"
    UNKNOWN_PAGE = "unknown_page"
    WRONG_USER_ID = "wrong_user_id"
    EMPTY_ACCESS_TOKEN = "empty_access_token"
    NOT_A_JWT = "not_a_jwt"
    STATE_DROPPED = "state_dropped"
    STATE_ALTERED = "state_altered"
    EMPTY_LOCATION = "empty_location"
    REDIRECT_ERROR_CODE = "redirect_error_code"
    REDIRECT_STANDARD_ERROR = "redirect_standard_error"


_HOUSEKEEPING = frozenset({Call.PAGE_LEFT, Call.CHALLENGE})  # the page asks for these by itself

_ONLY_AT: Mapping[FaultKind, frozenset[Call]] = MappingProxyType(
    {
        FaultKind.WRONG_USER_ID: frozenset({Call.PROFILE, Call.TOKEN}),
        FaultKind.EMPTY_ACCESS_TOKEN: frozenset({Call.TOKEN}),
        FaultKind.NOT_A_JWT: frozenset({Call.TOKEN}),
        FaultKind.STATE_DROPPED: frozenset({Call.REDIRECT}),
        FaultKind.STATE_ALTERED: frozenset({Call.REDIRECT}),
        FaultKind.EMPTY_LOCATION: frozenset({Call.DIALOG}),
        FaultKind.REDIRECT_ERROR_CODE: frozenset({Call.DIALOG, Call.REDIRECT}),
        FaultKind.REDIRECT_STANDARD_ERROR: frozenset({Call.DIALOG, Call.REDIRECT}),
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to go wrong.

    Attributes:
        kind: what goes wrong.
        call: at which call; ANY for all but those that the page makes by itself.
        app: the app's name; None for all apps and for calls that no app is known of.
        times: how often before it is over; None for as long as it is set.
        delay_ms: of the two slow kinds, in milliseconds.
        status, code, message: HTTP status, broker code and text, where the kind's own do not fit.
        retry_after_s: seconds in a `Retry-After` header; None for no header, like the real broker.
    """

    kind: FaultKind
    call: Call = Call.ANY
    app: str | None = None
    times: int | None = None
    delay_ms: int = 0
    status: int | None = None
    code: str | None = None
    message: str | None = None
    retry_after_s: int | None = None

    def __post_init__(self) -> None:
        allowed = _ONLY_AT.get(self.kind)
        if allowed is not None and self.call not in allowed:
            raise ValueError(
                f"{self.kind} can only happen at {', '.join(sorted(allowed))}, not at {self.call}"
            )
        if self.kind is FaultKind.ERROR and (self.status is None or self.code is None):
            raise ValueError("an error fault needs a status and a code, such as 400 and UDAPI100073")
        if self.times is not None and self.times < 1:
            raise ValueError(f"a fault that happens {self.times} times never happens; leave it out")

    def fits(self, call: Call, app: str | None) -> bool:
        """Whether this fault strikes that call of that app."""
        here = self.call is call or (self.call is Call.ANY and call not in _HOUSEKEEPING)
        return here and self.app in (None, app)


class FaultBoard:
    """The knobs and the pending faults; may be changed from any thread while the broker serves."""

    def __init__(self, knobs: Knobs | None = None, faults: Sequence[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._first_knobs = knobs or Knobs()
        self._first_faults = tuple(faults)
        self._knobs = self._first_knobs
        self._pending: list[tuple[Fault, int | None]] = []
        self.reset()

    @property
    def knobs(self) -> Knobs:
        """The settings as they are now."""
        return self._knobs

    def change(self, **values: object) -> None:
        """Change knobs by name; enum members and their plain values are both taken.

        Raises:
            ValueError: a knob is unknown or its value is not of its type.
        """
        with self._lock:
            self._knobs = self._knobs.changed(values)

    def add(self, *faults: Fault) -> None:
        """Let these go wrong from now on. Where several fit a call, the oldest strikes."""
        with self._lock:
            self._pending += [(fault, fault.times) for fault in faults]

    def clear(self) -> None:
        """Nothing goes wrong any more; knobs stay."""
        with self._lock:
            self._pending.clear()

    def reset(self) -> None:
        """Back to the scenario's knobs and faults."""
        with self._lock:
            self._knobs = self._first_knobs
            self._pending = [(fault, fault.times) for fault in self._first_faults]

    def pending(self) -> tuple[Fault, ...]:
        """What can still go wrong."""
        with self._lock:
            return tuple(fault for fault, _ in self._pending)

    def take(self, call: Call, app: str | None) -> Fault | None:
        """The fault that strikes this call, used up by one; None when all goes well."""
        with self._lock:
            for place, (fault, left) in enumerate(self._pending):
                if fault.fits(call, app):
                    self._use_up(place, fault, left)
                    return fault
        return None

    def _use_up(self, place: int, fault: Fault, left: int | None) -> None:
        if left == 1:
            del self._pending[place]
        elif left is not None:
            self._pending[place] = (fault, left - 1)
