"""Who may see the page: a token opens it once, a cookie keeps it open."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from vega_terminal.domain.secret import Secret
from vega_terminal.loopback.token_file import new_token, read_token, write_token

Announce = Callable[[Secret], None]
"""Tells the operator the token that opens the next page."""


class Keys(Protocol):
    """The token that opens the page."""

    def opens(self, shown: Secret) -> bool:
        """Whether `shown` is the token; compared in constant time. A one-time token is spent by this."""
        ...

    async def settle(self) -> None:
        """After a token was spent: see that the next one is known."""
        ...


class LastingKey:
    """The token of a file that the operator named: it opens as often as it is shown."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def opens(self, shown: Secret) -> bool:
        """Whether `shown` is the token."""
        return shown == self._token

    async def settle(self) -> None:
        """Nothing was spent."""


class OneTimeKeys:
    """Tokens that open one page each: what stays in a browser's history opens nothing.

    Args:
        path: where the present token lies.
        announce: told each new token.
    """

    def __init__(self, path: Path, announce: Announce) -> None:
        self._path = path
        self._announce = announce
        self._token = new_token()

    def opens(self, shown: Secret) -> bool:
        """Whether `shown` is the token, which then opens nothing any more."""
        if shown != self._token:
            return False
        self._token = new_token()
        return True

    async def settle(self) -> None:
        """Write the present token down and announce it.

        Raises:
            TokenFileError: it cannot be written.
        """
        await asyncio.to_thread(write_token, self._path, self._token)
        self._announce(self._token)

    async def forget(self) -> None:
        """Remove the file."""
        await asyncio.to_thread(self._path.unlink, missing_ok=True)


def lasting_key(path: Path) -> LastingKey:
    """The key of a file, which is made when there is none.

    Raises:
        TokenFileError: the file cannot be used.
    """
    token = read_token(path)
    if token is None:
        token = new_token()
        write_token(path, token)
    return LastingKey(token)


class Visit:
    """What a browser carries after a token opened the page: a cookie that only one path ever sees.

    Cookies do not know ports. Without the path, every other program that serves pages on this machine
    would be sent this cookie, too.
    """

    NAME: Final = "vega-terminal"
    """Of the cookie."""

    def __init__(self) -> None:
        self.path: Final = f"/{secrets.token_urlsafe(9)}/"
        self.cookie: Final = Secret(secrets.token_urlsafe(32))

    def is_of(self, cookie: str | None) -> bool:
        """Whether a request carries the cookie; compared in constant time."""
        return cookie is not None and Secret(cookie) == self.cookie
