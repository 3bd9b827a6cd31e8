"""What a terminal has to know of a server before its first frame. No credential is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot, LoginIdentity, Roster, RouteKind

PREFIX: Final = "/attach/v1"
"""Of every route; another number is another language."""

OPERATOR_HEADER: Final = "x-vega-operator"
"""Who sits at the attached terminal, percent-encoded."""

_NOWHERE: Final = Secret("")


@dataclass(frozen=True, slots=True)
class SlotEntry:
    """One slot of the roster, without what signs it in.

    Attributes:
        name: of the slot.
        identity, label: key and shown name of who signs in for it.
        route: how its token is got.
    """

    name: str
    identity: str
    label: str
    route: RouteKind


@dataclass(frozen=True, slots=True)
class About:
    """The server.

    Attributes:
        version: of the product there.
        simulated: whether its broker is a simulated one.
        broker_host: host and port of the broker's API.
        vault_key: in words, which key seals the tokens.
        data_folder: where its database lies, on its machine.
        slots: the roster, in order of importance.
        checks: how many checks its doctor has.
    """

    version: str
    simulated: bool
    broker_host: str
    vault_key: str
    data_folder: str
    slots: tuple[SlotEntry, ...]
    checks: int

    @property
    def same_desk(self) -> tuple[object, ...]:
        """What must not change under an attached terminal; a simulated broker moves with each start."""
        broker = None if self.simulated else self.broker_host
        return (broker, self.data_folder, self.slots)


def entries_of(roster: Roster) -> tuple[SlotEntry, ...]:
    """The roster as it may be sent."""
    return tuple(
        SlotEntry(slot.name, slot.identity.key, slot.identity.label, slot.route) for slot in roster.slots
    )


def roster_of(entries: tuple[SlotEntry, ...]) -> Roster:
    """The roster as an attached terminal knows it: names and labels; every credential is empty."""
    return Roster(
        tuple(
            ApiSlot(
                name=entry.name,
                client_id="",
                client_secret=_NOWHERE,
                redirect_uri="",
                identity=LoginIdentity(entry.identity, entry.label),
                route=entry.route,
            )
            for entry in entries
        )
    )
