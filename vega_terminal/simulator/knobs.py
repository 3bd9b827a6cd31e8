"""How the simulated broker behaves where the real one's behaviour varies or is unknown."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import cast


class Turnstile(StrEnum):
    """Cloudflare's "Verify you are human" on the sign-in page."""

    OFF = "off"
    ON = "on"
    LATE = "late"


class ThrottleStep(StrEnum):
    """The step at which a second sign-in that comes too early stands still without a word."""

    OFF = "off"
    OTP = "otp"
    PIN = "pin"


class NightWindow(StrEnum):
    """Whether funds and the order book answer 423: by the simulated clock, always, or never."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class PhoneAct(StrEnum):
    """What happens on a phone that shows a request, or in the broker's name at the notifier's address."""

    APPROVE = "approve"
    LATE = "late"
    DUPLICATE = "duplicate"
    REJECT = "reject"
    SILENCE = "silence"
    REPLAY = "replay"
    FORGE = "forge"
    WRONG_USER = "wrong-user"
    WRONG_CLIENT = "wrong-client"
    MALFORMED = "malformed"


class Casing(StrEnum):
    """Field names of the error envelope."""

    BOTH = "both"
    SNAKE = "snake"
    CAMEL = "camel"


class DialogErrorStyle(StrEnum):
    """How the dialog refuses a wrong client or redirect URI."""

    JSON = "json"
    ERROR_CODE = "error_code"
    STANDARD = "standard"


class Alert(StrEnum):
    """Occasions on which the sign-in page shows a `role=alert`."""

    UNKNOWN_MOBILE = "unknown_mobile"
    UNSOLVED = "unsolved"
    OTP_LIMIT = "otp_limit"
    WRONG_OTP = "wrong_otp"
    WRONG_PIN = "wrong_pin"
    BLOCKED = "blocked"
    STALE = "stale"


ALERT_TEXTS: Mapping[Alert, str] = MappingProxyType(
    {
        Alert.UNKNOWN_MOBILE: "This mobile number is not registered with us.",
        Alert.UNSOLVED: "Please verify that you are human.",
        Alert.OTP_LIMIT: "You have requested too many OTPs. Please try again later.",
        Alert.WRONG_OTP: "The OTP entered is incorrect.",
        Alert.WRONG_PIN: "The PIN entered is incorrect.",
        Alert.BLOCKED: "Your account is blocked. Reset your PIN to continue.",
        Alert.STALE: "Your session has expired. Please start again.",
    }
)


@dataclass(frozen=True, slots=True)
class Knobs:
    """Settings of the simulated broker; every field can be changed while it runs.

    Attributes:
        overlay_ms: how long each new step of the page is covered and swallows clicks.
        turnstile: the challenge for apps that `turnstile_by_app` does not name.
        turnstile_late_ms: how long after loading a late challenge appears.
        session_carried: whether a signed-in browser passes the next dialog of the same customer.
        totp_reenrolled: the customer's authenticator was renewed, so the known secret is worth nothing.
        totp_grace_steps: how many past time steps are still accepted.
        totp_follows_jumps: whether jumps of the simulated clock move the authenticator, too.
        pin_changed: the customer's PIN is another one than he believes.
        sms_otp: the OTP that every SMS holds; empty for random ones.
        sms_box: show the SMS on the page, as the trader's phone would.
        otp_limit: OTP requests allowed per `otp_window_s`; 0 for any number.
        pin_attempts: wrong PINs that block the account.
        throttle_step, throttle_s: where and how long after a success another sign-in stands still.
        code_life_s: life of an authorization code.
        bad_code_status: HTTP status of UDAPI100057; 400 and 401 were both seen.
        strict_response_type: the dialog insists on `response_type=code`.
        second_login_kills_first: a new token of an app kills its older ones.
        rate_limit_per_s: calls a second and customer before 429; 0 for any number.
        date_skew_s: error of the `Date` header.
        phone: what happens after a request, one act after the other, such as `forge,replay,approve`.
        phone_by_app: the same for single apps.
        phone_after_ms: before each act.
        phone_late_ms: how much later a late approval comes.
        alerts: texts of the page's alerts, where they differ from `ALERT_TEXTS`.
    """

    overlay_ms: int = 200
    turnstile: Turnstile = Turnstile.OFF
    turnstile_by_app: Mapping[str, Turnstile] = field(default_factory=dict)
    turnstile_late_ms: int = 600
    session_carried: bool = True
    totp_reenrolled: bool = False
    totp_grace_steps: int = 1
    totp_follows_jumps: bool = False
    pin_changed: bool = False
    sms_otp: str = ""
    sms_box: bool = False
    otp_limit: int = 2
    otp_window_s: int = 600
    pin_attempts: int = 5
    throttle_step: ThrottleStep = ThrottleStep.OFF
    throttle_s: int = 660
    code_life_s: int = 120
    bad_code_status: int = 401
    dialog_error_style: DialogErrorStyle = DialogErrorStyle.JSON
    strict_response_type: bool = False
    error_casing: Casing = Casing.BOTH
    night_window: NightWindow = NightWindow.AUTO
    second_login_kills_first: bool = False
    rate_limit_per_s: int = 0
    date_skew_s: int = 0
    phone: str = PhoneAct.APPROVE.value
    phone_by_app: Mapping[str, str] = field(default_factory=dict)
    phone_after_ms: int = 1000
    phone_late_ms: int = 60_000
    alerts: Mapping[Alert, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse acts that nobody knows, with a ValueError."""
        for acts in (self.phone, *self.phone_by_app.values()):
            _acts(acts)

    def phone_acts(self, app_name: str) -> tuple[PhoneAct, ...]:
        """What happens after this app's request, in order."""
        return _acts(self.phone_by_app.get(app_name, self.phone))

    def turnstile_for(self, app_name: str) -> Turnstile:
        """The challenge that this app's sign-in page shows."""
        return self.turnstile_by_app.get(app_name, self.turnstile)

    def alert_text(self, alert: Alert) -> str:
        """What the page says on this occasion."""
        return self.alerts.get(alert, ALERT_TEXTS[alert])

    def changed(self, values: Mapping[str, object]) -> Knobs:
        """A copy with other values; plain JSON values are turned into the closed sets.

        Raises:
            ValueError: a knob is unknown or its value is not of its type.
        """
        types = typing.get_type_hints(type(self))
        unknown = sorted(set(values) - set(types))
        if unknown:
            raise ValueError(f"no such knob: {', '.join(unknown)}; known are {', '.join(types)}")
        typed = {name: _typed(name, types[name], value) for name, value in values.items()}
        return dataclasses.replace(self, **cast("dict[str, typing.Any]", typed))


def _acts(text: str) -> tuple[PhoneAct, ...]:
    members = [_member("phone", PhoneAct, word.strip()) for word in text.split(",")]
    return cast("tuple[PhoneAct, ...]", tuple(members))


def _typed(name: str, wanted: object, value: object) -> object:
    if typing.get_origin(wanted) is not None:
        key_type, value_type = typing.get_args(wanted)
        if not isinstance(value, Mapping):
            raise ValueError(f"knob {name} takes a mapping, not {value!r}")
        return {_typed(name, key_type, k): _typed(name, value_type, v) for k, v in value.items()}
    kind = cast("type", wanted)
    if issubclass(kind, StrEnum):
        return _member(name, kind, value)
    if type(value) is not kind:
        raise ValueError(f"knob {name} takes {kind.__name__}, not {value!r}")
    return value


def _member(name: str, kind: type[StrEnum], value: object) -> StrEnum:
    try:
        return kind(str(value))
    except ValueError:
        raise ValueError(f"knob {name} takes one of {', '.join(kind)}, not {value!r}") from None
