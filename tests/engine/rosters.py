"""Rosters and identities for the tests of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot, LoginIdentity, Roster

SEED: Final = Secret("JBSWY3DPEHPK3PXP")
ANN: Final = LoginIdentity("ann", "…3210", Secret("9876543210"), Secret("246810"), SEED)
BOB: Final = LoginIdentity("bob", "…9999", Secret("9999999999"), Secret("135790"), SEED)
SMS: Final = LoginIdentity("sms", "…1111", Secret("1111111111"), Secret("112233"))
"""Has no authenticator: somebody has to give the OTP."""

SIX: Final = ("PRIMARY", "WEBSOCKET1", "WEBSOCKET2", "WEBSOCKET3", "OPTIONCHAIN1", "OPTIONCHAIN2")
THREE: Final = ("PRIMARY", "FEED", "CHAIN")


def slot(name: str, identity: LoginIdentity = ANN) -> ApiSlot:
    return ApiSlot(name, f"client-{name}", Secret("app-secret"), "http://127.0.0.1/cb", identity)


def roster(names: Sequence[str] = SIX, identity: LoginIdentity = ANN) -> Roster:
    """Slots that all belong to one person."""
    return Roster(tuple(slot(name, identity) for name in names))


def shared_roster() -> Roster:
    """Four slots, configured criss-cross over two persons; PRIMARY is Bob's and not the first."""
    owners = (("FEED", ANN), ("PRIMARY", BOB), ("CHAIN", ANN), ("ORDERS", BOB))
    return Roster(tuple(slot(name, identity) for name, identity in owners))
