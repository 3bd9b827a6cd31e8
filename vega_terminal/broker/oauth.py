"""The broker's OAuth: the dialog's address, the exchange of a code (broker docs: authorize, get-token)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode

from vega_terminal.broker.failures import broker_error
from vega_terminal.broker.fields import Fields
from vega_terminal.broker.gateway import Gateway, is_token_text
from vega_terminal.clock import Clock
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import IssuedToken

_DIALOG: Final = "/v2/login/authorization/dialog"
_TOKEN: Final = "/v2/login/authorization/token"

_SAY_WHAT_TO_DO: Final = frozenset(
    {
        FailureKind.CODE_REFUSED,
        FailureKind.CREDENTIALS_REJECTED,
        FailureKind.APP_MISCONFIGURED,
        FailureKind.ACCOUNT_INACTIVE,
    }
)
"""Kinds whose sentence already ends the story of the code."""


def authorization_url(gateway: Gateway, slot: ApiSlot, state: Secret) -> str:
    """The address that the browser opens to sign in for `slot`; it holds `state` in the clear."""
    query = {
        "response_type": "code",
        "client_id": slot.client_id,
        "redirect_uri": slot.redirect_uri,
        "state": state.reveal(),
    }
    return f"{gateway.url(_DIALOG)}?{urlencode(query, quote_via=quote, errors='replace')}"


async def exchange(
    gateway: Gateway, clock: Clock, slot: ApiSlot, code: Secret, *, timeout: float
) -> IssuedToken:
    """Exchange `code` with exactly one request.

    Args:
        gateway: the way to the broker.
        clock: tells when the answer arrived.
        slot: whose app the code was given to.
        code: from the redirect; spent by this call, whatever comes back.
        timeout: seconds for the whole call.

    Raises:
        BrokerError: no token came out of it.
    """
    try:
        # The document is in no local name here: it would stand in the traceback with the token in it.
        return _issued(await gateway.post_form(_TOKEN, _form(slot, code), timeout=timeout), clock)
    except BrokerError as error:
        spent = _with_fate_of_code(error.failure)
    raise BrokerError(spent)


def _form(slot: ApiSlot, code: Secret) -> dict[str, str | Secret]:
    return {
        "code": code,
        "client_id": slot.client_id,
        "client_secret": slot.client_secret,
        "redirect_uri": slot.redirect_uri,
        "grant_type": "authorization_code",
    }


def _issued(document: Mapping[str, object], clock: Clock) -> IssuedToken:
    """Take `access_token`; the `extended_token` beside it is read-only and never wanted."""
    value = document.get("access_token")
    if not isinstance(value, str) or not is_token_text(value):
        raise broker_error(
            FailureKind.UNEXPECTED_ANSWER,
            "The broker accepted the authorization code but sent no usable access token.",
        )
    user_id = Fields(document, "token").identifier("user_id")
    return IssuedToken(value=Secret(value), user_id=user_id, issued_at=clock.now())


def _with_fate_of_code(failure: Failure) -> Failure:
    if failure.kind in _SAY_WHAT_TO_DO:
        return failure
    fate = "The authorization code counts as used and is not sent again: generate this slot again."
    return Failure(failure.kind, f"{failure.message} {fate}", failure.code, failure.retry_after)
