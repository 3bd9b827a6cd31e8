"""Names that others use of the simulated broker, without anything of the broker itself."""

from __future__ import annotations

from enum import StrEnum

DEFAULT_APPS = ("PRIMARY", "WEBSOCKET1", "WEBSOCKET2", "WEBSOCKET3", "OPTIONCHAIN1", "OPTIONCHAIN2")


class Scenario(StrEnum):
    """The situations that the simulated broker can be started in."""

    HAPPY = "happy"
    CAPTCHA = "captcha"
    CAPTCHA_ALL = "captcha-all"
    LATE_CAPTCHA = "late-captcha"
    WRONG_PIN = "wrong-pin"
    WRONG_OTP = "wrong-otp"
    SMS_OTP = "sms-otp"
    THROTTLED = "throttled"
    ONE_REFUSED = "one-refused"
    BROKER_SLOW = "broker-slow"
    BROKER_DOWN = "broker-down"
    BLOCKED = "blocked"
    NIGHT = "night"
    NO_SESSION = "no-session"
    TWO_IDENTITIES = "two-identities"
    PHONE = "phone"
