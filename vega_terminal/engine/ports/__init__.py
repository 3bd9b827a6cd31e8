"""What the engine needs from the outside, as Protocols; adapters live outside of the engine."""

from vega_terminal.engine.ports.broker import Broker, MarketData, ProfileProbe
from vega_terminal.engine.ports.login import LoginDesk, LoginLease, LoginRoute, LoginSession, Parked
from vega_terminal.engine.ports.people import CaptchaPrompt, DecisionPrompt, OperatorPrompts, OtpPrompt
from vega_terminal.engine.ports.storage import (
    CooldownStore,
    SignInLedger,
    SignInRecord,
    StoredToken,
    TokenStore,
)

__all__ = [
    "Broker",
    "CaptchaPrompt",
    "CooldownStore",
    "DecisionPrompt",
    "LoginDesk",
    "LoginLease",
    "LoginRoute",
    "LoginSession",
    "MarketData",
    "OperatorPrompts",
    "OtpPrompt",
    "Parked",
    "ProfileProbe",
    "SignInLedger",
    "SignInRecord",
    "StoredToken",
    "TokenStore",
]
