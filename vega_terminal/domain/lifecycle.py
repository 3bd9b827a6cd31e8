"""The login lifecycle: ten states (seed 3 section 3) and every legal move between them, in one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from vega_terminal.domain.errors import IllegalTransition


class LoginState(StrEnum):
    """Where the login stands. Whether the dashboard may open is `readiness`, not this."""

    INIT = "INIT"
    START_LOGIN = "START_LOGIN"
    GENERATING_TOKENS = "GENERATING_TOKENS"
    DB_WRITE_PENDING = "DB_WRITE_PENDING"
    PARTIAL_AUTH = "PARTIAL_AUTH"
    COOLDOWN = "COOLDOWN"
    RESUME_GENERATION = "RESUME_GENERATION"
    PRIMARY_VALIDATED = "PRIMARY_VALIDATED"
    AUTH_CONFIRMED = "AUTH_CONFIRMED"
    DASHBOARD_READY = "DASHBOARD_READY"


class Move(StrEnum):
    """What can move the lifecycle."""

    LOGIN_REQUESTED = "LOGIN_REQUESTED"
    SLOT_STARTED = "SLOT_STARTED"
    TOKEN_ISSUED = "TOKEN_ISSUED"
    TOKEN_STORED = "TOKEN_STORED"
    COOLDOWN_STARTED = "COOLDOWN_STARTED"
    COOLDOWN_ENDED = "COOLDOWN_ENDED"
    SETTLED_EMPTY = "SETTLED_EMPTY"
    SETTLED_PARTIAL = "SETTLED_PARTIAL"
    SETTLED_PRIMARY = "SETTLED_PRIMARY"
    PROBE_CONFIRMED = "PROBE_CONFIRMED"
    GATE_OPENED = "GATE_OPENED"
    GATE_CLOSED = "GATE_CLOSED"


S = LoginState
_AT_REST: Final = (S.INIT, S.PARTIAL_AUTH, S.PRIMARY_VALIDATED, S.AUTH_CONFIRMED, S.DASHBOARD_READY)
_AT_WORK: Final = (S.START_LOGIN, S.GENERATING_TOKENS, S.DB_WRITE_PENDING, S.RESUME_GENERATION)
_CONFIRMED: Final = (S.PRIMARY_VALIDATED, S.AUTH_CONFIRMED, S.DASHBOARD_READY)


def _all_to(target: LoginState, sources: Iterable[LoginState]) -> dict[LoginState, LoginState]:
    return dict.fromkeys(sources, target)


def _staying(states: Iterable[LoginState]) -> dict[LoginState, LoginState]:
    return {state: state for state in states}


# A cooldown outlives the run that met it: settling, probing and the gate leave the state COOLDOWN alone.
TRANSITIONS: Final[Mapping[Move, Mapping[LoginState, LoginState]]] = MappingProxyType(
    {
        Move.LOGIN_REQUESTED: _all_to(S.START_LOGIN, _AT_REST) | _staying([S.RESUME_GENERATION, S.COOLDOWN]),
        Move.SLOT_STARTED: _all_to(S.GENERATING_TOKENS, _AT_WORK) | _staying([S.COOLDOWN]),
        # RESUME_GENERATION: another identity's cooldown may end between a slot's start and its token.
        Move.TOKEN_ISSUED: _all_to(
            S.DB_WRITE_PENDING, (S.GENERATING_TOKENS, S.DB_WRITE_PENDING, S.RESUME_GENERATION)
        )
        | _staying([S.COOLDOWN]),
        Move.TOKEN_STORED: _staying(S) | {S.DB_WRITE_PENDING: S.GENERATING_TOKENS},
        Move.COOLDOWN_STARTED: _all_to(S.COOLDOWN, S),
        Move.COOLDOWN_ENDED: {S.COOLDOWN: S.RESUME_GENERATION},
        Move.SETTLED_EMPTY: _all_to(S.INIT, (*_AT_REST, *_AT_WORK)) | _staying([S.COOLDOWN]),
        Move.SETTLED_PARTIAL: _all_to(S.PARTIAL_AUTH, (*_AT_REST, *_AT_WORK)) | _staying([S.COOLDOWN]),
        Move.SETTLED_PRIMARY: _all_to(S.PRIMARY_VALIDATED, (*_AT_WORK, S.INIT, S.PARTIAL_AUTH))
        | _staying([*_CONFIRMED, S.COOLDOWN]),
        Move.PROBE_CONFIRMED: {S.PRIMARY_VALIDATED: S.AUTH_CONFIRMED}
        | _staying([S.AUTH_CONFIRMED, S.DASHBOARD_READY, *_AT_WORK, S.COOLDOWN]),
        Move.GATE_OPENED: {S.AUTH_CONFIRMED: S.DASHBOARD_READY}
        | _staying([S.DASHBOARD_READY, *_AT_WORK, S.COOLDOWN]),
        Move.GATE_CLOSED: _all_to(S.PARTIAL_AUTH, _CONFIRMED)
        | _staying([S.INIT, S.PARTIAL_AUTH, *_AT_WORK, S.COOLDOWN]),
    }
)


def advance(state: LoginState, move: Move) -> LoginState:
    """Return the state after `move`.

    Raises:
        IllegalTransition: the table does not know the move from this state; the caller has a defect.
    """
    try:
        return TRANSITIONS[move][state]
    except KeyError:
        raise IllegalTransition(f"{move} is not a legal move in state {state}.") from None
