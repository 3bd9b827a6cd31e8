"""Why something did not work: a closed set of kinds, each with a sentence that tells what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class FailureKind(StrEnum):
    """Every reason that a slot's row can carry. The value is what the JSON shows."""

    # proving a token
    TOKEN_REFUSED = "TOKEN_REFUSED"
    WRONG_TOKEN_KIND = "WRONG_TOKEN_KIND"
    WRONG_USER = "WRONG_USER"
    TIMEOUT = "TIMEOUT"
    NETWORK = "NETWORK"
    RATE_LIMITED = "RATE_LIMITED"
    SERVICE_HOURS = "SERVICE_HOURS"
    BROKER_DOWN = "BROKER_DOWN"
    NOT_JSON = "NOT_JSON"
    UNEXPECTED_ANSWER = "UNEXPECTED_ANSWER"
    # exchanging a code
    CREDENTIALS_REJECTED = "CREDENTIALS_REJECTED"
    APP_MISCONFIGURED = "APP_MISCONFIGURED"
    CODE_REFUSED = "CODE_REFUSED"
    ACCOUNT_INACTIVE = "ACCOUNT_INACTIVE"
    # on the login page
    STATE_MISMATCH = "STATE_MISMATCH"
    REDIRECT_ERROR = "REDIRECT_ERROR"
    OTP_NOT_SENT = "OTP_NOT_SENT"
    OTP_REJECTED = "OTP_REJECTED"
    OTP_MISSING = "OTP_MISSING"
    PIN_REJECTED = "PIN_REJECTED"
    MOBILE_REJECTED = "MOBILE_REJECTED"
    INPUT_MISSING = "INPUT_MISSING"
    SIGN_IN_STALLED = "SIGN_IN_STALLED"
    THROTTLED = "THROTTLED"
    CAPTCHA_UNSOLVED = "CAPTCHA_UNSOLVED"
    BLOCKED = "BLOCKED"
    MAINTENANCE = "MAINTENANCE"
    UNKNOWN_PAGE = "UNKNOWN_PAGE"
    # approving on the phone
    NOT_APPROVED = "NOT_APPROVED"
    NO_NOTIFIER = "NO_NOTIFIER"
    # around the run
    NO_BROWSER = "NO_BROWSER"
    BROWSER_CLOSED = "BROWSER_CLOSED"
    BROWSER_CRASHED = "BROWSER_CRASHED"
    CANCELLED = "CANCELLED"
    COOLDOWN = "COOLDOWN"
    SIGN_INS_SPENT = "SIGN_INS_SPENT"
    DECLINED = "DECLINED"
    LOGIN_BUSY = "LOGIN_BUSY"
    STORAGE = "STORAGE"
    DEFECT = "DEFECT"


FATAL: Final = frozenset(
    {
        FailureKind.CREDENTIALS_REJECTED,
        FailureKind.APP_MISCONFIGURED,
        FailureKind.OTP_REJECTED,
        FailureKind.PIN_REJECTED,
        FailureKind.MOBILE_REJECTED,
        FailureKind.NO_BROWSER,
        FailureKind.NO_NOTIFIER,
        FailureKind.STORAGE,
        FailureKind.DEFECT,
    }
)
"""Kinds after which a run that produced nothing ends with exit code 3 (contract section 1)."""

NEEDS_CORRECTION: Final = frozenset(
    {
        FailureKind.CREDENTIALS_REJECTED,
        FailureKind.APP_MISCONFIGURED,
        FailureKind.OTP_REJECTED,
        FailureKind.PIN_REJECTED,
        FailureKind.MOBILE_REJECTED,
    }
)
"""Kinds that come again, and closer to the broker's block, unless a person corrects something first."""

ENDS_SIGN_IN: Final = frozenset(
    {
        FailureKind.OTP_NOT_SENT,
        FailureKind.OTP_REJECTED,
        FailureKind.OTP_MISSING,
        FailureKind.PIN_REJECTED,
        FailureKind.MOBILE_REJECTED,
        FailureKind.INPUT_MISSING,
        FailureKind.SIGN_IN_STALLED,
        FailureKind.THROTTLED,
        FailureKind.RATE_LIMITED,
        FailureKind.BLOCKED,
        FailureKind.MAINTENANCE,
        FailureKind.UNKNOWN_PAGE,
        FailureKind.SIGN_INS_SPENT,
    }
)
"""Kinds that stop every further sign-in of the same identity in this run: nobody tries a second time."""

STARTS_COOLDOWN: Final = frozenset(
    {FailureKind.OTP_NOT_SENT, FailureKind.SIGN_IN_STALLED, FailureKind.THROTTLED, FailureKind.RATE_LIMITED}
)
"""Kinds that mean the broker throttles this identity (seed 3 section 10, seed 2 section 6)."""

ENDS_RUN: Final = frozenset(
    {
        FailureKind.NO_BROWSER,
        FailureKind.BROWSER_CLOSED,
        FailureKind.BROWSER_CRASHED,
        FailureKind.CANCELLED,
        FailureKind.STORAGE,
    }
)
"""Kinds after which no other slot can go on either."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure, ready to be shown.

    Attributes:
        kind: which of the closed set.
        message: what happened, what it means and what to do, in one or two sentences; never a secret.
        code: the broker's own error code such as UDAPI100050, if it gave one.
        retry_after: seconds the broker asked to wait, if it did.
    """

    kind: FailureKind
    message: str
    code: str | None = None
    retry_after: float | None = None

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]" if self.code else self.message
