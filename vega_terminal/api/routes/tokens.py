"""Executions: begin one, look one up, end one."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from vega_terminal.api.ending import Endings
from vega_terminal.api.limits import Limits
from vega_terminal.api.models import BegunDocument, ExecutionDocument
from vega_terminal.api.order import BadOrder, order_schema, request_in
from vega_terminal.api.problems import STORAGE, UNKNOWN_EXECUTION, Problem
from vega_terminal.api.routes.answers import json_answer, refusals
from vega_terminal.api.served import Served
from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.execution_record import ExecutionStatus

PREFIX: Final = "/api/auth/upstox/tokens"


def tokens_router(served: Served, limits: Limits) -> APIRouter:
    """The routes under `/api/auth/upstox/tokens`."""
    router = APIRouter(prefix=PREFIX, tags=["executions"])
    names = tuple(slot.name for slot in served.engine.board.status.slots)
    endings = Endings(served, limits.cancel_seconds)
    body = {"required": False, "content": {"application/json": {"schema": order_schema(names)}}}

    @router.post(
        "/refresh",
        status_code=202,
        response_model=BegunDocument,
        responses=refusals(),
        openapi_extra={"requestBody": body},
        operation_id="refresh",
        summary="Verify every token; generate what is missing, expired or refused",
    )
    async def refresh(request: Request) -> Response:
        """Begins an execution and answers at once; while one goes on, with that one's id."""
        try:
            order = request_in(await request.body(), names)
        except BadOrder as error:
            return error.problem.response()
        execution_id = served.engine.begin(order).execution_id
        document = {"executionId": execution_id, "status": ExecutionStatus.IN_PROGRESS.value}
        return json_answer(document, 202, _where(execution_id))

    @router.get(
        "/status/{execution_id}",
        response_model=ExecutionDocument,
        responses=refusals(404),
        operation_id="execution",
        summary="How an execution stands, or how it ended",
    )
    async def execution(execution_id: str) -> Response:
        """Finds the last 200 executions of every front end, also those of earlier processes."""
        try:
            record = await served.executions.find(execution_id)
        except StorageError:
            return STORAGE.response()
        return UNKNOWN_EXECUTION.response() if record is None else json_answer(record.document())

    @router.post(
        "/cancel/{execution_id}",
        response_model=ExecutionDocument,
        responses=refusals(404, 409) | {202: {"model": ExecutionDocument, "description": "It is ending"}},
        operation_id="cancel",
        summary="End the execution under way",
    )
    async def cancel(execution_id: str) -> Response:
        """Answers once it has ended and no browser is left, or with 202 when that takes longer than 20 s."""
        try:
            outcome = await endings.end(execution_id)
        except StorageError:
            return STORAGE.response()
        if isinstance(outcome, Problem):
            return outcome.response()
        status = 202 if outcome.status is ExecutionStatus.IN_PROGRESS else 200
        return json_answer(outcome.document(), status, _where(execution_id))

    return router


def _where(execution_id: str) -> dict[str, str]:
    return {"Location": f"{PREFIX}/status/{execution_id}"}
