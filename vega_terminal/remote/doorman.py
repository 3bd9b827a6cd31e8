"""Who holds the port on this machine: whoever it is gets the token, and each OTP that is typed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Final

import httpx

from vega_terminal.remote.address import Address
from vega_terminal.remote.errors import NOTHING_SENT, NotAttachable, NotReached
from vega_terminal.remote.listeners import listeners_at

_CONNECTED: Final = "connection.connect_tcp.complete"
_SENDING: Final = "http11.send_request_headers.started"
_ROOT: Final = 0


class Doorman:
    """Looks at each new connection before anything is sent over it.

    The look comes after connecting: whoever has taken the connection is the one who listens then, also
    where a name stands for several addresses, or somebody listens only now and then.

    Args:
        address: of the server, on this machine.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._has_looked = False

    async def greet(self, request: httpx.Request) -> None:
        """Follow `request` on its way."""
        request.extensions["trace"] = self._follow

    async def _follow(self, event: str, info: Mapping[str, Any]) -> None:
        if event == _CONNECTED:
            await self._look_at(info["return_value"])
        elif event == _SENDING and not self._has_looked:  # should connecting ever be called otherwise
            raise NotAttachable(f"Who listens at {self._address.url} cannot be told. {NOTHING_SENT}")

    async def _look_at(self, connected: Any) -> None:  # noqa: ANN401 - httpcore has no public name for it
        host, port, *_ = connected.get_extra_info("server_addr")
        try:
            await asyncio.to_thread(self._require_trusted, host, port)
        except BaseException:
            await connected.aclose()
            raise
        self._has_looked = True

    def _require_trusted(self, host: str, port: int) -> None:
        found = listeners_at(ip_address(host), port)
        if found is None:
            return
        if not found:
            raise NotReached(
                f"No program of this machine is seen to listen at {self._address.url}. {NOTHING_SENT}"
            )
        own = {_ROOT, os.geteuid()}
        strangers = sorted({listener.uid for listener in found} - own)
        if strangers:
            raise NotAttachable(
                f"Another user's program (uid {strangers[0]}) listens at {self._address.url}. {NOTHING_SENT}"
                " It is not your server: start yours on another port, and attach there."
            )
