"""Funds in both of the broker's versions, computed from the same positions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vega_terminal.simulator.account.positions import positions_of

if TYPE_CHECKING:
    from datetime import datetime

    from vega_terminal.simulator.population import Identity

_OPENING_BALANCE = 485_250.75
_INTRADAY_MARGIN = 0.2
_UNPAID_CHARGES = 118.4


@dataclass(frozen=True, slots=True)
class Funds:
    """Rupees. `loss` is what today's losing positions hold back, split as the broker splits it."""

    opening_balance: float
    stock_margin: float
    premium: float
    realised_loss: float
    unrealised_loss: float

    @property
    def used(self) -> float:
        """Everything that is held back."""
        return self.stock_margin + self.premium + self.realised_loss + self.unrealised_loss

    @property
    def available(self) -> float:
        """What can be traded with."""
        return self.opening_balance - _UNPAID_CHARGES - self.used


def funds_of(identity: Identity, moment: datetime) -> Funds:
    """A customer's funds; customers differ in size only."""
    positions = positions_of(identity, moment)
    stocks = [each for each in positions if each.product == "I"]
    premium = sum(each.buy_value - each.sell_value for each in positions if each.product == "D")
    return Funds(
        opening_balance=_OPENING_BALANCE * identity.wealth,
        stock_margin=_INTRADAY_MARGIN * sum(abs(each.quantity) * each.last_price for each in stocks),
        premium=max(0.0, premium),
        realised_loss=sum(max(0.0, -each.realised) for each in positions),
        unrealised_loss=sum(max(0.0, each.realised - each.pnl) for each in stocks),
    )


def funds_v2(funds: Funds, segment: str | None) -> dict[str, object]:
    """`data` of `GET /v2/user/get-funds-and-margin`: since July 2025 `equity` holds everything."""
    names = (
        "used_margin", "payin_amount", "span_margin", "adhoc_margin", "notional_cash", "available_margin",
        "exposure_margin",
    )  # fmt: skip
    nothing = dict.fromkeys(names, 0.0)
    equity = nothing | {"used_margin": round(funds.used, 2), "available_margin": round(funds.available, 2)}
    both: dict[str, object] = {"equity": equity, "commodity": nothing}
    wanted = {"SEC": "equity", "COM": "commodity"}.get(segment or "")
    return {wanted: both[wanted]} if wanted else both


def funds_v3(funds: Funds) -> dict[str, object]:
    """`data` of `GET /v3/user/get-funds-and-margin`."""
    total = round(funds.available, 2)
    cash = {
        "opening_balance": round(funds.opening_balance, 2),
        "added_today": 0.0,
        "withdrawn_today": 0.0,
        "amount_from_stock_sale": 0.0,
        "unpaid_charges": _UNPAID_CHARGES,
    }
    loss = {
        "total": round(funds.realised_loss + funds.unrealised_loss, 2),
        "realised": round(funds.realised_loss, 2),
        "unrealised": round(funds.unrealised_loss, 2),
    }
    return {
        "available_to_trade": {
            "total": total,
            "cash_available_to_trade": {
                "total": total,
                "cash": cash,
                "margin_used": _margin_used(funds.used, funds.stock_margin, funds.premium) | {"loss": loss},
            },
            "pledge_available_to_trade": {
                "total": 0.0,
                "margin_from_pledge": {"total": 0.0, "equity": 0.0, "mutual_funds": 0.0},
                "margin_used": _margin_used(0.0, 0.0, 0.0),
            },
        },
        "unavailable_to_trade": {
            "cash_unavailable_to_trade": {"unsettled_profit": {"todays_profit": 0.0, "previous_days": 0.0}},
            "pledge_unavailable_to_trade": {"equity": 0.0, "mutual_funds": 0.0},
        },
    }


def _margin_used(total: float, stocks: float, premium: float) -> dict[str, object]:
    return {
        "total": round(total, 2),
        "mtf": 0.0,
        "span_exposure": 0.0,
        "cash_margin_var_elm": round(stocks, 2),
        "premium_present": round(premium, 2),
        "delivery_margin": {"total": 0.0, "equity": 0.0, "fo_settlement": 0.0},
    }
