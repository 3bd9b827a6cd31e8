"""The control routes under `/__simulator__`: what a test or a person at the console may do to the broker."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from vega_terminal.simulator.environment import client_environment, notifier_environment
from vega_terminal.simulator.faults import Call, Fault, FaultKind
from vega_terminal.simulator.scenarios import PLANS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from vega_terminal.simulator.brokerage import Brokerage

Body = dict[str, object]


async def _overview(brokerage: Brokerage, _body: Body) -> Body:
    return {"scenario": brokerage.scenario.value, "environment": environment_of(brokerage)}


def environment_of(brokerage: Brokerage) -> dict[str, str]:
    """The settings that a client needs."""
    plan = PLANS[brokerage.scenario]
    settings = client_environment(
        brokerage.population, brokerage.origins.api, gives_totp_secret=plan.gives_totp_secret
    )
    if brokerage.notifier_url is None:
        return settings
    return settings | notifier_environment(brokerage.notifier_url, on_phone=plan.on_phone)


async def _faults(brokerage: Brokerage, _body: Body) -> Body:
    board = brokerage.faults
    return {"knobs": asdict(board.knobs), "faults": [asdict(fault) for fault in board.pending()]}


async def _change_faults(brokerage: Brokerage, body: Body) -> Body:
    """`{"clear": true, "knobs": {...}, "add": [{"kind": ..., "call": ..., ...}]}`, each optional."""
    additions = [_fault(each) for each in cast("list[Body]", body.get("add", []))]
    brokerage.faults.change(**cast("Body", body.get("knobs", {})))
    if body.get("clear"):
        brokerage.faults.clear()
    brokerage.faults.add(*additions)
    return await _faults(brokerage, body)


def _fault(fields: Body) -> Fault:
    known = {"kind": FaultKind(str(fields.get("kind"))), "call": Call(str(fields.get("call", Call.ANY)))}
    return Fault(**cast("dict[str, Any]", fields | known))


async def _counts(brokerage: Brokerage, _body: Body) -> Body:
    return asdict(brokerage.counters.snapshot()) | {"open_sign_ins": brokerage.transactions.open_sign_ins()}


async def _reset(brokerage: Brokerage, _body: Body) -> Body:
    brokerage.reset()
    return {}


async def _revoke(brokerage: Brokerage, body: Body) -> Body:
    """`{"app": "PRIMARY"}`, or nothing for all apps."""
    names = [str(body["app"])] if "app" in body else list(brokerage.population.by_name)
    for name in names:
        brokerage.tokens.cut_off(brokerage.population.by_name[name])
    return {"revoked": names}


async def _issue(brokerage: Brokerage, body: Body) -> Body:
    """`{"app": "PRIMARY"}`: a token without a sign-in."""
    app = brokerage.population.by_name[str(body["app"])]
    return {"access_token": brokerage.tokens.issue(app, app.identity)}


async def _solve(brokerage: Brokerage, body: Body) -> Body:
    """`{"app": "WEBSOCKET2"}`: click the challenge on that app's open sign-in pages."""
    return {"solved": brokerage.transactions.solve(str(body["app"]))}


async def _clock(brokerage: Brokerage, body: Body) -> Body:
    """`{"jump_s": 660}` or `{"to": "2026-01-05T03:29:00+05:30"}`, or nothing to ask the time."""
    if "to" in body:
        brokerage.clock.jump_to(datetime.fromisoformat(str(body["to"])))
    brokerage.clock.jump(float(str(body.get("jump_s", 0))))
    return {"now": brokerage.clock.now().isoformat()}


async def _last_otp(brokerage: Brokerage, body: Body) -> Body:
    """`?mobile=`: the OTP of the last SMS that is still unused."""
    identity = brokerage.population.by_mobile[str(body["mobile"])]
    return {"otp": brokerage.passwords.last_sms(identity)}


async def _unblock(brokerage: Brokerage, body: Body) -> Body:
    """`{"mobile": ...}`: what the customer does to get an account back after too many wrong PINs."""
    brokerage.desk.unblock(brokerage.population.by_mobile[str(body["mobile"])])
    return {}


async def _end_sessions(brokerage: Brokerage, _body: Body) -> Body:
    brokerage.desk.end_sessions()
    return {}


_ACTIONS: tuple[tuple[str, str, Callable[[Brokerage, Body], Awaitable[Body]]], ...] = (
    ("GET", "/", _overview),
    ("GET", "/faults", _faults),
    ("PATCH", "/faults", _change_faults),
    ("GET", "/counts", _counts),
    ("GET", "/clock", _clock),
    ("GET", "/last-otp", _last_otp),
    ("POST", "/reset", _reset),
    ("POST", "/revoke", _revoke),
    ("POST", "/issue-token", _issue),
    ("POST", "/solve-turnstile", _solve),
    ("POST", "/clock", _clock),
    ("POST", "/unblock", _unblock),
    ("POST", "/end-sessions", _end_sessions),
)


def control_routes(brokerage: Brokerage) -> Mount:
    """The control routes of one broker."""

    async def act(action: Callable[[Brokerage, Body], Awaitable[Body]], request: Request) -> Response:
        try:
            body = cast("Body", json.loads(await request.body() or b"{}"))
            return JSONResponse(await action(brokerage, dict(request.query_params) | body))
        except (KeyError, TypeError, ValueError) as error:
            return JSONResponse({"error": f"the request makes no sense: {error}"}, 400)

    routes = [Route(path, partial(act, action), methods=[method]) for method, path, action in _ACTIONS]
    return Mount("/__simulator__", routes=routes)
