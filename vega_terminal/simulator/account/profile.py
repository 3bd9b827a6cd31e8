"""A customer's profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vega_terminal.simulator.population import Identity

WRONG_USER_ID = "ZZ9999"


def profile_of(identity: Identity) -> dict[str, object]:
    """`data` of `GET /v2/user/profile` (broker docs: get-profile)."""
    return {
        "email": identity.email,
        "exchanges": ["NSE", "NFO", "BSE", "CDS", "BFO", "BCD"],
        "products": ["D", "CO", "I"],
        "broker": "UPSTOX",
        "user_id": identity.user_id,
        "user_name": identity.user_name,
        "order_types": ["MARKET", "LIMIT", "SL", "SL-M"],
        "user_type": "individual",
        "poa": False,
        "ddpi": False,
        "is_active": True,
    }
