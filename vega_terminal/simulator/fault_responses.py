"""Turns a fault into what goes over the wire."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, JSONResponse, Response

from vega_terminal.simulator.broken_responses import (
    HangingResponse,
    ResetResponse,
    SlowBodyResponse,
    TruncatedResponse,
    pause,
)
from vega_terminal.simulator.envelope import (
    FUNDS_CLOSED,
    INVALID_TOKEN,
    SERVER_ERROR,
    TOO_MANY_REQUESTS,
    WRONG_TOKEN_KIND,
    BrokerError,
    error_body,
    failure,
)
from vega_terminal.simulator.faults import FaultKind
from vega_terminal.simulator.pages import page

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Mapping

    from vega_terminal.simulator.connections import Connections
    from vega_terminal.simulator.faults import Fault
    from vega_terminal.simulator.knobs import Casing

_ERRORS: Mapping[FaultKind, BrokerError] = MappingProxyType(
    {
        FaultKind.UNAUTHORIZED: INVALID_TOKEN,
        FaultKind.FORBIDDEN: WRONG_TOKEN_KIND,
        FaultKind.SERVICE_HOURS: FUNDS_CLOSED,
        FaultKind.TOO_MANY_REQUESTS: TOO_MANY_REQUESTS,
        FaultKind.SERVER_ERROR: SERVER_ERROR,
        FaultKind.ERROR: SERVER_ERROR,
    }
)
_PAGES: Mapping[FaultKind, tuple[int, str]] = MappingProxyType(
    {
        FaultKind.HTML_IN_200: (200, "unknown.html"),
        FaultKind.UNKNOWN_PAGE: (200, "unknown.html"),
        FaultKind.BAD_GATEWAY_PAGE: (502, "bad_gateway.html"),
        FaultKind.BLOCK_PAGE: (403, "blocked.html"),
        FaultKind.THROTTLE_PAGE: (429, "throttled.html"),
        FaultKind.MAINTENANCE_PAGE: (503, "maintenance.html"),
    }
)
_RATE_LIMITED = 429


class FaultyAnswers:
    """Performs faults on one server."""

    def __init__(self, connections: Connections, stopping: asyncio.Event) -> None:
        self._connections = connections
        self._stopping = stopping

    async def perform(
        self, fault: Fault, casing: Casing, healthy: Callable[[], Awaitable[Response]]
    ) -> Response:
        """What goes over the wire; `healthy` makes the answer that would have been sent.

        Faults of content are not known here: the healthy answer sees them itself.
        """
        match fault.kind:
            case FaultKind.RESET:
                return ResetResponse(self._connections)
            case FaultKind.HANG:
                return HangingResponse(self._connections, self._stopping)
            case FaultKind.TRUNCATED:
                return TruncatedResponse(await healthy(), self._connections)
            case FaultKind.SLOW_HEADERS:
                await pause(fault.delay_ms / 1000, self._stopping)
                return await healthy()
            case FaultKind.SLOW_BODY:
                return SlowBodyResponse(await healthy(), fault.delay_ms / 1000, self._stopping)
            case _:
                return _refusal(fault, casing) or await healthy()


def _refusal(fault: Fault, casing: Casing) -> Response | None:
    headers = {} if fault.retry_after_s is None else {"Retry-After": str(fault.retry_after_s)}
    if fault.kind in _PAGES:
        status, name = _PAGES[fault.kind]
        return HTMLResponse(page(name), fault.status or status, headers)
    if fault.kind in _ERRORS:
        return failure(_adjusted(fault, _ERRORS[fault.kind]), casing, headers)
    if fault.kind is FaultKind.ERROR_IN_200:
        return JSONResponse(error_body(_adjusted(fault, SERVER_ERROR), casing), 200, headers)
    return None


def _adjusted(fault: Fault, error: BrokerError) -> BrokerError:
    return dataclasses.replace(
        error,
        status=fault.status or error.status,
        code=fault.code or error.code,
        message=fault.message or error.message,
    )
