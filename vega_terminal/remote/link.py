"""Requests to the server: one client, the token of the moment, and who asks."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar
from urllib.parse import quote

import httpx

from vega_terminal.domain.secret import Secret
from vega_terminal.remote.address import Address
from vega_terminal.remote.answers import calling, require_success, value_of
from vega_terminal.remote.doorman import Doorman
from vega_terminal.remote.errors import ServerLost
from vega_terminal.wire.about import OPERATOR_HEADER, PREFIX, About
from vega_terminal.wire.coding import encode

T = TypeVar("T")
_CONNECT_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 60.0
"""For answers that wait for the engine: a verification, a browser that closes, a check of the doctor."""
ABOUT_SECONDS: Final = 10.0
"""For the server to say who it is: it needs nobody for that, so whoever takes longer hangs."""


class Link:
    """Speaks to one server. Every call raises as `answers.value_of`, and ServerLost without an answer.

    Args:
        address: where it is.
        token: reads the token that lets this terminal in; blocks, and may raise VegaError. It is asked before
            each stream, because a server may have a new token after its start.
        operator: who sits here, in words, for the record.
        client: speaks HTTP.
    """

    def __init__(
        self, address: Address, token: Callable[[], Secret], operator: str, client: httpx.AsyncClient
    ) -> None:
        self.address = address
        self._read_token = token
        self._token = Secret("")
        self._operator = operator
        self._client = client

    async def about(self) -> About:
        """Ask the server who it is; ServerLost when it takes longer than `ABOUT_SECONDS`."""
        try:
            async with asyncio.timeout(ABOUT_SECONDS):
                return await self.get(About, "/about")
        except TimeoutError:
            raise ServerLost(
                f"The server at {self.address.url} did not answer within {ABOUT_SECONDS:.0f} s. Look whether"
                " it hangs, end it there, and start it anew."
            ) from None

    async def get(self, kind: type[T], path: str, **parameters: Any) -> T:  # noqa: ANN401 - as httpx takes them
        """Ask for a value of the wire type `kind`."""
        return value_of(kind, await self._request("GET", path, params=parameters), self.address)

    async def get_unless(self, status: int, kind: type[T], path: str) -> T | None:
        """Ask for a value which is not there when the server answers with `status`: None then."""
        response = await self._request("GET", path)
        return None if response.status_code == status else value_of(kind, response, self.address)

    async def post(self, path: str, kind: Any = None, value: object = None) -> httpx.Response:  # noqa: ANN401
        """Hand in `value` of the wire type `kind`, or nothing. Without an answer it may have been done."""
        body = b"" if kind is None else encode(kind, value).encode()
        kept = {} if kind is None else {"content-type": "application/json"}
        response = await self._request("POST", path, content=body, headers=kept)
        if response.status_code != httpx.codes.GONE:
            require_success(response, self.address)
        return response

    @asynccontextmanager
    async def streaming(
        self, path: str, silence: float = ANSWER_SECONDS, headers: dict[str, str] | None = None
    ) -> AsyncIterator[httpx.Response]:
        """An answer that goes on; it is lost when nothing comes for `silence` seconds."""
        self._token = await asyncio.to_thread(self._read_token)
        patience = httpx.Timeout(silence, connect=_CONNECT_SECONDS)
        with calling(self.address):
            async with self._client.stream(
                "GET", PREFIX + path, headers=self._headers(headers or {}), timeout=patience
            ) as response:
                if not response.is_success:
                    await response.aread()
                require_success(response, self.address)
                yield response

    async def read_token(self) -> None:
        """Read the token, before the first call."""
        self._token = await asyncio.to_thread(self._read_token)

    async def _request(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - as httpx takes it
        headers = self._headers(more.pop("headers", {}))
        with calling(self.address):
            return await self._client.request(method, PREFIX + path, headers=headers, **more)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {
            "authorization": f"Bearer {self._token.reveal()}",
            OPERATOR_HEADER: quote(self._operator),
            **more,
        }


@asynccontextmanager
async def linked(address: Address, token: Callable[[], Secret], operator: str) -> AsyncIterator[Link]:
    """A way to the server for as long as this block lasts."""
    client = await asyncio.to_thread(_client_for, address)
    async with client:
        yield Link(address, token, operator, client)


def _client_for(address: Address) -> httpx.AsyncClient:
    """Loads certificates, where the way leads over a network: a tenth of a second."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)  # below that they log addresses and headers
    plain = address.url.startswith(
        "http:"
    )  # on this machine; with https the certificate says whose server it is
    return httpx.AsyncClient(
        base_url=address.url,
        timeout=httpx.Timeout(ANSWER_SECONDS, connect=_CONNECT_SECONDS),
        trust_env=not address.on_this_machine,  # a proxy's loopback is another machine's
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else True,
        follow_redirects=False,
        event_hooks={"request": [Doorman(address).greet] if plain else []},
    )
