"""The code exchange: a flat body, unforgiving about everything that comes with the code."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from vega_terminal.simulator.account.profile import WRONG_USER_ID, profile_of
from vega_terminal.simulator.counts import Happening
from vega_terminal.simulator.envelope import BrokerError, RefusedError
from vega_terminal.simulator.faults import FaultKind
from vega_terminal.simulator.guard import fault_of
from vega_terminal.simulator.tokens import TokenKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from vega_terminal.simulator.brokerage import Brokerage
    from vega_terminal.simulator.codes import Authorization
    from vega_terminal.simulator.population import SimulatedApp

_REQUIRED: Mapping[str, BrokerError] = MappingProxyType(
    {
        "client_id": BrokerError(400, "UDAPI1017", "The API key is required"),
        "redirect_uri": BrokerError(400, "UDAPI1018", "The redirect URI is required"),
        "code": BrokerError(400, "UDAPI1022", "The authorization code is required"),
        "grant_type": BrokerError(400, "UDAPI1023", "The grant type is required"),
        "client_secret": BrokerError(400, "UDAPI1024", "The app secret is required"),
    }
)
_BAD_GRANT_TYPE = BrokerError(400, "UDAPI1023", "The grant type is invalid")
BAD_CREDENTIALS = BrokerError(
    401, "UDAPI100069", "Check your 'client_id' and 'client_secret'; one or both are incorrect."
)
_BAD_REDIRECT = BrokerError(400, "UDAPI100070", "The 'redirect_uri' is invalid")
_NOT_IN_ANSWER = "ddpi"


async def exchanging_app(brokerage: Brokerage, request: Request) -> SimulatedApp | None:
    """The app that an exchange names."""
    return brokerage.population.by_client_id.get((await _form(request)).get("client_id", ""))


async def burn_code(brokerage: Brokerage, request: Request) -> None:
    """Use the code up before anything else happens: it is burnt even when the exchange fails."""
    form = await _form(request)
    request.state.authorization = brokerage.codes.present(form.get("code", ""))
    app = await exchanging_app(brokerage, request)
    brokerage.counters.note(Happening.EXCHANGE, app)


async def exchange(brokerage: Brokerage, request: Request) -> dict[str, object]:
    """The flat body of a successful exchange.

    Raises:
        RefusedError: a field is missing, the code is unknown, used or old, or key, secret or
            redirect URI are wrong.
    """
    form = await _form(request)
    authorization = _checked(brokerage, form, request.state.authorization)
    app, identity = authorization.app, authorization.identity
    if brokerage.faults.knobs.second_login_kills_first:
        brokerage.tokens.cut_off(app)
    body: dict[str, object] = {
        name: value for name, value in profile_of(identity).items() if name != _NOT_IN_ANSWER
    }
    body["access_token"] = brokerage.tokens.issue(app, identity)
    body["extended_token"] = brokerage.tokens.issue(app, identity, TokenKind.EXTENDED)
    brokerage.counters.note(Happening.EXCHANGE_OK, app)
    return _falsified(body, request)


def _checked(
    brokerage: Brokerage, form: Mapping[str, str], authorization: Authorization | None
) -> Authorization:
    for name, error in _REQUIRED.items():
        if not form.get(name):
            raise RefusedError(error)
    if form["grant_type"] != "authorization_code":
        raise RefusedError(_BAD_GRANT_TYPE)
    if authorization is None:
        raise RefusedError(
            BrokerError(brokerage.faults.knobs.bad_code_status, "UDAPI100057", "Invalid Auth code")
        )
    app = authorization.app
    if (form["client_id"], form["client_secret"]) != (app.client_id, app.client_secret):
        raise RefusedError(BAD_CREDENTIALS)
    if form["redirect_uri"] != authorization.redirect_uri:
        raise RefusedError(_BAD_REDIRECT)
    return authorization


def _falsified(body: dict[str, object], request: Request) -> dict[str, object]:
    fault = fault_of(request)
    match fault.kind if fault else None:
        case FaultKind.EMPTY_ACCESS_TOKEN:
            body["access_token"] = ""
        case FaultKind.NOT_A_JWT:
            body["access_token"] = "opaque-0123456789abcdef"
        case FaultKind.WRONG_USER_ID:
            body["user_id"] = WRONG_USER_ID
    return body


async def _form(request: Request) -> dict[str, str]:
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}
