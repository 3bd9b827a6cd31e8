"""One HTTP call to a service of the operator's own, whose address may be a secret and is never told.

With the standard library: a cron run that has nothing else to do should not pay for loading a client.
The environment's proxies count; a redirect is not followed, so that nothing goes where nobody sent it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from vega_terminal import __version__
from vega_terminal.clock import Clock
from vega_terminal.domain.secret import Secret
from vega_terminal.notices.channel import LIMIT_SECONDS, NotDelivered
from vega_terminal.time_limit import within

PAUSES: Final = (0.5, 1.5)
"""Seconds before the second and the third try; there is no fourth."""
_ANSWER_SECONDS: Final = 4.0
"""How long a try waits for a silent service."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent: POST with a body, GET without."""

    address: Secret
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_arguments: object) -> None:
        """Nowhere else: the answer itself is the end."""


class _MayPass(NotDelivered):
    """It did not get through, and the next try may."""


async def call_until_taken(call: Call, clock: Clock) -> None:
    """Make the call; once more after a failed connection and after a 5xx, but not more than three times.

    Raises:
        NotDelivered: the service did not take it.
    """
    for pause in PAUSES:
        try:
            return await _once(call, clock)
        except _MayPass:
            await clock.sleep(pause)
    return await _once(call, clock)


async def _once(call: Call, clock: Clock) -> None:
    try:
        status = await within(LIMIT_SECONDS, partial(_status_of, call), clock)
    except (OSError, HTTPException, ValueError) as error:
        raise _MayPass(f"The service could not be reached ({_in_words(error)}).") from None
    _require_taken(status)


def _status_of(call: Call) -> int:
    """The status of the answer; its body is not read."""
    address, authorization = _without_password(call.address.reveal())
    headers = {"User-Agent": f"vega-terminal/{__version__}", **authorization, **call.headers}
    request = Request(address, call.body, headers)  # noqa: S310 - the settings take http and https alone
    try:
        with build_opener(_NoRedirects).open(request, timeout=_ANSWER_SECONDS) as answer:
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code


def _without_password(address: str) -> tuple[str, dict[str, str]]:
    """The address as it goes into a request, and what becomes of `user:password@` in it."""
    parts = urlsplit(address)
    if parts.username is None:
        return address, {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    place = parts._replace(netloc=parts.netloc.rpartition("@")[2])
    return place.geturl(), {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _require_taken(status: int) -> None:
    if status >= 500:
        raise _MayPass(f"The service did not take it (status {status}).")
    if status >= 400:
        raise NotDelivered(f"The service did not take it (status {status}).")
    if status >= 300:
        raise NotDelivered(f"The service sends elsewhere ({status}). Set the address that it leads to.")


def _in_words(error: Exception) -> str:
    """What the system says; a library's own text might repeat the address."""
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        return "no answer in time"
    strerror = reason.strerror if isinstance(reason, OSError) else None
    return strerror or type(reason).__name__
