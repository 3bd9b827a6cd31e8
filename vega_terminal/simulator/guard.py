"""What every route has in common: the call is counted, a fault may strike, errors get their envelope."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.routing import Route

from vega_terminal.simulator.envelope import RefusedError, failure

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from vega_terminal.simulator.brokerage import Brokerage
    from vega_terminal.simulator.fault_responses import FaultyAnswers
    from vega_terminal.simulator.faults import Call, Fault
    from vega_terminal.simulator.population import SimulatedApp

Handler = Callable[["Brokerage", "Request"], Awaitable["Response"]]
Identify = Callable[["Brokerage", "Request"], Awaitable["SimulatedApp | None"]]
Before = Callable[["Brokerage", "Request"], Awaitable[None]]


async def _nothing(_brokerage: Brokerage, _request: Request) -> None:
    """Nothing happens before this call."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One guarded route.

    Attributes:
        identify: finds the app that a request is about, for faults and counts.
        before: what happens even when a fault strikes.
    """

    path: str
    call: Call
    handle: Handler
    identify: Identify
    methods: tuple[str, ...] = ("GET",)
    before: Before = _nothing


def guarded_route(brokerage: Brokerage, answers: FaultyAnswers, endpoint: Endpoint) -> Route:
    """The route of an endpoint."""

    async def answer(request: Request) -> Response:
        app = await endpoint.identify(brokerage, request)
        brokerage.counters.note_call(endpoint.call)
        await endpoint.before(brokerage, request)
        fault = brokerage.faults.take(endpoint.call, app.name if app else None)
        request.state.fault = fault

        async def healthy() -> Response:
            return await _handled(brokerage, endpoint, request)

        if fault is None:
            return await healthy()
        return await answers.perform(fault, brokerage.faults.knobs.error_casing, healthy)

    return Route(endpoint.path, answer, methods=list(endpoint.methods))


def fault_of(request: Request) -> Fault | None:
    """The fault that struck this request, for handlers that falsify their content."""
    fault: Fault | None = request.state.fault
    return fault


async def _handled(brokerage: Brokerage, endpoint: Endpoint, request: Request) -> Response:
    try:
        return await endpoint.handle(brokerage, request)
    except RefusedError as refused:
        return failure(refused.error, brokerage.faults.knobs.error_casing)
