"""The status document, whole or as its two most wanted words, now or at each change."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from vega_terminal.api.event_stream import EventStream
from vega_terminal.api.limits import Limits
from vega_terminal.api.models import ReadyDocument, StatusDocument
from vega_terminal.api.routes.answers import json_answer, plain, refusals
from vega_terminal.api.served import Served
from vega_terminal.domain.document import status_document


def status_router(served: Served, limits: Limits) -> APIRouter:
    """The routes under `/auth`."""
    router = APIRouter(prefix="/auth", tags=["status"])
    board = served.engine.board

    @router.get(
        "/status",
        response_model=StatusDocument,
        responses=refusals(),
        operation_id="status",
        summary="The status document",
    )
    async def status() -> Response:
        """Everything that is known of the login. Asks nobody: neither the broker nor the database."""
        return json_answer(status_document(board.status, board.now()))

    @router.get(
        "/ready",
        response_model=ReadyDocument,
        responses=refusals(),
        operation_id="ready",
        summary="Whether the broker has confirmed PRIMARY",
    )
    async def ready() -> Response:
        """`ready` may turn false again: at 03:30 IST, and when the broker refuses the token."""
        present, now = board.status, board.now()
        return json_answer({"ready": present.ready(now), "reason": present.reason(now).value})

    @router.get(
        "/events",
        response_class=Response,
        responses=plain("text/event-stream", "Events named `status`; their data is the document")
        | refusals(),
        operation_id="events",
        summary="The status document at each change, as server-sent events",
    )
    async def events() -> Response:
        """Begins with the whole document. A slow reader skips what is out of date and gets the newest."""
        return EventStream(served.feed.frames(limits.heartbeat_seconds))

    return router
