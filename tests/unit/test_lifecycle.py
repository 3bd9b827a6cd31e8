"""The lifecycle of seed 3 section 3: all ten states times all moves against a table written by hand."""

from __future__ import annotations

import pytest

from vega_terminal.domain.errors import IllegalTransition
from vega_terminal.domain.lifecycle import LoginState, Move, advance

SHORT = {
    "init": LoginState.INIT,
    "start": LoginState.START_LOGIN,
    "gen": LoginState.GENERATING_TOKENS,
    "dbw": LoginState.DB_WRITE_PENDING,
    "part": LoginState.PARTIAL_AUTH,
    "cool": LoginState.COOLDOWN,
    "res": LoginState.RESUME_GENERATION,
    "prim": LoginState.PRIMARY_VALIDATED,
    "conf": LoginState.AUTH_CONFIRMED,
    "ready": LoginState.DASHBOARD_READY,
}
# One line a move: where it leads from each state of the head; "-" is illegal.
# What the seed says: START_LOGIN is the user's doing; a token is DB_WRITE_PENDING until it is stored;
# PARTIAL_AUTH is without PRIMARY; a COOLDOWN halts everything and ends in RESUME_GENERATION by itself;
# only a confirmed call leads to AUTH_CONFIRMED, and only from there the dashboard opens.
EXPECTED = """
                  init  start gen   dbw   part  cool  res   prim  conf  ready
LOGIN_REQUESTED   start -     -     -     start cool  res   start start start
SLOT_STARTED      -     gen   gen   gen   -     cool  gen   -     -     -
TOKEN_ISSUED      -     -     dbw   dbw   -     cool  dbw   -     -     -
TOKEN_STORED      init  start gen   gen   part  cool  res   prim  conf  ready
COOLDOWN_STARTED  cool  cool  cool  cool  cool  cool  cool  cool  cool  cool
COOLDOWN_ENDED    -     -     -     -     -     res   -     -     -     -
SETTLED_EMPTY     init  init  init  init  init  cool  init  init  init  init
SETTLED_PARTIAL   part  part  part  part  part  cool  part  part  part  part
SETTLED_PRIMARY   prim  prim  prim  prim  prim  cool  prim  prim  conf  ready
PROBE_CONFIRMED   -     start gen   dbw   -     cool  res   conf  conf  ready
GATE_OPENED       -     start gen   dbw   -     cool  res   -     ready ready
GATE_CLOSED       init  start gen   dbw   part  cool  res   part  part  part
"""


def expectations() -> list[tuple[LoginState, Move, LoginState | None]]:
    head, *rows = EXPECTED.strip().splitlines()
    states = [SHORT[name] for name in head.split()]
    return [
        (state, Move[name], SHORT.get(target))
        for name, *targets in (row.split() for row in rows)
        for state, target in zip(states, targets, strict=True)
    ]


def test_the_table_covers_all_states_times_all_moves() -> None:
    covered = {(state, move) for state, move, _ in expectations()}
    assert covered == {(state, move) for state in LoginState for move in Move}
    assert len(LoginState) == 10


@pytest.mark.parametrize(("state", "move", "target"), expectations())
def test_each_move_from_each_state(state: LoginState, move: Move, target: LoginState | None) -> None:
    if target is not None:
        assert advance(state, move) is target
        return
    with pytest.raises(IllegalTransition, match=f"{move}.*{state}"):
        advance(state, move)


def successors(state: LoginState) -> set[LoginState]:
    found = set()
    for move in Move:
        try:
            found.add(advance(state, move))
        except IllegalTransition:
            continue
    return found


@pytest.mark.parametrize("start", LoginState)
def test_every_state_is_reached_from_every_state(start: LoginState) -> None:
    """So each state is reachable, none is a dead end, and the dashboard can always be won back."""
    reached, frontier = {start}, {start}
    while frontier:
        frontier = set().union(*(successors(state) for state in frontier)) - reached
        reached |= frontier
    assert reached == set(LoginState)


def test_the_whole_way_of_the_seed() -> None:
    """The chain of seed 3 section 3, in its order, with the moves that lead along it."""
    state, way = LoginState.INIT, [LoginState.INIT]
    for move in (
        Move.LOGIN_REQUESTED,
        Move.SLOT_STARTED,
        Move.TOKEN_ISSUED,
        Move.SETTLED_PARTIAL,
        Move.COOLDOWN_STARTED,
        Move.COOLDOWN_ENDED,
        Move.SETTLED_PRIMARY,
        Move.PROBE_CONFIRMED,
        Move.GATE_OPENED,
    ):
        state = advance(state, move)
        way.append(state)
    assert way == list(LoginState)


def test_only_a_confirmed_call_leads_to_the_dashboard() -> None:
    into_ready = {
        (state, move)
        for state in LoginState
        for move in Move
        if state is not LoginState.DASHBOARD_READY and LoginState.DASHBOARD_READY in _led(state, move)
    }
    assert into_ready == {(LoginState.AUTH_CONFIRMED, Move.GATE_OPENED)}


def _led(state: LoginState, move: Move) -> set[LoginState]:
    try:
        return {advance(state, move)}
    except IllegalTransition:
        return set()
