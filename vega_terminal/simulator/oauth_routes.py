"""OAuth on the API origin: the dialog, the bounce back to the app, the code exchange, logout."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from starlette.responses import JSONResponse, RedirectResponse, Response

from vega_terminal.simulator.authorization import bearer_of, presenting_app
from vega_terminal.simulator.counts import Happening
from vega_terminal.simulator.envelope import BrokerError, RefusedError, success
from vega_terminal.simulator.exchange import burn_code, exchange, exchanging_app
from vega_terminal.simulator.faults import Call, FaultKind
from vega_terminal.simulator.guard import Endpoint, fault_of
from vega_terminal.simulator.knobs import DialogErrorStyle

if TYPE_CHECKING:
    from starlette.requests import Request

    from vega_terminal.simulator.brokerage import Brokerage
    from vega_terminal.simulator.population import SimulatedApp
    from vega_terminal.simulator.transactions import Transaction

_FOUND = 302
_BAD_CLIENT = BrokerError(
    400, "UDAPI100068", "Check your 'client_id' and 'redirect_uri'; one or both are incorrect."
)
_STALE = BrokerError(400, "UDAPI100016", "Invalid Credentials")


async def _dialog_app(brokerage: Brokerage, request: Request) -> SimulatedApp | None:
    return brokerage.population.by_client_id.get(request.query_params.get("client_id", ""))


async def _dialog(brokerage: Brokerage, request: Request) -> Response:
    app = await _dialog_app(brokerage, request)
    brokerage.counters.note(Happening.DIALOG, app, app.identity if app else None)
    redirect_uri = request.query_params.get("redirect_uri", "")
    state = request.query_params.get("state")
    fault = fault_of(request)
    if fault is not None and fault.kind is FaultKind.EMPTY_LOCATION:
        return Response(status_code=_FOUND, headers={"Location": ""})
    if fault is not None and (refused := _refusal_url(fault.kind, redirect_uri, state)):
        return RedirectResponse(refused, _FOUND)
    if app is None or redirect_uri != app.redirect_uri or not _asks_for_code(brokerage, request):
        return _refuse(brokerage, redirect_uri, state)
    transaction = brokerage.transactions.start(app, redirect_uri, state)
    return RedirectResponse(_login_url(brokerage, transaction), _FOUND)


def _asks_for_code(brokerage: Brokerage, request: Request) -> bool:
    wanted = request.query_params.get("response_type")
    return wanted == "code" or (wanted is None and not brokerage.faults.knobs.strict_response_type)


def _login_url(brokerage: Brokerage, transaction: Transaction) -> str:
    app = transaction.app
    chain = f"{brokerage.origins.redirect}?{urlencode({'transaction': transaction.transaction_id})}"
    query = {
        "client_id": app.internal_id,
        "redirect_uri": chain,
        "user_id": app.identity.user_id,
        "user_type": "individual",
    }
    return f"{brokerage.origins.login}/?{urlencode(query)}"


def _refuse(brokerage: Brokerage, redirect_uri: str, state: str | None) -> Response:
    kind = {
        DialogErrorStyle.ERROR_CODE: FaultKind.REDIRECT_ERROR_CODE,
        DialogErrorStyle.STANDARD: FaultKind.REDIRECT_STANDARD_ERROR,
    }.get(brokerage.faults.knobs.dialog_error_style)
    if kind is None or not urlsplit(redirect_uri).netloc:
        raise RefusedError(_BAD_CLIENT)
    return RedirectResponse(_refusal_url(kind, redirect_uri, state), _FOUND)


def _refusal_url(kind: FaultKind, redirect_uri: str, state: str | None) -> str:
    match kind:
        case FaultKind.REDIRECT_ERROR_CODE:
            query = {"error_code": _BAD_CLIENT.code, "error_message": "invalid redirect uri"}
        case FaultKind.REDIRECT_STANDARD_ERROR:
            query = {"error": "access_denied", "error_description": "The user denied the request"}
        case _:
            return ""
    return _with_query(redirect_uri, query, state)


def _with_query(uri: str, query: dict[str, str], state: str | None) -> str:
    extra = query if state is None else query | {"state": state}
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode(extra)}"


async def _bounced_app(brokerage: Brokerage, request: Request) -> SimulatedApp | None:
    transaction = brokerage.transactions.find(request.query_params.get("transaction", ""))
    return transaction.app if transaction else None


async def _bounce(brokerage: Brokerage, request: Request) -> Response:
    transaction = brokerage.transactions.find(request.query_params.get("transaction", ""))
    grant = request.query_params.get("grant", "")
    if (
        transaction is None
        or transaction.identity is None
        or not brokerage.transactions.finish(transaction, grant)
    ):
        raise RefusedError(_STALE)
    fault = fault_of(request)
    kind, state = (fault.kind if fault else None), transaction.state
    if kind and (refused := _refusal_url(kind, transaction.redirect_uri, state)):
        return RedirectResponse(refused, _FOUND)
    if kind is FaultKind.STATE_DROPPED:
        state = None
    if kind is FaultKind.STATE_ALTERED:
        state = f"{state or ''}x"
    code = brokerage.codes.issue(transaction.app, transaction.identity, transaction.redirect_uri)
    brokerage.counters.note(Happening.CODE, transaction.app, transaction.identity)
    return RedirectResponse(_with_query(transaction.redirect_uri, {"code": code}, state), _FOUND)


async def _logout(brokerage: Brokerage, request: Request) -> Response:
    brokerage.tokens.log_out(bearer_of(brokerage, request).token_id)
    return success(data=True)


async def _exchange(brokerage: Brokerage, request: Request) -> Response:
    return JSONResponse(await exchange(brokerage, request))


OAUTH_ENDPOINTS = (
    Endpoint("/v2/login/authorization/dialog", Call.DIALOG, _dialog, _dialog_app),
    Endpoint("/login/authorization/redirect", Call.REDIRECT, _bounce, _bounced_app),
    Endpoint(
        "/v2/login/authorization/token", Call.TOKEN, _exchange, exchanging_app, ("POST",), before=burn_code
    ),
    Endpoint("/v2/logout", Call.LOGOUT, _logout, presenting_app, ("DELETE",)),
)
