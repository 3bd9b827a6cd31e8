"""Reads of a customer's account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vega_terminal.simulator.account.funds import funds_of, funds_v2, funds_v3
from vega_terminal.simulator.account.holdings import holding_rows
from vega_terminal.simulator.account.orders import order_rows
from vega_terminal.simulator.account.positions import position_row, positions_of
from vega_terminal.simulator.account.profile import WRONG_USER_ID, profile_of
from vega_terminal.simulator.authorization import bearer_of, presenting_app
from vega_terminal.simulator.counts import Happening
from vega_terminal.simulator.envelope import FUNDS_CLOSED, BrokerError, RefusedError, success
from vega_terminal.simulator.faults import Call, FaultKind
from vega_terminal.simulator.guard import Endpoint, fault_of
from vega_terminal.simulator.knobs import NightWindow
from vega_terminal.simulator.reads import Access, Reading, endpoint_of
from vega_terminal.simulator.schedule import in_night_window

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from vega_terminal.simulator.brokerage import Brokerage

_ORDERS_CLOSED = BrokerError(
    423, "UDAPI100074", "The Order API is accessible from 5:30 AM to 12:00 AM IST daily"
)


async def _count_profile(brokerage: Brokerage, request: Request) -> None:
    app = await presenting_app(brokerage, request)
    brokerage.counters.note(Happening.PROFILE, app, app.identity if app else None)


async def _profile(brokerage: Brokerage, request: Request) -> Response:
    data = profile_of(bearer_of(brokerage, request).identity)
    fault = fault_of(request)
    if fault is not None and fault.kind is FaultKind.WRONG_USER_ID:
        data["user_id"] = WRONG_USER_ID
    return success(data)


def _funds_v2(reading: Reading) -> object:
    _check_service_hours(reading, FUNDS_CLOSED)
    return funds_v2(funds_of(reading.identity, reading.moment), reading.query.get("segment"))


def _funds_v3(reading: Reading) -> object:
    _check_service_hours(reading, FUNDS_CLOSED)
    return funds_v3(funds_of(reading.identity, reading.moment))


def _check_service_hours(reading: Reading, closed: BrokerError) -> None:
    window = reading.knobs.night_window
    if window is NightWindow.ON or (window is NightWindow.AUTO and in_night_window(reading.moment)):
        raise RefusedError(closed)


def _positions(reading: Reading) -> object:
    return [position_row(each, reading.moment) for each in positions_of(reading.identity, reading.moment)]


def _no_mtf_positions(_reading: Reading) -> object:
    return []


def _holdings(reading: Reading) -> object:
    return holding_rows(reading.identity, reading.moment)


def _orders(reading: Reading) -> object:
    _check_service_hours(reading, _ORDERS_CLOSED)
    return order_rows(reading.identity, reading.moment)


def _user_ip(_reading: Reading) -> object:
    return {
        "primary_ip": "203.0.113.10",
        "secondary_ip": None,
        "primary_ip_updated_at": "2026-04-01 09:00:00",
        "secondary_ip_updated_at": None,
    }


ACCOUNT_ENDPOINTS = (
    Endpoint("/v2/user/profile", Call.PROFILE, _profile, presenting_app, before=_count_profile),
    endpoint_of("/v2/user/ip", Call.USER_IP, _user_ip),
    endpoint_of("/v2/user/get-funds-and-margin", Call.FUNDS, _funds_v2),
    endpoint_of("/v3/user/get-funds-and-margin", Call.FUNDS, _funds_v3),
    endpoint_of("/v2/portfolio/short-term-positions", Call.POSITIONS, _positions, Access.EXTENDED_TOKEN),
    endpoint_of("/v3/portfolio/mtf-positions", Call.POSITIONS, _no_mtf_positions, Access.EXTENDED_TOKEN),
    endpoint_of("/v2/portfolio/long-term-holdings", Call.HOLDINGS, _holdings, Access.EXTENDED_TOKEN),
    endpoint_of("/v2/order/retrieve-all", Call.ORDERS, _orders, Access.EXTENDED_TOKEN),
)
