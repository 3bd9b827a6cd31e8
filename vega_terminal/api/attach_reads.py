"""What an attached terminal may read: market, audit trail, doctor, log."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import date
from http import HTTPStatus
from typing import Final, TypeVar

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from vega_terminal.api.attach_replies import reply
from vega_terminal.api.numbers import number_in
from vega_terminal.doctor.findings import Finding
from vega_terminal.domain.market.candles import Candle, CandleInterval
from vega_terminal.domain.market.dashboard import Dashboard
from vega_terminal.domain.market.options import OptionChain
from vega_terminal.domain.market.quotes import Quote
from vega_terminal.engine.ports.audit import AuditRecord, AuditVerification
from vega_terminal.front_ports import Backstage, RunningEngine
from vega_terminal.log_files import LogEnd
from vega_terminal.wire.about import About
from vega_terminal.wire.coding import NotUnderstood, encode
from vega_terminal.wire.intents import Bundle

T = TypeVar("T")
_MOST_RECORDS: Final = 1_000_000
_MOST_LOG_FILES: Final = 99


class AttachReads:
    """Passes questions on to engine and backstage.

    Args:
        engine: reads market and trail.
        backstage: doctor, log and bundle.
        about: tells what the server is.
    """

    def __init__(self, engine: RunningEngine, backstage: Backstage, about: Callable[[], About]) -> None:
        self._engine = engine
        self._backstage = backstage
        self._about = about

    async def about(self, _request: Request) -> Response:
        """What the server is."""
        return reply(About, self._about())

    async def dashboard(self, _request: Request) -> Response:
        """Every panel."""
        return reply(Dashboard, await self._engine.look())

    async def quotes(self, request: Request) -> Response:
        """One quote for each `key`."""
        return reply(tuple[Quote, ...], await self._engine.quotes(tuple(request.query_params.getlist("key"))))

    async def expiries(self, request: Request) -> Response:
        """The days on which options of `underlying` expire."""
        return reply(tuple[date, ...], await self._engine.expiries(_given(request, "underlying")))

    async def option_chain(self, request: Request) -> Response:
        """Every strike of `underlying` at `expiry`."""
        expiry = _parsed(request, "expiry", date.fromisoformat)
        return reply(OptionChain, await self._engine.option_chain(_given(request, "underlying"), expiry))

    async def candles(self, request: Request) -> Response:
        """Candles of `key` with the length `interval`, of the last `days` days."""
        interval = _parsed(request, "interval", CandleInterval)
        days = _number(request, "days", 0, interval.longest_days)
        return reply(tuple[Candle, ...], await self._engine.candles(_given(request, "key"), interval, days))

    async def audit_records(self, request: Request) -> Response:
        """The last `limit` records of the trail, or all of them."""
        named = "limit" in request.query_params
        limit = _number(request, "limit", 1, _MOST_RECORDS) if named else None
        return reply(tuple[AuditRecord, ...], tuple(await self._engine.book.records(limit)))

    async def audit_proof(self, _request: Request) -> Response:
        """What a check of the whole trail found."""
        return reply(AuditVerification, await self._engine.book.verify())

    async def doctor(self, _request: Request) -> Response:
        """Every finding of the doctor as soon as it is there, one line each."""
        return StreamingResponse(self._findings(), media_type="application/x-ndjson")

    async def log(self, request: Request) -> Response:
        """The end of the log file `number`, the newest being 0; 404 when there are not so many."""
        number = _within("The number of the log file", request.path_params["number"], 0, _MOST_LOG_FILES)
        end = await self._backstage.log_end(number)
        if end is None:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        return reply(LogEnd, end)

    async def bundle(self, _request: Request) -> Response:
        """Write a diagnostics bundle on this machine."""
        return reply(Bundle, Bundle(str(await self._backstage.write_bundle())))

    async def _findings(self) -> AsyncIterator[bytes]:
        async for finding in self._backstage.examine():
            yield f"{encode(Finding, finding)}\n".encode()


def _given(request: Request, name: str) -> str:
    text = request.query_params.get(name, "")
    if not text:
        raise NotUnderstood(f"{name} is missing in the question.")
    return text


def _number(request: Request, name: str, least: int, most: int) -> int:
    return _within(name, _given(request, name), least, most)


def _within(what: str, text: str, least: int, most: int) -> int:
    number = number_in(text, most)
    if number is None or number < least:
        raise NotUnderstood(f"{what} must be a whole number from {least} to {most}.")
    return number


def _parsed(request: Request, name: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(_given(request, name))
    except ValueError:
        raise NotUnderstood(f"{name} cannot be read as what it should be.") from None
