"""The broker's Access Token Request (broker docs: access-token-request): its app's user approves by phone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from vega_terminal.broker.failures import broker_error
from vega_terminal.broker.gateway import Gateway
from vega_terminal.broker.refusals import WITH_CODE, Refusal
from vega_terminal.broker.transport import HttpRequest
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot

_REQUEST: Final = "/v3/login/auth/token/request/"

WITH_REQUEST: Final[Mapping[str, Refusal]] = MappingProxyType(
    {
        **WITH_CODE,
        "UDAPI1123": Refusal(
            FailureKind.APP_MISCONFIGURED,
            "The app has no notifier URL, so the broker could not send the token. Enter one on the app's page"
            " in the broker's Developer Apps: your public address, ending with VEGA_NOTIFIER_PATH.",
        ),
        "UDAPI1124": Refusal(
            FailureKind.APP_MISCONFIGURED,
            "The broker offers the approval on the phone to individual accounts only, and this app's is none."
            " Set UPSTOX_LOGIN_ROUTE_<NAME>=browser for this slot.",
        ),
        "UDAPI1155": Refusal(
            FailureKind.APP_MISCONFIGURED,
            "The app is under review at the broker, or was rejected. Look at its state in the broker's"
            " Developer Apps; until it is approved nothing is given out for it.",
        ),
        "UDAPI1157": Refusal(
            FailureKind.APP_MISCONFIGURED,
            "The app has expired at the broker. Renew it in the broker's Developer Apps, or make a new one"
            " and set UPSTOX_CLIENT_ID_<NAME> and UPSTOX_CLIENT_SECRET_<NAME> to its key and secret.",
        ),
    }
)
"""For the request of an approval."""


@dataclass(frozen=True, slots=True)
class _JsonRequest(HttpRequest):
    """A call whose body is a JSON object.

    Attributes:
        document: its fields; secrets stay masked until they are sent.
    """

    document: Mapping[str, str | Secret] = field(default_factory=dict)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Everything in the call that no message may show."""
        return tuple(value for value in self.document.values() if isinstance(value, Secret))

    def wire_headers(self) -> dict[str, str]:
        """The headers as they are sent."""
        return {**HttpRequest.wire_headers(self), "content-type": "application/json"}

    def wire_body(self) -> bytes:
        """The body as it is sent, secrets in the clear."""
        plain = {
            name: value.reveal() if isinstance(value, Secret) else value
            for name, value in self.document.items()
        }
        return json.dumps(plain).encode(errors="replace")


async def request_token(gateway: Gateway, slot: ApiSlot, *, timeout: float) -> Secret | None:
    """Ask the user of `slot`'s app to approve a token, with exactly one request.

    Args:
        gateway: the way to the broker.
        slot: whose app it is.
        timeout: seconds for the whole call.

    Returns:
        The notifier URL to which the broker will send the token; None when the answer does not tell.

    Raises:
        BrokerError: nobody is asked; with TIMEOUT it is not known whether somebody is.
    """
    url = gateway.url(_REQUEST + quote(slot.client_id, safe=""))
    request = _JsonRequest("POST", url, document={"client_secret": slot.client_secret})
    data = await gateway.send(request, WITH_REQUEST, timeout=timeout)
    if not isinstance(data, dict):
        raise broker_error(
            FailureKind.UNEXPECTED_ANSWER,
            "The broker answered the request for an approval in a way that is not in its documents. Try"
            " again; if it stays, look at the broker's announcements.",
        )
    address = data.get("notifier_url")
    return Secret(address) if isinstance(address, str) else None
