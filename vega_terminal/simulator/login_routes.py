"""The login origin: the sign-in page, the handlers behind its buttons, and the Turnstile frame."""

from __future__ import annotations

import html
import json
import secrets
from dataclasses import asdict
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from vega_terminal.simulator.counts import Happening
from vega_terminal.simulator.faults import Call
from vega_terminal.simulator.guard import Endpoint
from vega_terminal.simulator.knobs import Alert, Turnstile
from vega_terminal.simulator.pages import page
from vega_terminal.simulator.sign_in import Moved, Refused, SignedIn, Stalled

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from vega_terminal.simulator.brokerage import Brokerage
    from vega_terminal.simulator.population import SimulatedApp
    from vega_terminal.simulator.sign_in import Outcome
    from vega_terminal.simulator.transactions import Transaction

_SESSION_COOKIE = "simulated_session"
_BROWSER_COOKIE = "simulated_browser"


def _transaction_on_page(brokerage: Brokerage, request: Request) -> Transaction | None:
    chain = urlsplit(request.query_params.get("redirect_uri", ""))
    return brokerage.transactions.find(parse_qs(chain.query).get("transaction", [""])[0])


def _transaction_named(brokerage: Brokerage, request: Request) -> Transaction | None:
    return brokerage.transactions.find(request.path_params["transaction"])


async def _page_app(brokerage: Brokerage, request: Request) -> SimulatedApp | None:
    transaction = _transaction_on_page(brokerage, request)
    return transaction.app if transaction else None


async def _named_app(brokerage: Brokerage, request: Request) -> SimulatedApp | None:
    transaction = _transaction_named(brokerage, request)
    return transaction.app if transaction else None


async def _sign_in_page(brokerage: Brokerage, request: Request) -> Response:
    transaction = _transaction_on_page(brokerage, request)
    if transaction is None:
        return HTMLResponse(page("expired.html"), 400)
    response = _answered(brokerage, request, transaction)
    browser = request.cookies.get(_BROWSER_COOKIE) or secrets.token_urlsafe(9)
    brokerage.counters.note_browser(browser)
    response.set_cookie(_BROWSER_COOKIE, browser, httponly=True, samesite="lax")
    return response


def _answered(brokerage: Brokerage, request: Request, transaction: Transaction) -> Response:
    if brokerage.desk.pass_on_session(request.cookies.get(_SESSION_COOKIE), transaction):
        return RedirectResponse(_onward(brokerage, transaction), 302)
    brokerage.counters.note(Happening.SIGN_IN_PAGE, transaction.app, transaction.app.identity)
    return HTMLResponse(_rendered(brokerage, transaction), headers={"Cache-Control": "no-store"})


def _rendered(brokerage: Brokerage, transaction: Transaction) -> str:
    knobs = brokerage.faults.knobs
    turnstile = knobs.turnstile_for(transaction.app.name)
    settings = {
        "transaction": transaction.transaction_id,
        "overlayMs": knobs.overlay_ms,
        "turnstile": turnstile.value,
        "turnstileLateMs": knobs.turnstile_late_ms if turnstile is Turnstile.LATE else 0,
    }
    return (
        page("sign_in.html")
        .replace("/* STYLE */", page("sign_in.css"))
        .replace("SETTINGS", html.escape(json.dumps(settings)))
        .replace("/* SCRIPT */", page("sign_in.js"))
    )


def _onward(brokerage: Brokerage, transaction: Transaction) -> str:
    query = {"transaction": transaction.transaction_id, "grant": transaction.grant or ""}
    return f"{brokerage.origins.redirect}?{urlencode(query)}"


async def _request_otp(brokerage: Brokerage, request: Request) -> Response:
    desk = brokerage.desk
    return await _pressed(brokerage, request, "mobile", desk.request_otp)


async def _submit_otp(brokerage: Brokerage, request: Request) -> Response:
    return await _pressed(brokerage, request, "otp", brokerage.desk.submit_otp)


async def _submit_pin(brokerage: Brokerage, request: Request) -> Response:
    return await _pressed(brokerage, request, "pin", brokerage.desk.submit_pin)


async def _pressed(
    brokerage: Brokerage, request: Request, field: str, decide: Callable[[Transaction, str], Outcome]
) -> Response:
    transaction = _transaction_named(brokerage, request)
    if transaction is None:
        return _told(brokerage, Refused(Alert.STALE))
    if browser := request.cookies.get(_BROWSER_COOKIE):
        brokerage.counters.note_browser(browser)
    value = (await request.form()).get(field, "")
    outcome = decide(transaction, value if isinstance(value, str) else "")
    if not isinstance(outcome, SignedIn):
        return _told(brokerage, outcome)
    response = JSONResponse({"onward": _onward(brokerage, transaction)})
    response.set_cookie(_SESSION_COOKIE, outcome.session_id, httponly=True, samesite="lax")
    return response


def _told(brokerage: Brokerage, outcome: Moved | Refused | Stalled) -> Response:
    match outcome:
        case Moved():
            return JSONResponse(asdict(outcome))
        case Refused(alert):
            return JSONResponse({"alert": brokerage.faults.knobs.alert_text(alert)})
        case Stalled():
            return JSONResponse({})


async def _left(brokerage: Brokerage, request: Request) -> Response:
    transaction = _transaction_named(brokerage, request)
    if transaction is not None:
        brokerage.transactions.leave(transaction)
    return Response(status_code=204)


async def _challenge_frame(_brokerage: Brokerage, request: Request) -> Response:
    transaction_id = html.escape(request.path_params["transaction"])
    return HTMLResponse(page("turnstile.html").replace("TRANSACTION", transaction_id))


async def _challenge_state(brokerage: Brokerage, request: Request) -> Response:
    transaction = _transaction_named(brokerage, request)
    return JSONResponse({"solved": transaction is not None and transaction.solved})


async def _challenge_appeared(brokerage: Brokerage, request: Request) -> Response:
    if transaction := _transaction_named(brokerage, request):
        transaction.challenged = True
    return Response(status_code=204)


async def _challenge_clicked(brokerage: Brokerage, request: Request) -> Response:
    if transaction := _transaction_named(brokerage, request):
        transaction.solved = transaction.challenged
    return Response(status_code=204)


_FRAME = "/challenges.cloudflare.com/turnstile/{transaction}"

LOGIN_ENDPOINTS = (
    Endpoint("/", Call.LOGIN_PAGE, _sign_in_page, _page_app),
    Endpoint("/press/{transaction}/get-otp", Call.OTP_REQUEST, _request_otp, _named_app, ("POST",)),
    Endpoint("/press/{transaction}/otp", Call.OTP_SUBMIT, _submit_otp, _named_app, ("POST",)),
    Endpoint("/press/{transaction}/pin", Call.PIN_SUBMIT, _submit_pin, _named_app, ("POST",)),
    Endpoint("/press/{transaction}/left", Call.PAGE_LEFT, _left, _named_app, ("POST",)),
    Endpoint(_FRAME, Call.CHALLENGE, _challenge_frame, _named_app),
    Endpoint(f"{_FRAME}/state", Call.CHALLENGE, _challenge_state, _named_app),
    Endpoint(f"{_FRAME}/appeared", Call.CHALLENGE, _challenge_appeared, _named_app, ("POST",)),
    Endpoint(f"{_FRAME}/clicked", Call.CHALLENGE, _challenge_clicked, _named_app, ("POST",)),
)
