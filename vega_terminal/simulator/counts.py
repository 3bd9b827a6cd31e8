"""What the simulated broker received, so that tests can assert the wire."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vega_terminal.simulator.faults import Call
    from vega_terminal.simulator.population import Identity, Population, SimulatedApp


class Happening(StrEnum):
    """What is counted; the values are the field names of `Tally`."""

    DIALOG = "dialogs"
    SIGN_IN_PAGE = "sign_in_pages"
    SESSION_USED = "sessions_used"
    OTP_REQUEST = "otp_requests"
    OTP_REFUSED = "otp_requests_refused"
    OTP_RIGHT = "otps_right"
    OTP_WRONG = "otps_wrong"
    PIN_RIGHT = "pins_right"
    PIN_WRONG = "pins_wrong"
    STALL = "stalls"
    LOGIN = "logins"
    CODE = "codes"
    EXCHANGE = "exchanges"
    EXCHANGE_OK = "exchanges_ok"
    PROFILE = "profile_calls"
    APPROVAL = "approvals"
    WEBHOOK = "webhooks"
    WEBHOOK_OK = "webhooks_ok"


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each thing happened.

    Attributes:
        dialogs: authorization dialogs opened.
        sign_in_pages: sign-in pages shown.
        sessions_used: dialogs passed on a carried session, without a sign-in page.
        otp_requests, otp_requests_refused: presses of "Get OTP" or "Resend", and those that were refused.
        otps_right, otps_wrong, pins_right, pins_wrong: submissions.
        stalls: sign-ins that stood still under the silent throttle.
        logins: full sign-ins completed.
        codes: authorization codes sent to a redirect URI.
        exchanges, exchanges_ok: token calls, and those that gave a token.
        profile_calls: profile calls, whatever the answer.
        approvals: requests for an approval on the phone, whatever the answer.
        webhooks, webhooks_ok: messages sent to the notifier's address, and those that were answered 200.
    """

    dialogs: int = 0
    sign_in_pages: int = 0
    sessions_used: int = 0
    otp_requests: int = 0
    otp_requests_refused: int = 0
    otps_right: int = 0
    otps_wrong: int = 0
    pins_right: int = 0
    pins_wrong: int = 0
    stalls: int = 0
    logins: int = 0
    codes: int = 0
    exchanges: int = 0
    exchanges_ok: int = 0
    profile_calls: int = 0
    approvals: int = 0
    webhooks: int = 0
    webhooks_ok: int = 0

    @property
    def exchanges_failed(self) -> int:
        """Token calls that gave no token."""
        return self.exchanges - self.exchanges_ok


@dataclass(frozen=True, slots=True)
class Counts:
    """A snapshot: in total, by app name, by mobile number, and every call by name.

    Attributes:
        most_open_sign_ins: the most sign-ins that were ever open at the same time.
        browsers: how many came to the sign-in page; one that lost its cookies counts as another.
        browsers_at_once: how often one came back after another had come: two were at work in turns.
    """

    total: Tally
    by_app: Mapping[str, Tally]
    by_mobile: Mapping[str, Tally]
    calls: Mapping[str, int]
    most_open_sign_ins: int
    browsers: int
    browsers_at_once: int


class Counters:
    """Counts from the serving thread, read from any."""

    def __init__(self, population: Population) -> None:
        self._population = population
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Start again from zero."""
        with self._lock:
            self._total: Counter[str] = Counter()
            self._by_app: dict[str, Counter[str]] = {app.name: Counter() for app in self._population.apps}
            self._by_mobile: dict[str, Counter[str]] = {
                identity.mobile: Counter() for identity in self._population.identities
            }
            self._calls: Counter[str] = Counter()
            self._most_open = 0
            self._browsers: list[str] = []
            self._browsers_at_once = 0

    def note(self, happening: Happening, app: SimulatedApp | None, identity: Identity | None = None) -> None:
        """Count one thing that happened to an app and, where he is known, a customer."""
        with self._lock:
            self._total[happening] += 1
            if app is not None:
                self._by_app[app.name][happening] += 1
            if identity is not None:
                self._by_mobile[identity.mobile][happening] += 1

    def note_call(self, call: Call) -> None:
        """Count one request."""
        with self._lock:
            self._calls[call.value] += 1

    def note_open_sign_ins(self, number: int) -> None:
        """Remember the most sign-ins that were open at once."""
        with self._lock:
            self._most_open = max(self._most_open, number)

    def note_browser(self, browser: str) -> None:
        """Remember which browser asked for a sign-in page or pressed a button on one."""
        with self._lock:
            if browser in self._browsers[:-1]:
                self._browsers_at_once += 1
                self._browsers.remove(browser)
            if browser not in self._browsers:
                self._browsers.append(browser)

    def snapshot(self) -> Counts:
        """All counts at one instant."""
        with self._lock:
            return Counts(
                total=_tally(self._total),
                by_app={name: _tally(counter) for name, counter in self._by_app.items()},
                by_mobile={mobile: _tally(counter) for mobile, counter in self._by_mobile.items()},
                calls=dict(self._calls),
                most_open_sign_ins=self._most_open,
                browsers=len(self._browsers),
                browsers_at_once=self._browsers_at_once,
            )


def _tally(counter: Counter[str]) -> Tally:
    return Tally(**{item.name: counter[item.name] for item in fields(Tally)})
