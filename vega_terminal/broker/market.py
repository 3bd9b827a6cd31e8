"""What the dashboard shows: market status, funds, positions (broker docs of the same names)."""

from __future__ import annotations

import asyncio
from typing import Final

from vega_terminal.broker.failures import broker_error
from vega_terminal.broker.fields import Fields, items
from vega_terminal.broker.gateway import Gateway
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.market import Exchange, Funds, MarketSession, Position
from vega_terminal.domain.secret import Secret

_STATUS: Final = "/v2/market/status/"
_FUNDS: Final = "/v3/user/get-funds-and-margin"
_POSITIONS: Final = "/v2/portfolio/short-term-positions"

UNKNOWN_STATUS: Final = "UNKNOWN"
"""Stands for the session of an exchange that could not be asked while others could."""

_ABOUT_THE_TOKEN: Final = frozenset({FailureKind.TOKEN_REFUSED, FailureKind.WRONG_TOKEN_KIND})


async def fetch_sessions(gateway: Gateway, token: Secret, *, timeout: float) -> tuple[MarketSession, ...]:
    """Ask for the session of every `Exchange` at once.

    One exchange that cannot be asked does not hide the others: its status is `UNKNOWN_STATUS`.

    Raises:
        BrokerError: the token is refused, by whichever answer, or no exchange could be asked.
    """
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_session_or_error(gateway, token, of, timeout)) for of in Exchange]
    outcomes = dict(zip(Exchange, (task.result() for task in tasks), strict=True))
    errors = [outcome for outcome in outcomes.values() if isinstance(outcome, BrokerError)]
    about_token = [error for error in errors if error.kind in _ABOUT_THE_TOKEN]
    if about_token or len(errors) == len(outcomes):
        raise (about_token or errors)[0]
    return tuple(
        MarketSession(of.value, UNKNOWN_STATUS, None) if isinstance(outcome, BrokerError) else outcome
        for of, outcome in outcomes.items()
    )


async def fetch_funds(gateway: Gateway, token: Secret, *, timeout: float) -> Funds:
    """Ask for the combined funds (v3, since April 2026 the documented form).

    Used margin and exposure are the sum of cash and pledged holdings; the pledge part may be absent.

    Raises:
        BrokerError: SERVICE_HOURS from 00:00 to 05:30 IST, among others.
    """
    data = await gateway.get(_FUNDS, token, timeout=timeout, headers={"api-version": "3.0"})
    free = Fields(data, "funds").section("available_to_trade")
    cash = free.section("cash_available_to_trade")
    used = [cash.section("margin_used")]
    if free.has("pledge_available_to_trade"):
        pledge = free.section("pledge_available_to_trade")
        used += [pledge.section("margin_used")] if pledge.has("margin_used") else []
    return Funds(
        available=free.number("total"),
        used=sum(part.number("total") for part in used),
        payin=cash.section("cash").number("added_today", 0.0),
        exposure=sum(part.number("span_exposure", 0.0) for part in used),
    )


async def fetch_positions(gateway: Gateway, token: Secret, *, timeout: float) -> tuple[Position, ...]:
    """Ask for the day's positions. One unreadable row fails the call: none is left out in silence.

    Raises:
        BrokerError: no complete list could be had.
    """
    rows = items(await gateway.get(_POSITIONS, token, timeout=timeout), "positions")
    return tuple(_position(Fields(row, f"positions[{at}]")) for at, row in enumerate(rows))


async def _session_or_error(
    gateway: Gateway, token: Secret, of: Exchange, timeout: float
) -> MarketSession | BrokerError:
    try:
        fields = Fields(await gateway.get(_STATUS + of.value, token, timeout=timeout), f"market status {of}")
        return _session(fields, of)
    except BrokerError as error:
        return error


def _session(fields: Fields, of: Exchange) -> MarketSession:
    if fields.identifier("exchange") != of.value:
        raise broker_error(
            FailureKind.UNEXPECTED_ANSWER,
            f"The broker answered for another exchange than {of.value}; the answer was not used. Try again.",
        )
    return MarketSession(of.value, fields.text("status"), fields.instant("last_updated"))


def _position(row: Fields) -> Position:
    return Position(
        symbol=row.text("trading_symbol", "") or row.text("tradingsymbol"),
        exchange=row.text("exchange"),
        product=row.text("product"),
        quantity=row.whole("quantity"),
        average_price=row.number("average_price") if row.has("average_price") else None,
        last_price=row.number("last_price"),
        pnl=row.number("pnl"),
    )
