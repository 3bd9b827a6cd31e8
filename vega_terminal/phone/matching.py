"""Whether a message can be the answer to a request: what can be told without asking the broker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from vega_terminal.domain.token import next_expiry
from vega_terminal.phone.webhook import Webhook

SKEW: Final = timedelta(minutes=5)
"""How far this machine's clock and the broker's may disagree: a wrong clock must not cost an approval.

What is sent again within it is found out by the token itself, which is known or refused.
"""


@dataclass(frozen=True, slots=True)
class Span:
    """From the request (`since`) to the moment when it is given up (`until`), UTC."""

    since: datetime
    until: datetime


def why_not(webhook: Webhook, span: Span, now: datetime) -> str | None:
    """Why the message cannot be the answer, in a sentence; None when it can."""
    issued_at = webhook.issued.issued_at
    if webhook.message_type != "access_token" or webhook.token_type.lower() != "bearer":
        return "It is not the broker's message about an access token."
    if issued_at < span.since - SKEW:
        return "It was issued before the request: an old one, sent again; or this machine's clock is fast."
    if issued_at > now + SKEW:
        return "It claims to be issued in the future; or this machine's clock is slow."
    if webhook.expires_at != next_expiry(issued_at):
        return "It does not end at the next 03:30 IST, as every token of the broker does."
    if now >= span.until:
        return "It came after the time was up."
    return None
