"""Who makes an API call, and whether the token he shows is good for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vega_terminal.simulator.envelope import INVALID_TOKEN, TOO_MANY_REQUESTS, WRONG_TOKEN_KIND, RefusedError
from vega_terminal.simulator.tokens import TokenKind

if TYPE_CHECKING:
    from starlette.requests import Request

    from vega_terminal.simulator.brokerage import Brokerage
    from vega_terminal.simulator.population import SimulatedApp
    from vega_terminal.simulator.tokens import Bearer


def bearer_of(brokerage: Brokerage, request: Request, *, extended_is_enough: bool = False) -> Bearer:
    """The caller.

    Raises:
        RefusedError: 401 without a live token, 403 with one of the wrong kind, 429 over the limit.
    """
    bearer = brokerage.tokens.judge(_shown(request))
    if bearer is None:
        raise RefusedError(INVALID_TOKEN)
    if bearer.kind is TokenKind.EXTENDED and not extended_is_enough:
        raise RefusedError(WRONG_TOKEN_KIND)
    if not brokerage.limit.admits(bearer.identity):
        raise RefusedError(TOO_MANY_REQUESTS)
    return bearer


async def presenting_app(brokerage: Brokerage, request: Request) -> SimulatedApp | None:
    """The app whose token the request carries, dead or alive."""
    return brokerage.tokens.app_of(_shown(request))


def _shown(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""
