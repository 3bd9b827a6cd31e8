"""Named situations, for the command line and for tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from vega_terminal.simulator.faults import Call, Fault, FaultKind
from vega_terminal.simulator.knobs import Knobs, NightWindow, ThrottleStep, Turnstile
from vega_terminal.simulator.names import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class ScenarioPlan:
    """How a scenario starts.

    Attributes:
        identities: customers that the apps are dealt to, unless the caller says otherwise.
        dead_tokens: apps whose tokens of earlier processes are refused.
        gives_totp_secret: whether the environment for the client holds the TOTP secret.
        on_phone: whether that environment says that tokens are approved on the phone.
    """

    description: str
    knobs: Knobs = field(default_factory=Knobs)
    faults: tuple[Fault, ...] = ()
    identities: int = 1
    dead_tokens: frozenset[str] = frozenset()
    gives_totp_secret: bool = True
    on_phone: bool = False


PLANS: Mapping[Scenario, ScenarioPlan] = MappingProxyType(
    {
        Scenario.HAPPY: ScenarioPlan(
            "one sign-in serves every app; nothing goes wrong; funds and orders are open at night, too",
            Knobs(night_window=NightWindow.OFF),
        ),
        Scenario.CAPTCHA: ScenarioPlan(
            "WEBSOCKET2 always gets a sign-in page with a CAPTCHA, the others none",
            Knobs(turnstile_by_app={"WEBSOCKET2": Turnstile.ON}),
        ),
        Scenario.CAPTCHA_ALL: ScenarioPlan(
            "every sign-in page shows a CAPTCHA; a carried session still needs no page",
            Knobs(turnstile=Turnstile.ON),
        ),
        Scenario.LATE_CAPTCHA: ScenarioPlan(
            "a CAPTCHA appears shortly after the sign-in page has loaded", Knobs(turnstile=Turnstile.LATE)
        ),
        Scenario.WRONG_PIN: ScenarioPlan(
            "the account's PIN is another one than the settings say", Knobs(pin_changed=True)
        ),
        Scenario.WRONG_OTP: ScenarioPlan(
            "the authenticator was renewed: passwords from the settings' secret are refused",
            Knobs(totp_reenrolled=True),
        ),
        Scenario.SMS_OTP: ScenarioPlan(
            "no TOTP secret in the settings; the sign-in page shows the SMS with the OTP",
            Knobs(sms_box=True),
            gives_totp_secret=False,
        ),
        Scenario.THROTTLED: ScenarioPlan(
            "every app needs its own sign-in, and after the first one the next stand still for 660 s",
            Knobs(session_carried=False, throttle_step=ThrottleStep.PIN),
        ),
        Scenario.ONE_REFUSED: ScenarioPlan(
            "OPTIONCHAIN1's token from an earlier run is refused; new ones are fine",
            dead_tokens=frozenset({"OPTIONCHAIN1"}),
        ),
        Scenario.BROKER_SLOW: ScenarioPlan(
            "every answer takes 1.2 s", faults=(Fault(FaultKind.SLOW_HEADERS, delay_ms=1200),)
        ),
        Scenario.BROKER_DOWN: ScenarioPlan(
            "every answer is 503", faults=(Fault(FaultKind.SERVER_ERROR, status=503),)
        ),
        Scenario.BLOCKED: ScenarioPlan(
            "the sign-in page is an HTML block page (403)",
            faults=(Fault(FaultKind.BLOCK_PAGE, Call.LOGIN_PAGE),),
        ),
        Scenario.NIGHT: ScenarioPlan(
            "funds and the order book are closed for the night (423)", Knobs(night_window=NightWindow.ON)
        ),
        Scenario.NO_SESSION: ScenarioPlan(
            "every app needs its own sign-in; nothing is throttled", Knobs(session_carried=False, otp_limit=0)
        ),
        Scenario.TWO_IDENTITIES: ScenarioPlan("the apps belong to two customers in turn", identities=2),
        Scenario.PHONE: ScenarioPlan(
            "no sign-in page: every token is approved on a phone, a second after it was asked for",
            on_phone=True,
        ),
    }
)


def describe() -> tuple[tuple[str, str], ...]:
    """Every scenario's name and what happens in it, for a help text."""
    return tuple((scenario.value, PLANS[scenario].description) for scenario in Scenario)
