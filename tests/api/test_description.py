"""The OpenAPI document is true: whatever it allows is answered as it says, and nothing else is let in."""

from __future__ import annotations

import asyncio
import warnings
from datetime import UTC, datetime
from typing import Any, Final

import httpx
from hypothesis import HealthCheck, settings

from vega_terminal.api.app import create_app
from vega_terminal.api.checks import Access
from vega_terminal.api.guard import Guard
from vega_terminal.api.limits import Limits
from vega_terminal.api.served import Served
from vega_terminal.api.status_feed import StatusFeed
from vega_terminal.domain.execution import ExitCode, SlotResult
from vega_terminal.domain.execution_record import ExecutionRecord
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.token import Verdict
from vega_terminal.loopback.place import Place

from .scripted import Metrics, ScriptedEngine

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of a library that it brings, at its import
    import schemathesis

TOKEN: Final = "t" * 43
AT: Final = datetime(2026, 10, 6, 4, 0, tzinfo=UTC)
KNOWN: Final = ExecutionRecord(
    execution_id="known",
    requested_by="rest",
    process="1:1",
    started_at=AT,
    ended_at=AT,
    exit_code=ExitCode.OK,
    summary="All 1 access tokens are valid. Nothing had to be done.",
    slots=(SlotResult("PRIMARY", Verdict.VALID),),
)


class OneRecord:
    """Knows one execution, whatever it is called."""

    async def find(self, execution_id: str) -> ExecutionRecord | None:
        return KNOWN if len(execution_id) % 2 else None


def guarded() -> Guard:
    engine = ScriptedEngine()
    served = Served(engine=engine, executions=OneRecord(), feed=StatusFeed(engine.board), metrics=Metrics())
    return Guard(create_app(served), Access(Place("127.0.0.1", 80), Secret(TOKEN)), Limits())


HEADERS: Final = {"Authorization": f"Bearer {TOKEN}", "Host": "127.0.0.1"}
described = schemathesis.openapi.from_asgi("/openapi.json", guarded(), headers=HEADERS)


@described.exclude(path="/auth/events").parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_call_is_answered_as_it_is_described(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(headers=HEADERS)


def test_it_describes_every_route_and_names_every_slot() -> None:
    async def fetch() -> dict[str, Any]:
        transport = httpx.ASGITransport(app=guarded())
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1", headers=HEADERS
        ) as client:
            found: dict[str, Any] = (await client.get("/openapi.json")).json()
            return found

    document = asyncio.run(fetch())
    operations = {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert set(operations) == {
        "POST /api/auth/upstox/tokens/refresh",
        "GET /api/auth/upstox/tokens/status/{execution_id}",
        "POST /api/auth/upstox/tokens/cancel/{execution_id}",
        "GET /auth/status",
        "GET /auth/ready",
        "GET /auth/events",
        "GET /metrics",
        "GET /healthz",
    }
    open_to_all = [name for name, operation in operations.items() if not operation.get("security")]
    assert open_to_all == ["GET /healthz"]
    order = operations["POST /api/auth/upstox/tokens/refresh"]["requestBody"]["content"]["application/json"]
    assert order["schema"]["properties"]["only"]["items"] == {"enum": ["PRIMARY", "WEBSOCKET1"]}
