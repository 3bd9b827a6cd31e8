"""Where the execution stands, on disk after every step, for whoever comes after a crash (seed 2 §4.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.events import DecisionTaken, Event, RunStarted, SlotFailed, SlotFinished
from vega_terminal.domain.failure import STARTS_COOLDOWN, FailureKind
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.token import next_expiry
from vega_terminal.engine.ports import ExecutionState, ExecutionStore
from vega_terminal.engine.status_board import StatusBoard

INTERRUPTS: Final = STARTS_COOLDOWN | {
    FailureKind.COOLDOWN,
    FailureKind.BROWSER_CRASHED,
    FailureKind.NETWORK,
}
"""Kinds that say nothing against a slot: a later run goes on with it. After all others a person decides."""


class ExecutionLog:
    """Writes the state of the generation down; what became of each slot it hears on the board."""

    def __init__(self, store: ExecutionStore, board: StatusBoard) -> None:
        self._store = store
        self._board = board
        self._state: ExecutionState | None = None
        self._run: RunStarted | None = None
        self._decided_by = ""
        self._failures: dict[str, FailureKind] = {}
        self._finished: set[str] = set()
        self._trouble_told = False
        board.watch(self._note)

    @property
    def goes_on_at(self) -> str | None:
        """The slot at which the last execution was interrupted; None when nothing is left of it."""
        state = self._state
        return None if state is None or state.finished else state.current

    async def planned(self, slots: Sequence[ApiSlot]) -> None:
        """An execution begins to generate `slots`, in this order."""
        self._failures.clear()
        self._finished.clear()
        self._trouble_told = False
        now = self._board.now()
        await self._save(
            ExecutionState(
                execution_id=self._run.execution_id if self._run else "",
                requested_by=self._run.requested_by if self._run else "",
                decided_by=self._decided_by,
                planned=tuple(slot.name for slot in slots),
                done=(),
                current=None,
                started_at=now,
                updated_at=now,
            )
        )

    async def at(self, slot: ApiSlot | None) -> None:
        """`slot` comes next; None between two. What was done and given up before is written with it."""
        if self._state is not None:
            await self._save(replace(self._progress(self._state), current=slot.name if slot else None))

    async def progressed(self) -> None:
        """Something is done beside the slot that is on: what comes next stays as it is."""
        if self._state is not None:
            await self._save(self._progress(self._state))

    async def ended(self, stopped: FailureKind | None = None) -> None:
        """The generation is over; `stopped` tells what ended it before every slot had its turn."""
        if self._state is None:
            return
        state = self._progress(self._state)
        left = left_of(state)
        why = stopped or next((self._failures[name] for name in left if name in self._failures), None)
        finished = not left or (stopped is not None and stopped not in INTERRUPTS)
        current = None if finished else left[0]
        await self._save(replace(state, current=current, stopped=why, finished=finished))

    async def is_unfinished(self) -> bool:
        """Whether the last execution on record left something, or is still at work in another process."""
        state = await self._latest()
        return state is not None and not state.finished

    async def cut_off(self) -> tuple[str, ...]:
        """What an execution left that no living process goes on with; empty when there is none.

        Tokens that are durable by now are not left, nor is anything of an earlier day: the consent was
        for tokens that end at the next 03:30 IST. Must be called while no other process can be signing in.
        """
        state = await self._latest()
        if state is None or state.finished:
            return ()
        self._state = replace(state, done=self._durable_of(state))
        known = {slot.name for slot in self._board.status.slots}
        left = tuple(name for name in left_of(self._state) if name in known)
        if not left or self._board.now() >= next_expiry(state.started_at):
            await self._save(replace(self._state, finished=True))
            return ()
        return left

    def in_words(self, *, after_cooldown: bool) -> str:
        """Where the last execution was interrupted, and what comes next."""
        state = self._state
        if state is None:
            return ""
        left = left_of(state)
        how = "was cut off" if state.stopped is None else f"was stopped ({state.stopped})"
        where = state.current if state.current in left or not left else left[0]
        goes_on = (
            "It goes on by itself when the cooldown is over."
            if after_cooldown
            else "The next run continues there."
        )
        count = f"{len(state.done)} of {len(state.planned)} were done"
        return f"The last run {how} at {where}; {count}. {goes_on}"

    def _durable_of(self, state: ExecutionState) -> tuple[str, ...]:
        """What is done by now: a token may be durable although the process died before it was noted."""
        now = self._board.now()
        durable = {
            slot.name
            for slot in self._board.status.slots
            if slot.holds_token(now) and slot.generated_at is not None
            if slot.generated_at >= state.started_at
        }
        return tuple(name for name in state.planned if name in state.done or name in durable)

    def _progress(self, state: ExecutionState) -> ExecutionState:
        done = tuple(name for name in state.planned if name in self._finished)
        given_up = tuple(
            name
            for name in state.planned
            if name in self._failures and name not in done and self._failures[name] not in INTERRUPTS
        )
        return replace(state, done=done, given_up=given_up)

    async def _latest(self) -> ExecutionState | None:
        """What is on record; unreadable it costs a sentence: the tokens themselves tell what is missing."""
        try:
            return await self._store.latest_execution()
        except StorageError as error:
            self._board.say(str(error))
            return None

    async def _save(self, state: ExecutionState) -> None:
        self._state = replace(state, updated_at=self._board.now())
        try:
            await self._store.save_execution(self._state)
        except StorageError as error:
            if not self._trouble_told:
                self._board.say(f"Where the run stands cannot be noted; a crash would lose it. {error}")
            self._trouble_told = True

    def _note(self, event: Event, _status: AuthStatus) -> None:
        if isinstance(event, RunStarted):
            self._run, self._decided_by = event, ""
        elif isinstance(event, DecisionTaken):
            self._decided_by = event.decided_by
        elif isinstance(event, SlotFailed):
            self._failures[event.slot] = event.failure.kind
        elif isinstance(event, SlotFinished):
            self._finished.add(event.slot)


def left_of(state: ExecutionState) -> tuple[str, ...]:
    """What is neither done nor given up, in order."""
    over = {*state.done, *state.given_up}
    return tuple(name for name in state.planned if name not in over)
