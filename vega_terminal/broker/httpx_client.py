"""The part that knows httpx: how the shared client is made, one call, and what its errors mean.

Imported only when the first call is made (see `httpx_transport`).
"""

from __future__ import annotations

import ipaddress
import logging
import ssl
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final
from urllib.parse import urlsplit

import anyio
import httpx

from vega_terminal.broker.failures import broker_error
from vega_terminal.broker.sanitise import plain_text
from vega_terminal.broker.transport import MAX_BODY, HttpReply, HttpRequest
from vega_terminal.domain.failure import FailureKind

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
            raise broker_error(FailureKind.NETWORK, _NOT_CALLABLE)
        try:
            self._client = _client_for(base_url)
        except (OSError, ValueError, ImportError, httpx.InvalidURL):
            # The cause is cut off: its text may hold the proxy's password.
            raise broker_error(FailureKind.NETWORK, _UNUSABLE_ENVIRONMENT) from None
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
            failure = broker_error(FailureKind.TIMEOUT, _GAVE_UP)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            failure = broker_error(FailureKind.NETWORK, _NOT_CALLABLE)
        except httpx.HTTPError as error:
            failure = broker_error(FailureKind.NETWORK, _network_sentence(error, request))
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
    here = _is_loopback(base_url)
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


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MAX_BODY:
            raise broker_error(FailureKind.UNEXPECTED_ANSWER, _TOO_LARGE)
    return bytes(body)


def _network_sentence(error: httpx.HTTPError, request: HttpRequest) -> str:
    if isinstance(error, httpx.ConnectError | httpx.ProxyError):
        reason = plain_text(str(error), request.secrets)
        return (
            f"The broker cannot be reached ({reason}); nothing was sent. "
            "Check the internet connection and UPSTOX_API_BASE_URL, then try again."
        )
    return (
        "The connection to the broker broke before its answer was complete; nothing is known about "
        "the token. Check the internet connection, then try again."
    )


_UNUSABLE_ENVIRONMENT: Final = (
    "The environment's proxy or certificate settings cannot be used, so nothing was sent. Correct or unset "
    "HTTPS_PROXY, HTTP_PROXY and ALL_PROXY (http:// only, no SOCKS), SSL_CERT_FILE and SSL_CERT_DIR."
)
_GAVE_UP: Final = (
    "The system gave up connecting to the broker; nothing is known about the token. "
    "Check the internet connection, then try again."
)
_NOT_CALLABLE: Final = "The broker's address cannot be called; nothing was sent. Correct UPSTOX_API_BASE_URL."
_TOO_LARGE: Final = (
    "The broker's address sent more data than any answer of the broker holds; the rest was not read. "
    "Something else may answer in its place: check the network and UPSTOX_API_BASE_URL."
)
