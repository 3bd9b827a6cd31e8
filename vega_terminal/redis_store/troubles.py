"""What can go wrong with the Redis server, in words with the cure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class Trouble(Enum):
    """Why the server did not do what it was asked."""

    UNREACHABLE = auto()
    TLS = auto()
    NOT_REDIS = auto()
    AUTH = auto()
    NO_DATABASE = auto()
    LOADING = auto()
    PERMISSION = auto()
    READ_ONLY = auto()
    MEMORY_FULL = auto()
    DISK = auto()
    UNKNOWN_COMMAND = auto()
    OTHER = auto()


NO_ANSWER: Final = frozenset(
    {
        Trouble.UNREACHABLE,
        Trouble.TLS,
        Trouble.NOT_REDIS,
        Trouble.AUTH,
        Trouble.NO_DATABASE,
        Trouble.LOADING,
    }
)
"""Troubles of the connection: nothing at all can be asked, so nothing is asked for a while."""


class Operation(Enum):
    """What the server is asked for; the value tells what it means that it was refused."""

    GREET = "It is used once it answers."
    HOLD = "No second copy of the new token is kept there; this machine's journal holds it."
    READ = "The tokens that it may hold are not seen."
    STRIKE = "Its copies of tokens that are saved stay there for now; they are struck later."
    LEASE = "Logins are kept apart on this machine only, not across hosts."
    SHARE = "Other hosts have to sign in for this token themselves."
    TAKE_OVER = "What other hosts have got today is not seen; this one signs in itself."
    EPOCH = "The number of this login is this machine's own, not one across hosts."


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that was not done.

    Attributes:
        trouble: why.
        code: the server's own word for it, such as NOPERM; empty where it gave none.
    """

    trouble: Trouble
    code: str = ""


LOCALLY: Final = (
    "Everything goes on with this machine's own journal and login lock; other hosts are not seen."
)
AGAIN: Final = "It is tried again by itself."
RIGHTS: Final = "~vega:* +ping +eval +set +get +del +incr +pexpire +pttl +sadd +srem +smembers +config|get"
"""What the access list has to allow."""

_WHAT: Final = {
    Trouble.UNREACHABLE: (
        "does not answer",
        "Start it, or correct VEGA_REDIS_URL, or unset it to do without.",
    ),
    Trouble.TLS: (
        "does not answer over TLS",
        "Check that this port speaks TLS, and its certificate (SSL_CERT_FILE names a private authority's).",
    ),
    Trouble.NOT_REDIS: (
        "answers with something that is not Redis's protocol",
        "Correct host and port in VEGA_REDIS_URL.",
    ),
    Trouble.AUTH: ("refused the user name or the password", "Correct them in VEGA_REDIS_URL."),
    Trouble.NO_DATABASE: (
        "does not have the database of that number",
        "Correct the number at the end of VEGA_REDIS_URL; 0 is always there.",
    ),
    Trouble.LOADING: ("is still reading its file after a start", "Give it time."),
    Trouble.PERMISSION: ("does not allow this user's commands", f"Add to its access list: {RIGHTS}."),
    Trouble.READ_ONLY: ("is a replica that takes no writes", "Name the primary server in VEGA_REDIS_URL."),
    Trouble.MEMORY_FULL: (
        "has used up its memory",
        "Raise maxmemory; keep maxmemory-policy noeviction.",
    ),
    Trouble.DISK: ("cannot write to its disk", "Make room there and look at the server's log."),
    Trouble.UNKNOWN_COMMAND: ("does not know a command", "Use Redis 5 or newer."),
    Trouble.OTHER: ("refused a command", "Look at the server's log."),
}


def in_words(address: str, refusal: Refusal, operation: Operation) -> str:
    """What happened, what it means, what to do; never a secret."""
    what, cure = _WHAT[refusal.trouble]
    code = f" ({refusal.code})" if refusal.code else ""
    meaning = LOCALLY if refusal.trouble in NO_ANSWER else operation.value
    return f"Redis at {address} {what}{code}. {meaning} {cure} {AGAIN}"


def back_in_words(address: str) -> str:
    """The end of a trouble."""
    return f"Redis at {address} does its part again."
