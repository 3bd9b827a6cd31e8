"""The application: the contract's routes over one engine, and every refusal in one form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fastapi import APIRouter, FastAPI, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException
from starlette.responses import Response

from vega_terminal import __version__
from vega_terminal.api.limits import Limits
from vega_terminal.api.problems import (
    BAD_REQUEST,
    DEFECT,
    INVALID_REQUEST,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    Problem,
)
from vega_terminal.api.routes.operation import health_router, metrics_router
from vega_terminal.api.routes.status import status_router
from vega_terminal.api.routes.tokens import tokens_router
from vega_terminal.api.served import Served

DESCRIPTION: Final = "/openapi.json"
"""Where the OpenAPI document lies; it needs the token, as everything does."""
_BY_STATUS: Final = {problem.status: problem for problem in (NOT_FOUND, METHOD_NOT_ALLOWED)}


def create_app(served: Served, limits: Limits | None = None, routers: Iterable[APIRouter] = ()) -> FastAPI:
    """The application, without the guard that has to stand in front of it.

    Args:
        served: what the routes ask.
        limits: of readers of events, and of whoever waits for an end.
        routers: further routes.
    """
    app = FastAPI(
        title="VEGA Terminal",
        version=__version__,
        description="The daily Upstox access tokens: ask for them, follow them. No token is shown.",
        openapi_url=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers={
            HTTPException: _http_problem,
            RequestValidationError: _invalid,
            Exception: _defect,
        },
    )
    bearer = Security(HTTPBearer(auto_error=False, description="The token of this start"))
    limits = limits or Limits()
    protected = [tokens_router(served, limits), status_router(served, limits), *routers]
    if served.metrics is not None:
        protected.append(metrics_router(served.metrics))
    for router in protected:
        app.include_router(router, dependencies=[bearer])
    app.include_router(health_router())
    return app


async def _http_problem(_request: Request, error: Exception) -> Response:
    """What the framework refuses: its own words may quote the request."""
    if not isinstance(error, HTTPException):
        return DEFECT.response()
    problem = _BY_STATUS.get(error.status_code, BAD_REQUEST)
    headers = tuple((error.headers or {}).items())
    return Problem(problem.status, problem.code, problem.message, headers).response()


async def _invalid(_request: Request, _error: Exception) -> Response:
    return INVALID_REQUEST.response()


async def _defect(_request: Request, _error: Exception) -> Response:
    """The error itself goes on to the guard, which reports it."""
    return DEFECT.response()
