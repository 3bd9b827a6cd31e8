"""The login lifecycle as a strip: where one is, what it means, what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from vega_terminal.domain.lifecycle import LoginState

S = LoginState


@dataclass(frozen=True, slots=True)
class Stage:
    """One state as the strip shows it.

    Attributes:
        state: the state.
        label: its short name.
        meaning: what it means, for a person.
        then: what normally comes next; None at the end of the road.
    """

    state: LoginState
    label: str
    meaning: str
    then: LoginState | None


STAGES: Final = (
    Stage(S.INIT, "INIT", "No token exists and no login is under way.", S.START_LOGIN),
    Stage(S.START_LOGIN, "START", "A login begins.", S.GENERATING_TOKENS),
    Stage(S.GENERATING_TOKENS, "GENERATE", "Tokens are generated, slot by slot.", S.DB_WRITE_PENDING),
    Stage(S.DB_WRITE_PENDING, "DB WRITE", "A token was issued and is being saved.", S.GENERATING_TOKENS),
    Stage(S.PARTIAL_AUTH, "PARTIAL", "Some tokens exist, PRIMARY is not ready.", S.START_LOGIN),
    Stage(S.COOLDOWN, "COOLDOWN", "Nobody signs in before the deadline.", S.RESUME_GENERATION),
    Stage(S.RESUME_GENERATION, "RESUME", "The pause is over; it goes on by itself.", S.GENERATING_TOKENS),
    Stage(S.PRIMARY_VALIDATED, "PRIMARY", "PRIMARY is valid; the broker is asked.", S.AUTH_CONFIRMED),
    Stage(S.AUTH_CONFIRMED, "CONFIRMED", "The broker answered 200 with PRIMARY.", S.DASHBOARD_READY),
    Stage(S.DASHBOARD_READY, "READY", "Logged in. The dashboard may open.", None),
)
"""All ten states in the order of seed 3 section 3."""

_BY_STATE: Final[Mapping[LoginState, Stage]] = MappingProxyType({stage.state: stage for stage in STAGES})


def stage_of(state: LoginState) -> Stage:
    """The stage of one state."""
    return _BY_STATE[state]
