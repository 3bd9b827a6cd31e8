"""The roster: which API apps need a token, in which order, and who signs in for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from vega_terminal.domain.secret import Secret

PRIMARY: Final = "PRIMARY"
MAX_SLOTS: Final = 24
_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]{0,31}")


def is_slot_name(text: str) -> bool:
    """Whether `text` can name a slot: capital letters, digits and underscores, 1 to 32 long."""
    return _NAME.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class LoginIdentity:
    """One person's sign-in at the broker; slots with the same mobile number share it.

    Attributes:
        key: stable name of the identity for storage and events; tells nothing about the person.
        label: what the operator sees, such as `…3210`.
        mobile: mobile number of ten digits, if it is known.
        pin: six-digit PIN, if it is known.
        totp_secret: base32 seed of the authenticator, if it is known.
    """

    key: str
    label: str
    mobile: Secret | None = None
    pin: Secret | None = None
    totp_secret: Secret | None = None


class RouteKind(StrEnum):
    """How a slot's token is got: through the login page, or by an approval on the phone."""

    BROWSER = "browser"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class ApiSlot:
    """One API app of the broker that needs a token of its own every trading day."""

    name: str
    client_id: str
    client_secret: Secret
    redirect_uri: str
    identity: LoginIdentity
    route: RouteKind = RouteKind.BROWSER

    @property
    def is_primary(self) -> bool:
        """Whether the login of the whole terminal hangs on this slot (seed 3 section 1)."""
        return self.name == PRIMARY


@dataclass(frozen=True, slots=True)
class Roster:
    """All slots in order of importance: PRIMARY first, then as configured (contract section 2)."""

    slots: tuple[ApiSlot, ...]

    def __post_init__(self) -> None:
        names = [slot.name for slot in self.slots]
        if not 1 <= len(names) <= MAX_SLOTS:
            raise ValueError(f"A roster has 1 to {MAX_SLOTS} slots, not {len(names)}.")
        if len(set(names)) != len(names):
            raise ValueError("A roster names each slot once.")
        if PRIMARY not in names:
            raise ValueError("A roster holds PRIMARY.")
        ordered = sorted(self.slots, key=lambda slot: not slot.is_primary)
        object.__setattr__(self, "slots", tuple(ordered))

    @property
    def names(self) -> tuple[str, ...]:
        """The names in order of importance."""
        return tuple(slot.name for slot in self.slots)

    def __iter__(self) -> Iterator[ApiSlot]:
        return iter(self.slots)

    def __len__(self) -> int:
        return len(self.slots)

    def __getitem__(self, name: str) -> ApiSlot:
        for slot in self.slots:
            if slot.name == name:
                return slot
        raise KeyError(name)
