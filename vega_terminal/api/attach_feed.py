"""The stream of an attached terminal: every change of the engine, in order, to each that listens."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import Final, TypeAlias

from vega_terminal.api.numbers import number_in
from vega_terminal.domain.events import Event
from vega_terminal.domain.status import AuthStatus
from vega_terminal.engine.blocked import cooling_in_words
from vega_terminal.engine.prompt_hub import PromptHub, Question
from vega_terminal.front_ports import RunningEngine
from vega_terminal.wire.about import About
from vega_terminal.wire.coding import encode
from vega_terminal.wire.events import Told, told
from vega_terminal.wire.frames import Beat, Change, FrameKind, Snapshot, Standing
from vega_terminal.wire.questions import Asked, Closed, asked

BEAT_SECONDS: Final = 5.0
"""From one sign of life to the next."""
_MOST_WAITING: Final = 512
"""Frames that wait for one terminal; one that reads slower than that is cut off."""
_MOST_REMEMBERED: Final = 512
"""Events that a terminal which was away is told of when it comes back."""

_Frame: TypeAlias = Callable[[], bytes]
"""Made at the moment of sending, so that what it says of the engine's standing is true then."""
_Stream: TypeAlias = "asyncio.Queue[_Frame | None]"


class AttachFeed:
    """Numbers every event of the engine, and passes it on with the status that it led to.

    Args:
        engine: whose changes are told.
        hub: whose questions are told.
        about: makes what a terminal has to know before its first frame.
    """

    def __init__(self, engine: RunningEngine, hub: PromptHub, about: Callable[[], About]) -> None:
        self._engine = engine
        self._hub = hub
        self._about = about
        self._life = secrets.token_hex(4)
        self._numbers = count(1)
        self._newest = 0
        self._past: deque[tuple[int, Event]] = deque(maxlen=_MOST_REMEMBERED)
        self._streams: set[_Stream] = set()

    @property
    def listeners(self) -> int:
        """How many terminals listen."""
        return len(self._streams)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Follow engine and hub for as long as this block lasts; its end ends every stream."""
        forget = (self._engine.board.watch(self._happened), self._hub.watch(self))
        try:
            yield
        finally:
            for one in forget:
                one()
            self.end()

    async def beat(self) -> None:
        """Tell every terminal again and again that the server is there."""
        while True:
            await self._engine.clock.sleep(BEAT_SECONDS)
            self._tell(self._beat_frame)

    def end(self) -> None:
        """End every stream: the server goes."""
        for stream in tuple(self._streams):
            self._cut_off(stream)

    async def frames(self, last_id: str) -> AsyncGenerator[bytes]:
        """Everything for one terminal, until it goes.

        Args:
            last_id: id of the last frame that it had; empty for one that comes for the first time.
        """
        stream: _Stream = asyncio.Queue(_MOST_WAITING)
        first = (*self._missed(last_id), self._snapshot_frame())
        waiting = tuple(self._asked_frame(question) for question in self._hub.open)
        self._streams.add(stream)
        try:
            with self._hub.presence():
                for frame in (*first, *waiting):
                    yield frame
                while (made := await stream.get()) is not None:
                    yield made()
        finally:
            self._streams.discard(stream)

    # --- what engine and hub tell -------------------------------------------------------------------

    def _happened(self, event: Event, status: AuthStatus) -> None:
        self._newest = next(self._numbers)
        self._past.append((self._newest, event))
        self._tell(partial(self._change_frame, self._newest, event, status))

    def asked(self, question: Question) -> None:
        """A question was opened."""
        self._tell(partial(self._asked_frame, question))

    def closed(self, question: Question, by: str | None) -> None:
        """A question ended; who answered it stands in everybody's messages."""
        self._tell(partial(self._frame, FrameKind.CLOSED, Closed, Closed(question.number)))
        if by is not None:
            self._engine.board.say(f"The question about {question.subject} was answered by {by}.")

    def _tell(self, frame: _Frame) -> None:
        for stream in tuple(self._streams):
            try:
                stream.put_nowait(frame)
            except asyncio.QueueFull:
                self._cut_off(stream)

    def _cut_off(self, stream: _Stream) -> None:
        """It may come back, and gets a snapshot then; nothing more is kept for it."""
        self._streams.discard(stream)
        while not stream.empty():
            stream.get_nowait()
        stream.put_nowait(None)

    # --- frames -------------------------------------------------------------------------------------

    def _missed(self, last_id: str) -> tuple[bytes, ...]:
        life, _, text = last_id.partition("-")
        number = number_in(text, self._newest)
        if life != self._life or number is None:
            return ()
        missed = (event for at, event in self._past if at > number)
        return tuple(self._frame(FrameKind.MISSED, Told, told(event)) for event in missed)

    def _snapshot_frame(self) -> bytes:
        board = self._engine.board
        shot = Snapshot(board.now(), self._about(), board.status, self.standing())
        return self._frame(FrameKind.SNAPSHOT, Snapshot, shot, self._newest)

    def _change_frame(self, number: int, event: Event, status: AuthStatus) -> bytes:
        change = Change(told(event), status, self.standing())
        return self._frame(FrameKind.CHANGE, Change, change, number)

    def _asked_frame(self, question: Question) -> bytes:
        return self._frame(FrameKind.ASKED, Asked, asked(question))

    def _beat_frame(self) -> bytes:
        return self._frame(FrameKind.BEAT, Beat, Beat(self._engine.board.now(), self.standing()))

    def _frame(self, kind: FrameKind, form: type, value: object, number: int | None = None) -> bytes:
        identifier = "" if number is None else f"id: {self._life}-{number}\n"
        return f"event: {kind.value}\n{identifier}data: {encode(form, value)}\n\n".encode()

    def standing(self) -> Standing:
        """What may be done now."""
        engine, board = self._engine, self._engine.board
        blocked, left = engine.generate_blocked(), board.status.cooldown_remaining(board.now())
        until = max((each.until for each in board.status.cooldowns), default=None)
        is_cooling = blocked == cooling_in_words(left)
        return Standing(
            blocked, until if is_cooling else None, tuple(identity.key for identity in engine.spent())
        )
