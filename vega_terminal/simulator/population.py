"""Who exists at the simulated broker: its customers and their apps, the same in every process."""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vega_terminal.simulator.names import DEFAULT_APPS

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_REDIRECT_URI = "http://127.0.0.1:28020/callback"
MOST_APPS = 24

_APP_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
_FIRST_NAMES = ("Asha", "Bharat", "Chitra", "Dev", "Esha", "Farhan", "Gauri", "Harish")
_LAST_NAMES = ("Rao", "Mehta", "Iyer", "Kapoor", "Nair", "Sheikh", "Joshi", "Pillai")


@dataclass(frozen=True, slots=True)
class Identity:
    """One customer: what he types at the login page and what the broker calls him."""

    user_id: str
    user_name: str
    email: str
    mobile: str
    pin: str
    totp_secret: str

    @property
    def wealth(self) -> int:
        """How many times the smallest customer's money and shares this one has."""
        return 1 + int(self.user_id[-1]) % 3


@dataclass(frozen=True, slots=True)
class SimulatedApp:
    """One API app of a customer. `internal_id` is the id that the login page sees instead of the API key."""

    name: str
    client_id: str
    client_secret: str
    redirect_uri: str
    internal_id: str
    identity: Identity

    @property
    def tag(self) -> str:
        """Marks this app's tokens, so that a later process knows whose they are."""
        return _digest("tag", self.name)[:12]


class Population:
    """All customers and apps, found by whichever name a request carries."""

    def __init__(self, apps: Sequence[SimulatedApp]) -> None:
        self.apps = tuple(apps)
        self.identities = tuple(dict.fromkeys(app.identity for app in apps))
        self.by_name = {app.name: app for app in apps}
        self.by_client_id = {app.client_id: app for app in apps}
        self.by_tag = {app.tag: app for app in apps}
        self.by_mobile = {identity.mobile: identity for identity in self.identities}
        self.by_user_id = {identity.user_id: identity for identity in self.identities}


def populate(
    names: Sequence[str] = DEFAULT_APPS, identities: int = 1, redirect_uri: str = DEFAULT_REDIRECT_URI
) -> Population:
    """Make the apps `names`, dealt in turn to that many customers.

    Raises:
        ValueError: no app, too many, a doubled or malformed name, or more customers than apps.
    """
    _check(names, identities)
    people = [_identity(number) for number in range(identities)]
    return Population([_app(name, people[i % identities], redirect_uri) for i, name in enumerate(names)])


def _check(names: Sequence[str], identities: int) -> None:
    if not 1 <= len(names) <= MOST_APPS:
        raise ValueError(f"{len(names)} apps asked for; the broker simulates 1 to {MOST_APPS}")
    if len(set(names)) != len(names):
        raise ValueError(f"an app is named twice in {','.join(names)}; name each once")
    for name in names:
        if not _APP_NAME.fullmatch(name):
            raise ValueError(f"app name {name!r} is malformed; use capitals, digits and underscores")
    if not 1 <= identities <= len(names):
        raise ValueError(f"{identities} identities cannot share {len(names)} apps; choose 1 to {len(names)}")


def _digest(purpose: str, name: str) -> str:
    return hashlib.sha256(f"simulated broker/{purpose}/{name}".encode()).hexdigest()


def _digits(purpose: str, name: str, length: int) -> str:
    return str(int(_digest(purpose, name), 16))[-length:]


def _identity(number: int) -> Identity:
    first, last = _FIRST_NAMES[number % 8], _LAST_NAMES[number // 8 % 8]
    key = bytes.fromhex(_digest("totp", str(number)))[:20]
    return Identity(
        user_id=f"SB{1001 + number}",
        user_name=f"{first} {last}",
        email=f"{first.lower()}.{last.lower()}{number}@example.com",
        mobile=f"90000{10001 + number}",
        pin=_digits("pin", str(number), 6),
        totp_secret=base64.b32encode(key).decode(),
    )


def _app(name: str, identity: Identity, redirect_uri: str) -> SimulatedApp:
    return SimulatedApp(
        name=name,
        client_id=str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.simulated-broker.invalid")),
        client_secret=_digest("client secret", name)[:10],
        redirect_uri=redirect_uri,
        internal_id=f"PW3-{_digest('internal id', name)[:24]}",
        identity=identity,
    )
