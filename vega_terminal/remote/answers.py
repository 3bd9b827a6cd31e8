"""What the answers of a server mean, and what it means when there is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

import httpx

from vega_terminal.domain.errors import VegaError
from vega_terminal.remote.address import Address
from vega_terminal.remote.errors import NotAttachable, NotReached, ServerLost
from vega_terminal.wire.coding import NotUnderstood, decode
from vega_terminal.wire.troubles import Trouble, error_of

T = TypeVar("T")
_JSON: Final = "application/json"
_LONGEST_REASON: Final = 200


def value_of(kind: type[T], response: httpx.Response, address: Address) -> T:
    """The value of the wire type `kind` in an answer.

    Raises:
        NotAttachable: the answer is not one of this product's.
        VegaError: what the engine raised, as itself.
    """
    require_success(response, address)
    try:
        return decode(kind, response.content)
    except NotUnderstood as error:
        raise NotAttachable(f"{address.host} gave an answer that cannot be read. {error}") from None


def require_success(response: httpx.Response, address: Address) -> None:
    """Pass when the server did what it was asked; raises as `value_of`. The body has been read."""
    if not response.is_success:
        raise _refusal(response, address)


def _refusal(response: httpx.Response, address: Address) -> VegaError:
    if response.status_code == httpx.codes.UNAUTHORIZED:
        return NotAttachable(
            f"The server at {address.url} refuses the token. It may have a new one since it was started: the"
            " token is in its api.token. Name the file that holds it with --token-file."
        )
    try:
        return error_of(decode(Trouble, response.content))
    except NotUnderstood:
        pass
    if response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED):
        return NotAttachable(
            f"Nothing at {address.url} can be attached to. Either it is no server of VEGA Terminal, or it has"
            " another version: install the same one on both sides."
        )
    said = f"The server at {address.url} refused (HTTP {response.status_code}). {_message(response)}"
    return NotAttachable(said.rstrip())


def _message(response: httpx.Response) -> str:
    """What the server says of itself, as far as it speaks as this product does."""
    try:
        return str(json.loads(response.content)["message"])[:_LONGEST_REASON]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""


@contextmanager
def calling(address: Address) -> Iterator[None]:
    """Errors of the way there become ServerLost; their causes are cut off: they hold the token."""
    try:
        yield
    except httpx.ConnectTimeout:
        lost: ServerLost = NotReached(f"The server at {address.url} does not answer.")
    except httpx.TimeoutException:
        lost = ServerLost(f"The server at {address.url} does not answer.")
    except httpx.ConnectError as error:
        lost = NotReached(
            f"No server can be reached at {address.url} ({_reason(error)}). Start one there: vega-auth serve"
        )
    except httpx.HTTPError:
        lost = ServerLost(f"The connection to {address.url} broke.")
    else:
        return
    raise lost


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:_LONGEST_REASON] or type(error).__name__
