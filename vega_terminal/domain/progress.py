"""How far things are, in the words that an operator reads."""

from __future__ import annotations

from enum import StrEnum


class LoginStep(StrEnum):
    """Where a slot's generation stands; the words an operator reads."""

    OPENING_BROWSER = "opening the browser"
    OPENING_DIALOG = "opening the authorization dialog"
    MOBILE = "entering the mobile number"
    WAITING_MOBILE = "waiting for the mobile number in the browser"
    WAITING_OTP_PAGE = "waiting for the OTP page"
    OTP = "entering the OTP"
    WAITING_OTP = "waiting for the OTP"
    WAITING_PIN_PAGE = "waiting for the PIN page"
    PIN = "entering the PIN"
    WAITING_PIN = "waiting for the PIN in the browser"
    CONSENT = "waiting for consent in the browser"
    CAPTCHA = "waiting for a person to solve the CAPTCHA"
    WAITING_REDIRECT = "waiting for the broker's redirect"
    ASKING_APPROVAL = "asking for an approval on the phone"
    WAITING_APPROVAL = "waiting for the approval on the phone"
    EXCHANGING = "exchanging the code"
    PROVING = "asking the broker for the profile"
    STORING = "saving the token"


class DatabaseState(StrEnum):
    """How the database does (contract section 4)."""

    OK = "OK"
    LOCKED = "LOCKED"
    RECOVERING = "RECOVERING"
    UNAVAILABLE = "UNAVAILABLE"
