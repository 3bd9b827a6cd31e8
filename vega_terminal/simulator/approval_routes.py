"""The Access Token Request: an app asks, its customer approves on the phone (broker docs: same name)."""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING

from vega_terminal.simulator.counts import Happening
from vega_terminal.simulator.envelope import BrokerError, RefusedError, success
from vega_terminal.simulator.exchange import BAD_CREDENTIALS
from vega_terminal.simulator.faults import Call
from vega_terminal.simulator.guard import Endpoint
from vega_terminal.simulator.phone import milliseconds
from vega_terminal.simulator.schedule import token_death_after

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from vega_terminal.simulator.brokerage import Brokerage
    from vega_terminal.simulator.population import SimulatedApp

_NO_NOTIFIER = BrokerError(400, "UDAPI1123", "Notifier URL is not configured for the app")


async def _asking_app(brokerage: Brokerage, request: Request) -> SimulatedApp | None:
    return brokerage.population.by_client_id.get(request.path_params["client_id"])


async def _ask(brokerage: Brokerage, request: Request) -> Response:
    app = await _asking_app(brokerage, request)
    brokerage.counters.note(Happening.APPROVAL, app)
    if app is None or not hmac.compare_digest(await _shown_secret(request), app.client_secret.encode()):
        raise RefusedError(BAD_CREDENTIALS)
    if brokerage.notifier_url is None:
        raise RefusedError(_NO_NOTIFIER)
    brokerage.phones.ring(app)
    expiry = milliseconds(token_death_after(brokerage.clock.now()))
    return success({"authorization_expiry": expiry, "notifier_url": brokerage.notifier_url})


async def _shown_secret(request: Request) -> bytes:
    try:
        document = json.loads(await request.body())
    except ValueError:
        return b""
    return str(document.get("client_secret", "")).encode() if isinstance(document, dict) else b""


APPROVAL_ENDPOINTS = (
    Endpoint("/v3/login/auth/token/request/{client_id}", Call.APPROVAL, _ask, _asking_app, ("POST",)),
)
