"""Servers that the REST benchmarks ask: `python -m benchmarks.rest_child product|bare`.

`product` is the API over a board on which nothing but a script happens; `bare` is uvicorn and Starlette with
the same document, and neither guard nor limits. Each says one JSON line once it is served and ends with its
stdin.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from vega_terminal.api.serving import ServeOrder, serving
from vega_terminal.clock import SystemClock
from vega_terminal.domain.document import status_document
from vega_terminal.domain.events import RunFinished, RunStarted
from vega_terminal.domain.execution import TokenExecutionRequest
from vega_terminal.domain.execution_record import ExecutionRecord
from vega_terminal.domain.status import AuthStatus
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.simulator import DEFAULT_APPS

REFRESH = "/api/auth/upstox/tokens/refresh"


class Begun:
    """An execution that changes the document, and nothing else."""

    execution_id = "benchmark"


class Engine:
    """Each call changes the document once."""

    def __init__(self) -> None:
        self.board = new_board()

    def begin(self, request: TokenExecutionRequest) -> Begun:
        now = self.board.now()
        if self.board.status.running:
            self.board.publish(RunFinished(now, Begun.execution_id, 0, ""))
        else:
            self.board.publish(RunStarted(now, Begun.execution_id, request.requested_by))
        return Begun()

    async def cancel(self) -> None:
        """Nothing of this goes on by itself."""

    async def find(self, _execution_id: str) -> ExecutionRecord | None:
        return None


def new_board() -> StatusBoard:
    return StatusBoard(AuthStatus.for_names(DEFAULT_APPS), SystemClock())


def bare_app() -> Starlette:
    """The document as it is, and the plainest way to tell it to many: a queue for each."""
    board = new_board()
    readers: set[asyncio.Queue[str]] = set()
    executions = iter(range(1_000_000))

    def document() -> dict[str, Any]:
        return status_document(board.status, board.now())

    async def status(_request: Request) -> Response:
        return JSONResponse(document())

    async def refresh(_request: Request) -> Response:
        changed = json.dumps(document() | {"executionId": str(next(executions))})
        for reader in readers:
            reader.put_nowait(changed)
        return JSONResponse({"executionId": "benchmark", "status": "IN_PROGRESS"}, 202)

    async def frames() -> AsyncGenerator[str, None]:
        queue: asyncio.Queue[str] = asyncio.Queue()
        readers.add(queue)
        yield f"data: {json.dumps(document())}\n\n"
        while True:
            yield f"data: {await queue.get()}\n\n"

    async def events(_request: Request) -> Response:
        return StreamingResponse(frames(), media_type="text/event-stream")

    return Starlette(
        routes=[
            Route("/auth/status", status),
            Route("/auth/events", events),
            Route(REFRESH, refresh, methods=["POST"]),
        ]
    )


async def _product(stop: asyncio.Event) -> None:
    engine = Engine()
    with tempfile.TemporaryDirectory(prefix="vega-bench-") as folder:
        order = ServeOrder(host="127.0.0.1", port=0, data_folder=Path(folder))
        async with serving(order, engine, engine) as at:
            _say(at.url, at.token_file.read_text(encoding="ascii").strip())
            await stop.wait()


async def _bare(stop: asyncio.Event) -> None:
    # With the protocol named, as uvicorn does it for itself, answers are not held back for 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        config = uvicorn.Config(
            bare_app(), http="h11", ws="none", lifespan="off", log_config=None, access_log=False
        )
        server = uvicorn.Server(config)
        serving_it = asyncio.create_task(server.serve([listening]))
        _say(f"http://127.0.0.1:{listening.getsockname()[1]}", "none")
        await stop.wait()
        server.should_exit = server.force_exit = True
        await serving_it


def _say(url: str, token: str) -> None:
    print(json.dumps({"url": url, "token": token}), flush=True)


async def _main(what: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, stop.set)
    await {"product": _product, "bare": _bare}[what](stop)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
