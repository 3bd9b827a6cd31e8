"""What the engine needs from the outside, as Protocols; adapters live outside of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vega_terminal.late_names import late_names

if TYPE_CHECKING:
    from vega_terminal.engine.ports.approval import Asked, Remark, TokenOffer
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
    from vega_terminal.engine.ports.login import (
        ApprovalRoute,
        ApprovalSession,
        Harvest,
        LoginDesk,
        LoginLease,
        LoginRoute,
        LoginSession,
        NoOtp,
        Parked,
    )
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
        TokenSharing,
        TokenStore,
    )

__all__ = [
    "ApprovalRoute",
    "ApprovalSession",
    "Asked",
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
    "Harvest",
    "HeldToken",
    "LoginDesk",
    "LoginLease",
    "LoginRoute",
    "LoginSession",
    "MarketData",
    "NoOtp",
    "OperatorPrompts",
    "OtpPrompt",
    "Parked",
    "ProfileProbe",
    "RecoverableDatabase",
    "Remark",
    "ReplayBuffer",
    "SignInLedger",
    "SignInOutcome",
    "SignInRecord",
    "StoredToken",
    "TokenOffer",
    "TokenSharing",
    "TokenStore",
]

if not TYPE_CHECKING:
    __getattr__ = late_names(
        __name__,
        {
            "Asked": "approval",
            "ApprovalRoute": "login",
            "ApprovalSession": "login",
            "AuditBook": "audit",
            "AuditBreak": "audit",
            "AuditEntry": "audit",
            "AuditKind": "audit",
            "AuditRecord": "audit",
            "AuditTrail": "audit",
            "AuditVerification": "audit",
            "Broker": "broker",
            "CaptchaPrompt": "people",
            "CooldownRecord": "records",
            "CooldownStore": "records",
            "DecisionPrompt": "people",
            "EpochSource": "storage",
            "ExecutionState": "records",
            "ExecutionStore": "records",
            "Harvest": "login",
            "HeldToken": "storage",
            "LoginDesk": "login",
            "LoginLease": "login",
            "LoginRoute": "login",
            "LoginSession": "login",
            "MarketData": "broker",
            "NoOtp": "login",
            "OperatorPrompts": "people",
            "OtpPrompt": "people",
            "Parked": "login",
            "ProfileProbe": "broker",
            "RecoverableDatabase": "storage",
            "Remark": "approval",
            "ReplayBuffer": "storage",
            "SignInLedger": "records",
            "SignInOutcome": "records",
            "SignInRecord": "records",
            "StoredToken": "storage",
            "TokenSharing": "storage",
            "TokenOffer": "approval",
            "TokenStore": "storage",
        },
    )
