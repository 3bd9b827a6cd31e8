"""One ASGI application for both origins, told apart by the port that a request came in on."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse

from vega_terminal.simulator.account_routes import ACCOUNT_ENDPOINTS
from vega_terminal.simulator.approval_routes import APPROVAL_ENDPOINTS
from vega_terminal.simulator.control_routes import control_routes
from vega_terminal.simulator.envelope import NO_SUCH_ROUTE, failure
from vega_terminal.simulator.guard import guarded_route
from vega_terminal.simulator.login_routes import LOGIN_ENDPOINTS
from vega_terminal.simulator.market_routes import MARKET_ENDPOINTS
from vega_terminal.simulator.oauth_routes import OAUTH_ENDPOINTS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from vega_terminal.simulator.brokerage import Brokerage
    from vega_terminal.simulator.fault_responses import FaultyAnswers


class TwoOrigins:
    """Sends each request to the API or to the login application and stamps the simulated `Date`."""

    def __init__(self, brokerage: Brokerage, answers: FaultyAnswers, login_port: int) -> None:
        self._brokerage = brokerage
        self._login_port = login_port
        self._api = _api(brokerage, answers)
        self._login = _login(brokerage, answers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        origin: ASGIApp = self._login if scope["server"][1] == self._login_port else self._api

        async def stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), (b"date", self._date().encode())]
            await send(message)

        await origin(scope, receive, stamped)

    def _date(self) -> str:
        return formatdate(
            self._brokerage.clock.epoch() + self._brokerage.faults.knobs.date_skew_s, usegmt=True
        )


def _api(brokerage: Brokerage, answers: FaultyAnswers) -> Starlette:
    async def no_such_route(_request: Request, _error: Exception) -> Response:
        return failure(NO_SUCH_ROUTE, brokerage.faults.knobs.error_casing)

    endpoints = (*OAUTH_ENDPOINTS, *APPROVAL_ENDPOINTS, *ACCOUNT_ENDPOINTS, *MARKET_ENDPOINTS)
    routes = [guarded_route(brokerage, answers, endpoint) for endpoint in endpoints]
    return Starlette(
        routes=[*routes, control_routes(brokerage)],
        exception_handlers={404: no_such_route, 405: no_such_route},
    )


def _login(brokerage: Brokerage, answers: FaultyAnswers) -> Starlette:
    return Starlette(
        routes=[guarded_route(brokerage, answers, endpoint) for endpoint in LOGIN_ENDPOINTS],
        exception_handlers={HTTPException: _plainly},
    )


async def _plainly(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return PlainTextResponse("Not here.", status)
