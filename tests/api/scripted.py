"""An engine without an outside world, served: real board, real server; only the run is scripted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from vega_terminal.api.limits import Limits
from vega_terminal.api.serving import ServeOrder, Serving, serving
from vega_terminal.clock import Clock, SystemClock
from vega_terminal.domain import events as ev
from vega_terminal.domain.execution import ExitCode, TokenExecutionRequest
from vega_terminal.domain.execution_record import ExecutionRecord
from vega_terminal.domain.lifecycle import LoginState
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot, LoginIdentity, Roster
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.token import Verdict, next_expiry
from vega_terminal.engine.execution_book import ExecutionBook
from vega_terminal.engine.outcome import CANCELLED
from vega_terminal.engine.ports.records import ExecutionHistory
from vega_terminal.engine.status_board import StatusBoard

NAMES = ("PRIMARY", "WEBSOCKET1")
IDENTITY = LoginIdentity("id-1", "…3210")


def roster(names: Sequence[str] = NAMES) -> Roster:
    return Roster(tuple(ApiSlot(name, f"c-{name}", Secret("s"), "http://x", IDENTITY) for name in names))


@dataclass(frozen=True)
class Begun:
    execution_id: str


class ScriptedEngine:
    """Begins executions that go on until the test ends them."""

    def __init__(self, clock: Clock | None = None, names: Sequence[str] = NAMES) -> None:
        self.roster = roster(names)
        self.board = StatusBoard(AuthStatus.for_names(self.roster.names), clock or SystemClock())
        self.requests: list[TokenExecutionRequest] = []
        self.begun = 0
        self.cancellations = 0
        self.may_end = asyncio.Event()
        self.may_end.set()

    def begin(self, request: TokenExecutionRequest) -> Begun:
        self.requests.append(request)
        running = self.board.status.execution_id
        if running is None:
            self.begun += 1
            running = f"execution-{self.begun}"
            self.say(ev.RunStarted(self.board.now(), running, request.requested_by))
            self.say(ev.VerificationStarted(self.board.now(), request.only or self.roster.names))
        return Begun(running)

    def generate(self, name: str) -> None:
        at = self.board.now()
        if self.board.status.state not in (LoginState.GENERATING_TOKENS, LoginState.DB_WRITE_PENDING):
            self.say(ev.LoginRequested(at, (name,)))
        self.say(ev.SlotStarted(at, name))
        self.say(
            ev.TokenIssued(at, name, at, next_expiry(at)), ev.SlotVerified(at, name, Verdict.VALID, None)
        )
        self.say(ev.TokenStored(at, name), ev.SlotFinished(at, name))

    def end(self, code: ExitCode = ExitCode.OK, summary: str = "Done.") -> None:
        running = self.board.status.execution_id
        assert running is not None
        self.say(ev.RunFinished(self.board.now(), running, int(code), summary))

    async def cancel(self) -> None:
        """End the execution under way as soon as it `may_end`."""
        self.cancellations += 1
        await self.may_end.wait()
        for name in self.roster.names:
            if not self.board.status.slot(name).holds_token(self.board.now()):
                self.say(ev.SlotFailed(self.board.now(), name, CANCELLED))
        self.end(ExitCode.PARTIAL, "It was stopped.")

    def say(self, *events: ev.Event) -> None:
        for event in events:
            self.board.publish(event)


class MemoryHistory:
    """Forgets everything at the end of the process."""

    def __init__(self) -> None:
        self.records: dict[str, ExecutionRecord] = {}

    async def save_record(self, record: ExecutionRecord) -> None:
        self.records[record.execution_id] = record

    async def recent_records(self) -> Sequence[ExecutionRecord]:
        return [*self.records.values()][::-1]


@dataclass
class Processes:
    own: str = "this one"
    alive: set[str] = field(default_factory=lambda: {"this one"})

    def is_alive(self, process: str) -> bool:
        return process in self.alive


class Metrics:
    CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

    def exposition(self) -> bytes:
        return b"vega_up 1\n"


@dataclass
class Desk:
    """A served engine, and somebody who has its token."""

    engine: ScriptedEngine
    at: Serving
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def port(self) -> int:
        return int(self.at.url.rpartition(":")[2])

    @asynccontextmanager
    async def client(self, connections: int = 300) -> AsyncIterator[httpx.AsyncClient]:
        limits = httpx.Limits(max_connections=connections)
        async with httpx.AsyncClient(
            base_url=self.at.url, headers=self.headers, limits=limits, timeout=20, trust_env=False
        ) as client:
            yield client

    async def raw(self, *parts: bytes) -> bytes:
        """What the server says, up to the end of the connection, to bytes that are sent as they are."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
            return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()


@asynccontextmanager
async def served(
    folder: Path,
    *,
    engine: ScriptedEngine | None = None,
    history: ExecutionHistory | None = None,
    limits: Limits | None = None,
    token_file: Path | None = None,
) -> AsyncIterator[Desk]:
    engine = engine or ScriptedEngine()
    clock = SystemClock()
    book = ExecutionBook(engine.board, engine.roster, history or MemoryHistory(), Processes(), clock)
    order = ServeOrder(
        host="127.0.0.1", port=0, data_folder=folder, token_file=token_file, limits=limits or Limits()
    )
    try:
        async with serving(order, engine, book, metrics=Metrics()) as at:
            yield Desk(engine, at, at.token_file.read_text(encoding="ascii").strip())
    finally:
        await book.close()
