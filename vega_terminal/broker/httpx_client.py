"""The part that knows httpx: how the shared client is made, one call, and what its errors mean.

Imported only when the first call is made (see `httpx_transport`).
"""

from __future__ import annotations

import logging
import ssl
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final
from urllib.parse import urlsplit

import anyio
import httpx

from vega_terminal.broker.http_address import is_loopback
from vega_terminal.broker.transport import MAX_BODY, HttpReply, HttpRequest
from vega_terminal.broker.transport_failures import (
    broken_off,
    gave_up,
    not_callable,
    too_large,
    unreachable,
    unusable_environment,
)

_MAX_CALLS: Final = 32
"""24 slots at once and the dashboard's own calls."""

_KEEP_ALIVE: Final = 4.0
"""Seconds that an idle connection is kept: less than servers usually do (5 s and more), so that a
single-use code is not sent into a connection that is just being closed."""


class HttpxClient:
    """One httpx client for one broker address."""

    def __init__(self, base_url: str) -> None:
        """Make the client. It loads libraries and certificates, so it must run in a thread of its own.

        Raises:
            BrokerError: NETWORK, the address has no port that exists, or the environment's proxy or
                certificate settings cannot be used.
        """
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)  # below that they log addresses and headers
        if not _has_real_port(base_url):
            raise not_callable()
        try:
            self._client = _client_for(base_url)
        except (OSError, ValueError, ImportError, httpx.InvalidURL):
            # The cause is cut off: its text may hold the proxy's password.
            raise unusable_environment() from None
        # httpx would load its event-loop backend with the first call, on the loop (20 ms).
        anyio.run(anyio.sleep, 0)

    async def send(self, request: HttpRequest) -> HttpReply:
        """Send `request` once and read the whole answer.

        Raises:
            BrokerError: NETWORK, TIMEOUT or UNEXPECTED_ANSWER. It has no cause attached: that would
                hold the request with its secrets.
        """
        try:
            return await self._send(request)
        except httpx.TimeoutException:
            failure = gave_up()
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            failure = not_callable()
        except (httpx.ConnectError, httpx.ProxyError) as error:
            failure = unreachable(error, request)
        except httpx.HTTPError:
            failure = broken_off()
        raise failure

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def _send(self, request: HttpRequest) -> HttpReply:
        call = self._client.stream(
            request.method, request.url, headers=request.wire_headers(), content=request.wire_body() or None
        )
        async with call as response:
            body = await _read(response)
            headers = {name.lower(): value for name, value in response.headers.items()}
            return HttpReply(response.status_code, headers, body)


def _client_for(base_url: str) -> httpx.AsyncClient:
    here = is_loopback(base_url)
    plain = here and urlsplit(base_url).scheme == "http"
    return httpx.AsyncClient(
        http1=True,
        http2=False,
        follow_redirects=False,
        timeout=None,  # noqa: S113 - the caller bounds the whole call; httpx bounds only each read
        limits=httpx.Limits(
            max_connections=_MAX_CALLS, max_keepalive_connections=_MAX_CALLS, keepalive_expiry=_KEEP_ALIVE
        ),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # no slot inherits another one's
        # A proxy's loopback is another machine's.
        trust_env=not here,
        # Reading all certificates takes a tenth of a second; this context knows none and trusts nobody.
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else True,
    )


def _has_real_port(url: str) -> bool:
    """Whether the port, if any, is one: httpx lets 99999 pass and fails later with another error."""
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


async def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MAX_BODY:
            raise too_large()
    return bytes(body)
