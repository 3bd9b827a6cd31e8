"""What the broker sends after an approval (broker docs: access-token-request): read strictly, not trusted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from vega_terminal.domain.secret import Secret
from vega_terminal.domain.token import IssuedToken

_CLIENT: Final = re.compile(r"[!-~]{1,128}")
_USER: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TOKEN: Final = re.compile(r"[!-~]{1,4096}")
_WORD: Final = re.compile(r"[A-Za-z_]{1,32}")
_MILLISECONDS: Final = re.compile(r"[0-9]{12,14}")


class NotAWebhook(ValueError):
    """What came is not the broker's message; the sentence says why and holds nothing of it."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """One message with a token. It is not signed, so none of it is known to be true.

    Attributes:
        client_id: API key of the app that it claims to be for.
        issued: the token, whose it claims to be, and when it was issued (UTC).
        token_type: `Bearer`.
        message_type: `access_token`.
        expires_at: UTC.
    """

    client_id: str
    issued: IssuedToken
    token_type: str
    message_type: str
    expires_at: datetime


def read_webhook(body: bytes) -> Webhook:
    """Read a message.

    Raises:
        NotAWebhook: it is not JSON, or a field is missing or not of its shape.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise NotAWebhook("It is not JSON.") from None
    if not isinstance(document, dict):
        raise NotAWebhook("It is not a JSON object.")
    return Webhook(
        client_id=_text(document, "client_id", _CLIENT),
        issued=IssuedToken(
            value=Secret(_text(document, "access_token", _TOKEN)),
            user_id=_text(document, "user_id", _USER),
            issued_at=_instant(document, "issued_at"),
        ),
        token_type=_text(document, "token_type", _WORD),
        message_type=_text(document, "message_type", _WORD),
        expires_at=_instant(document, "expires_at"),
    )


def _text(document: Mapping[str, object], name: str, shape: re.Pattern[str]) -> str:
    value = document.get(name)
    if not isinstance(value, str) or shape.fullmatch(value) is None:
        raise NotAWebhook(f"Its {name} is missing or not of its shape.")
    return value


def _instant(document: Mapping[str, object], name: str) -> datetime:
    """Milliseconds since 1970; the broker writes them as text."""
    value = document.get(name)
    text = str(value) if isinstance(value, str) or type(value) is int else ""
    if _MILLISECONDS.fullmatch(text) is None:
        raise NotAWebhook(f"Its {name} is missing or not of its shape.")
    return datetime.fromtimestamp(int(text) / 1000, UTC)
