"""One call to the broker from request to judged answer; everything above deals in documents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from vega_terminal.broker.envelope import Terms, success_data, success_document
from vega_terminal.broker.failures import broker_error
from vega_terminal.broker.refusals import WITH_CODE, WITH_TOKEN, Refusal
from vega_terminal.broker.transport import HttpRequest, HttpTransport
from vega_terminal.clock import Clock
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.secret import Secret

_TOKEN: Final = re.compile(r"[!-~]{1,4096}")


def is_token_text(text: str) -> bool:
    """Whether `text` can be a bearer token: 1 to 4096 printable ASCII characters, no white space.

    The broker's documents call the token opaque, so its JWT shape is not required.
    """
    return _TOKEN.fullmatch(text) is not None


class Gateway:
    """The broker's address, a way to it, and the clock that its waits are measured by."""

    def __init__(self, base_url: str, transport: HttpTransport, clock: Clock) -> None:
        self._base_url = base_url.rstrip("/")
        self._transport = transport
        self._clock = clock

    def url(self, path: str) -> str:
        """The absolute address of `path` (which starts with a slash)."""
        return self._base_url + path

    async def get(
        self, path: str, token: Secret, *, timeout: float, headers: Mapping[str, str] | None = None
    ) -> object:
        """Return the `data` of the success envelope.

        Raises:
            BrokerError: TOKEN_REFUSED only for the broker's clear 401.
        """
        if not is_token_text(token.reveal()):
            raise broker_error(
                FailureKind.UNEXPECTED_ANSWER,
                "The token at hand holds characters that no token has, so it was not sent. "
                "Generate this slot again.",
            )
        request = HttpRequest("GET", self.url(path), headers=headers or {}, bearer=token)
        reply = await self._transport.send(request, timeout=timeout)
        return success_data(reply, self._terms(WITH_TOKEN, request))

    async def post_form(
        self, path: str, form: Mapping[str, str | Secret], *, timeout: float
    ) -> Mapping[str, object]:
        """Post `form` once and return the whole document: this answer has no envelope.

        Raises:
            BrokerError: the answer is not a success.
        """
        request = HttpRequest("POST", self.url(path), form=form)
        reply = await self._transport.send(request, timeout=timeout)
        return success_document(reply, self._terms(WITH_CODE, request))

    async def send(self, request: HttpRequest, refusals: Mapping[str, Refusal], *, timeout: float) -> object:
        """Send `request` once, judge the answer by `refusals`, and return the `data` of its envelope.

        Raises:
            BrokerError: the answer is not a success.
        """
        reply = await self._transport.send(request, timeout=timeout)
        return success_data(reply, self._terms(refusals, request))

    def _terms(self, refusals: Mapping[str, Refusal], request: HttpRequest) -> Terms:
        return Terms(refusals, request.secrets, self._clock.now())
