"""What the engine needs from the outside, as Protocols; adapters live outside of the engine."""

from vega_terminal.engine.ports.audit import (
    AuditBook,
    AuditBreak,
    AuditEntry,
    AuditKind,
    AuditRecord,
    AuditTrail,
    AuditVerification,
)
from vega_terminal.engine.ports.broker import Broker, MarketData, ProfileProbe
from vega_terminal.engine.ports.login import LoginDesk, LoginLease, LoginRoute, LoginSession, Parked
from vega_terminal.engine.ports.people import CaptchaPrompt, DecisionPrompt, OperatorPrompts, OtpPrompt
from vega_terminal.engine.ports.records import (
    CooldownRecord,
    CooldownStore,
    ExecutionState,
    ExecutionStore,
    SignInLedger,
    SignInOutcome,
    SignInRecord,
)
from vega_terminal.engine.ports.storage import (
    EpochSource,
    HeldToken,
    RecoverableDatabase,
    ReplayBuffer,
    StoredToken,
    TokenStore,
)

__all__ = [
    "AuditBook",
    "AuditBreak",
    "AuditEntry",
    "AuditKind",
    "AuditRecord",
    "AuditTrail",
    "AuditVerification",
    "Broker",
    "CaptchaPrompt",
    "CooldownRecord",
    "CooldownStore",
    "DecisionPrompt",
    "EpochSource",
    "ExecutionState",
    "ExecutionStore",
    "HeldToken",
    "LoginDesk",
    "LoginLease",
    "LoginRoute",
    "LoginSession",
    "MarketData",
    "OperatorPrompts",
    "OtpPrompt",
    "Parked",
    "ProfileProbe",
    "RecoverableDatabase",
    "ReplayBuffer",
    "SignInLedger",
    "SignInOutcome",
    "SignInRecord",
    "StoredToken",
    "TokenStore",
]
