"""What one HTTP call is, apart from any library: a request with masked secrets, a reply of plain bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import urlencode

from vega_terminal import __version__
from vega_terminal.domain.secret import Secret

_COMMON_HEADERS: Final[Mapping[str, str]] = {
    "accept": "application/json",
    # An answer that is not packed cannot swell beyond the size that was counted on the wire.
    "accept-encoding": "identity",
    "user-agent": f"vega-terminal/{__version__}",
}


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One call. Secrets stay masked in it until a transport puts them on the wire.

    Attributes:
        method: GET or POST.
        url: absolute address; never holds a secret.
        headers: further headers, names in lower case.
        bearer: token of the Authorization header.
        form: fields of a form body.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    bearer: Secret | None = None
    form: Mapping[str, str | Secret] | None = None

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Everything in the call that no message may show."""
        in_form = (value for value in (self.form or {}).values() if isinstance(value, Secret))
        return (*in_form, *([self.bearer] if self.bearer is not None else ()))

    def wire_headers(self) -> dict[str, str]:
        """The headers as they are sent, secrets in the clear."""
        headers = {**_COMMON_HEADERS, **self.headers}
        if self.form is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
        if self.bearer is not None:
            headers["authorization"] = f"Bearer {self.bearer.reveal()}"
        return headers

    def wire_body(self) -> bytes:
        """The body as it is sent, secrets in the clear; empty without a form."""
        fields = self.form or {}
        return urlencode({name: _revealed(fields[name]) for name in fields}, errors="replace").encode()


def _revealed(value: str | Secret) -> str:
    return value.reveal() if isinstance(value, Secret) else value


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What came back, unjudged.

    Attributes:
        status: HTTP status.
        headers: names in lower case.
        body: at most `MAX_BODY` bytes.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


MAX_BODY: Final = 4_000_000
"""Bytes of the largest answer that is read: all option contracts of one index are about a third of it."""


class HttpTransport(Protocol):
    """Carries one call to the broker and brings the reply back."""

    async def send(self, request: HttpRequest, *, timeout: float) -> HttpReply:
        """Send `request` exactly once; `timeout` seconds bound everything up to the last byte of the body.

        Raises:
            BrokerError: TIMEOUT when the time is up, NETWORK when there was no complete HTTP answer,
                UNEXPECTED_ANSWER when the body is larger than `MAX_BODY`.
        """
        ...

    async def aclose(self) -> None:
        """Close every connection; later calls fail with NETWORK."""
        ...
