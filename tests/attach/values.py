"""Any value of a type that crosses, drawn from its annotations."""

from __future__ import annotations

import types
import typing
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any, cast

from hypothesis import strategies as st

from vega_terminal.doctor.findings import Finding
from vega_terminal.domain import events as ev
from vega_terminal.domain import market
from vega_terminal.domain.execution import TokenExecutionRequest, TokenExecutionResult
from vega_terminal.domain.failure import Failure
from vega_terminal.domain.market.candles import Candle
from vega_terminal.domain.market.dashboard import Dashboard, Panel
from vega_terminal.domain.market.options import OptionChain
from vega_terminal.domain.market.quotes import Quote
from vega_terminal.domain.status import AuthStatus
from vega_terminal.engine.ports.audit import AuditRecord, AuditVerification
from vega_terminal.wire.frames import Beat
from vega_terminal.wire.questions import (
    CaptchaAnswer,
    CaptchaAsked,
    DecisionAnswer,
    DecisionAsked,
    OtpAsked,
)
from vega_terminal.wire.troubles import Trouble

LATE = {"Failure": Failure, **{name: getattr(market, name) for name in market.__all__}}
"""What the dashboard's annotations name for the type checker alone."""

KINDS: tuple[Any, ...] = (
    AuthStatus,
    AuditRecord,
    AuditVerification,
    Beat,
    Dashboard,
    Finding,
    OptionChain,
    TokenExecutionRequest,
    TokenExecutionResult,
    Trouble,
    tuple[Candle, ...],
    tuple[Quote, ...],
    DecisionAsked,
    OtpAsked,
    CaptchaAsked,
    DecisionAnswer,
    CaptchaAnswer,
)

_LEAVES: dict[Any, st.SearchStrategy[Any]] = {
    datetime: st.datetimes(timezones=st.just(UTC)),
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: st.text(max_size=12),
    int: st.integers(-(2**53), 2**53),
}


def event_kinds() -> list[type[ev.Event]]:
    """Every event of the product, by name."""
    classes = (each for _name, each in sorted(vars(ev).items()) if isinstance(each, type))
    return [each for each in classes if issubclass(each, ev.Event)]


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of `kind`."""
    if kind in _LEAVES:
        return _LEAVES[kind]
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        return st.lists(any_of(arguments[0]), max_size=2).map(tuple)
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*map(any_of, arguments))
    if origin is Panel:
        return _built(Panel, value=arguments[0] | None)
    if is_dataclass(kind):
        return _built(cast("type[Any]", kind))
    return st.from_type(kind)


def _built(kind: type[Any], **bound: Any) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(kind, localns=LATE) | bound
    return st.builds(kind, **{field.name: any_of(hints[field.name]) for field in fields(kind)})
