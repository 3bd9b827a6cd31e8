"""The engine of a server, as a terminal sees it: intents go there, events come from there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus

from vega_terminal.clock import Clock, SystemClock
from vega_terminal.domain.errors import VegaError
from vega_terminal.domain.events import Noticed
from vega_terminal.domain.execution import TokenExecutionRequest, TokenExecutionResult
from vega_terminal.domain.slots import LoginIdentity
from vega_terminal.domain.status import AuthStatus
from vega_terminal.engine.blocked import cooling_in_words
from vega_terminal.engine.facts import EngineFacts
from vega_terminal.engine.operator_seat import OperatorSeat
from vega_terminal.engine.ports.people import OperatorPrompts
from vega_terminal.engine.prompt_hub import Answer, Question
from vega_terminal.remote.board import RemoteBoard
from vega_terminal.remote.clock import ServerClock
from vega_terminal.remote.connection import Connection
from vega_terminal.remote.intents import hand_over
from vega_terminal.remote.link import Link
from vega_terminal.remote.market import RemoteMarket
from vega_terminal.remote.reads import RemoteBook
from vega_terminal.remote.runs import run_there
from vega_terminal.remote.stream import Frame, FrameStream
from vega_terminal.wire.about import About, roster_of
from vega_terminal.wire.events import Told, event_of
from vega_terminal.wire.frames import Beat, Change, Snapshot, Standing
from vega_terminal.wire.intents import Rearm
from vega_terminal.wire.questions import Answered, Asked, Closed, answered, question_of

_NOTHING_KNOWN = Standing("The server has not said yet how it does.", None, ())


@dataclass(frozen=True, slots=True)
class RemoteExecution:
    """A run on the server.

    Attributes:
        execution_id: empty; the server gives it one.
        result: ends with the result.
    """

    execution_id: str
    result: asyncio.Task[TokenExecutionResult]


class RemoteEngine(RemoteMarket):
    """Implements the terminal's `Engine` on a server.

    Everything that is shown comes from the server. While it cannot be reached nothing counts as known: the
    gate is shut, and intents are refused; none is kept for later.

    Args:
        link: to the server.
        about: the server.
        prompts: asks the operator who sits here.
        clock: of this machine.
    """

    def __init__(self, link: Link, about: About, prompts: OperatorPrompts, clock: Clock) -> None:
        self.clock = ServerClock(clock)
        self.roster = roster_of(about.slots)
        self.board = RemoteBoard(AuthStatus.for_names(self.roster.names), self.clock)
        self.facts = _facts_of(about)
        self.book = RemoteBook(link)
        super().__init__(link, Connection(FrameStream(link), about, self, self.clock))
        self._seat = OperatorSeat(prompts, self.clock, self._hand_in)
        self._standing = _NOTHING_KNOWN
        self._snapshots = 0
        self._runs: set[asyncio.Task[TokenExecutionResult]] = set()

    # --- intents --------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Wait for the first snapshot.

        Raises:
            VegaError: the server cannot be reached or does not let this terminal in.
        """
        await self.connection.first()

    async def verify(self) -> None:
        """Have every token verified.

        Raises:
            VegaError: the server cannot be reached, or the engine refused.
        """
        await hand_over(self._link, self.connection, "/verify")

    def begin(self, request: TokenExecutionRequest) -> RemoteExecution:
        """Begin a run there, or join the one under way; its result raises VegaError when that failed."""
        running = asyncio.create_task(run_there(self._link, self.connection, request), name="remote run")
        self._runs.add(running)
        running.add_done_callback(self._runs.discard)
        return RemoteExecution("", running)

    async def cancel(self) -> None:
        """End the run under way there.

        Raises:
            VegaError: the server cannot be reached.
        """
        await hand_over(self._link, self.connection, "/cancel")

    async def rearm(self, identity: str, by: str = "terminal") -> None:  # noqa: ARG002 - the server names who
        """Allow sign-ins of an identity again.

        Raises:
            VegaError: the server cannot be reached, or it could not be noted.
        """
        await hand_over(self._link, self.connection, "/rearm", Rearm, Rearm(identity))

    def generate_blocked(self) -> str | None:
        """Why generating is not allowed now; None when it is."""
        if self.connection.lost_since is not None:
            return self.connection.why
        until = self._standing.cooling_until
        if until is None or self._standing.blocked is None:
            return self._standing.blocked
        return cooling_in_words(self.board.status.cooldown_remaining(self.clock.now()))

    def spent(self) -> tuple[LoginIdentity, ...]:
        """Identities that sign in no more until a person re-arms them."""
        if self.connection.lost_since is not None:
            return ()
        identities = {slot.identity.key: slot.identity for slot in self.roster}
        return tuple(identities[key] for key in self._standing.spent if key in identities)

    async def close(self) -> None:
        """Ask nothing and wait for nothing any more; what runs there goes on."""
        runs = tuple(self._runs)
        for run in runs:
            run.cancel()
        await asyncio.gather(*runs, return_exceptions=True)
        await self._seat.close()

    # --- what comes from there ------------------------------------------------------------------------

    def took(self, frame: Frame) -> None:
        """A frame came from the server."""
        if isinstance(frame, Snapshot):
            self._start_over(frame)
        elif isinstance(frame, Change):
            self._standing = frame.standing
            self.board.take(event_of(frame.told), frame.status)
        elif isinstance(frame, Told):
            self.board.recall(event_of(frame))
        elif isinstance(frame, Asked):
            self._seat.asked(question_of(frame))
        elif isinstance(frame, Closed):
            self._seat.withdraw(frame.number)
        elif isinstance(frame, Beat):
            self._standing = frame.standing
            self.clock.set(frame.now)

    def lost(self, why: str) -> None:
        """The connection is lost: questions cannot be answered, and nothing is known."""
        self._seat.clear()
        self.board.lose(f"{why} Trying again by itself.")

    def _start_over(self, shot: Snapshot) -> None:
        self._seat.clear()
        self.clock.set(shot.now)
        self.facts, self._standing = _facts_of(shot.about), shot.standing
        again = "again " if self._snapshots else ""
        self._snapshots += 1
        self.board.take(Noticed(shot.now, f"Attached {again}to {self._link.address.url}."), shot.status)

    # --- helpers --------------------------------------------------------------------------------------

    async def _hand_in(self, question: Question, answer: Answer) -> bool:
        try:
            given = answered(question.prompt, answer)
            response = await self._link.post(f"/questions/{question.number}", Answered, given)
        except VegaError as error:
            self.board.say(f"The answer about {question.subject} did not arrive. {error}")
            return False
        if response.status_code == HTTPStatus.GONE:
            self.board.say(f"The answer about {question.subject} came too late; it was not used.")
        return True


def _facts_of(about: About) -> EngineFacts:
    return EngineFacts(about.broker_host, about.vault_key)


@asynccontextmanager
async def attached(
    link: Link, about: About, prompts: OperatorPrompts, clock: Clock | None = None
) -> AsyncIterator[RemoteEngine]:
    """The engine of a server for as long as this block lasts; leaving it ends nothing there."""
    engine = RemoteEngine(link, about, prompts, clock or SystemClock())
    holding = asyncio.create_task(engine.connection.hold(), name="attached")
    try:
        yield engine
    finally:
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)
        await engine.close()
