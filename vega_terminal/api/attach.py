"""What an attached terminal asks of a server: the same engine, seen from elsewhere.

The routes are spoken between two installations of this product and are no public interface: they are left
out of the OpenAPI document, and their number changes with their language. Whoever stands in front of them
has checked the bearer token.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from functools import partial
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from vega_terminal.api.attach_feed import AttachFeed
from vega_terminal.api.attach_intents import AttachIntents
from vega_terminal.api.attach_reads import AttachReads
from vega_terminal.api.attach_replies import refusal
from vega_terminal.api.event_stream import EventStream
from vega_terminal.domain.errors import VegaError
from vega_terminal.engine.prompt_hub import PromptHub
from vega_terminal.front_ports import Backstage, RunningEngine
from vega_terminal.wire.about import PREFIX, About, entries_of

Route = Callable[[Request], Awaitable[Response]]


@asynccontextmanager
async def attachment(
    engine: RunningEngine,
    hub: PromptHub,
    backstage: Backstage,
    *,
    version: str,
    simulated: bool,
) -> AsyncIterator[tuple[APIRouter, AttachFeed]]:
    """What terminals attach to, for as long as this block lasts.

    Yields the routes, and the feed whose `end` lets every terminal go: a server calls it before it waits
    for its connections to end.

    Args:
        engine: that is shown.
        hub: the prompts that the engine was made with.
        backstage: doctor, log and bundle of this machine.
        version: of the product.
        simulated: whether the engine's broker is a simulated one.
    """

    def about() -> About:
        return About(
            version=version,
            simulated=simulated,
            broker_host=engine.facts.broker_host,
            vault_key=engine.facts.vault_key,
            data_folder=str(backstage.folder),
            slots=entries_of(engine.roster),
            checks=backstage.checks,
        )

    feed = AttachFeed(engine, hub, about)
    with feed.listening():
        beating = asyncio.create_task(feed.beat(), name="attach beat")
        try:
            yield attach_router(feed, AttachIntents(engine, hub), AttachReads(engine, backstage, about)), feed
        finally:
            beating.cancel()
            await asyncio.wait({beating})


def attach_router(feed: AttachFeed, intents: AttachIntents, reads: AttachReads) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix=PREFIX, include_in_schema=False)
    asked: Final[dict[str, Route]] = {
        "/about": reads.about,
        "/dashboard": reads.dashboard,
        "/quotes": reads.quotes,
        "/expiries": reads.expiries,
        "/option-chain": reads.option_chain,
        "/candles": reads.candles,
        "/audit/records": reads.audit_records,
        "/audit/proof": reads.audit_proof,
        "/doctor": reads.doctor,
        "/log/{number}": reads.log,
        "/executions/{execution_id}": intents.execution,
        "/stream": partial(_stream, feed),
    }
    told: Final[dict[str, Route]] = {
        "/verify": intents.verify,
        "/generate": intents.generate,
        "/cancel": intents.cancel,
        "/rearm": intents.rearm,
        "/questions/{number}": intents.answer,
        "/bundle": reads.bundle,
    }
    for path, route in asked.items():
        router.add_api_route(path, _refusing(route), methods=["GET"], response_model=None)
    for path, route in told.items():
        router.add_api_route(path, _refusing(route), methods=["POST"], response_model=None)
    return router


class AttachStream(EventStream):
    """Ends its frames with itself: whoever listened is there no more."""

    def __init__(self, frames: AsyncGenerator[bytes]) -> None:
        super().__init__(frames)
        self._listening = frames

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        async with aclosing(self._listening):
            await super().__call__(scope, receive, send)


async def _stream(feed: AttachFeed, request: Request) -> Response:
    """Everything that happens, for as long as the terminal listens."""
    last = request.headers.get("last-event-id", "")
    return AttachStream(feed.frames(last))


def _refusing(route: Route) -> Route:
    """`route`, whose errors are answers that the other side raises again."""

    async def answer(request: Request) -> Response:
        try:
            return await route(request)
        except (VegaError, OSError) as error:
            return refusal(error)

    return answer
