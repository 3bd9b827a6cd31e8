"""The API of one engine, served for a while: by `vega-auth serve`, or by a terminal beside its screens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from vega_terminal.api.app import create_app
from vega_terminal.api.checks import Access
from vega_terminal.api.guard import Guard
from vega_terminal.api.limits import Limits
from vega_terminal.api.served import ExecutionFinder, Exposition, Served, ServedEngine
from vega_terminal.api.server import running
from vega_terminal.api.status_feed import StatusFeed
from vega_terminal.api.token import bearer_token
from vega_terminal.domain.errors import UsageError
from vega_terminal.loopback.place import PlaceError, listen, loopback_host

if TYPE_CHECKING:
    from fastapi import APIRouter


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOrder:
    """Where to serve.

    Attributes:
        host: of loopback.
        port: 0 for a free one.
        data_folder: `VEGA_DATA_DIR`, for the token of this start.
        token_file: holds the token instead.
        limits: of every client.
        cure: what to do when the port cannot be had; a sentence.
    """

    host: str
    port: int
    data_folder: Path
    token_file: Path | None = None
    limits: Limits = field(default_factory=Limits)
    cure: str = "Choose another one with --port, or with VEGA_API_PORT."


@dataclass(frozen=True, slots=True)
class Serving:
    """What is served now.

    Attributes:
        url: scheme, host and port.
        token_file: holds the bearer token.
    """

    url: str
    token_file: Path


@asynccontextmanager
async def serving(
    order: ServeOrder,
    engine: ServedEngine,
    executions: ExecutionFinder,
    *,
    metrics: Exposition | None = None,
    routers: Sequence[APIRouter] = (),
    at_end: Sequence[Callable[[], None]] = (),
) -> AsyncIterator[Serving]:
    """Serve the API for the block, in the running loop.

    Args:
        order: where.
        engine: that the routes ask.
        executions: finds executions by their id.
        metrics: for `/metrics`.
        routers: further routes, behind the same guard.
        at_end: called before the end waits for requests under way, to let go of streams of those routes.

    Raises:
        PlaceError: the host is not loopback, or the port is taken or may not be used.
        TokenFileError: the token file cannot be used.
        AlreadyServed: another server has its token in this data folder.
    """
    place, listening = listen(_loopback(order.host), order.port, order.cure)
    with listening:
        async with bearer_token(order.data_folder, order.token_file) as (token, path):
            feed = StatusFeed(engine.board)
            served = Served(engine=engine, executions=executions, feed=feed, metrics=metrics)
            app = Guard(create_app(served, order.limits, routers), Access(place, token), order.limits)
            async with running(app, listening, order.limits):
                try:
                    yield Serving(place.origin, path)
                finally:
                    for let_go in (feed.close, *at_end):
                        let_go()


def _loopback(host: str) -> str:
    """The host, which may come from the settings.

    Raises:
        PlaceError: other machines could reach it.
    """
    try:
        return loopback_host(host)
    except UsageError as error:
        raise PlaceError(f"{error}. Set VEGA_API_HOST to 127.0.0.1.") from None
