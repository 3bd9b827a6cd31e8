"""A reply becomes data, or the failure that it stands for.

Order of judgement: HTTP 5xx, 429 and 423 speak for themselves; then the body must be JSON; then the
broker's code decides; whatever is left is unexpected. Some errors come with HTTP 200, so the body is
read before a 200 is believed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vega_terminal.broker.refusals import BROKER_DOWN, RATE_LIMITED, SERVICE_HOURS, Refusal
from vega_terminal.broker.retry_after import retry_after
from vega_terminal.broker.sanitise import plain_text, without_secrets
from vega_terminal.broker.transport import HttpReply
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.secret import Secret

_CODE: Final = re.compile(r"[A-Z][A-Z0-9_]{2,31}")
_UNREADABLE: Final = object()
_MAY_ASK_TO_WAIT: Final = frozenset(
    {FailureKind.RATE_LIMITED, FailureKind.SERVICE_HOURS, FailureKind.BROKER_DOWN}
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a reply is judged by.

    Attributes:
        refusals: meaning of the broker's codes in this call.
        sent: secrets of the request, which the broker may echo.
        now: when the reply arrived, UTC.
    """

    refusals: Mapping[str, Refusal]
    sent: tuple[Secret, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class _Problem:
    """The first error of the envelope: the broker's code and its words, both cleaned."""

    code: str | None = None
    words: str = ""


def success_document(reply: HttpReply, terms: Terms) -> Mapping[str, object]:
    """Return the JSON object of a successful reply, as the code exchange sends it: without an envelope.

    Raises:
        BrokerError: the reply is anything else.
    """
    document = _parsed(reply.body)
    if document is _UNREADABLE:
        raise _error(reply, terms, _not_json(reply), _Problem())
    if reply.status == 200 and isinstance(document, dict) and _succeeded(document):
        return document
    problem = _first_problem(document, terms.sent)
    raise _error(reply, terms, _by_code(reply, terms, problem.code), problem)


def success_data(reply: HttpReply, terms: Terms) -> object:
    """Return what stands under `data` in the success envelope.

    Raises:
        BrokerError: the reply is anything else.
    """
    document = success_document(reply, terms)
    if document.get("status") != "success" or "data" not in document:
        raise _error(reply, terms, _unexpected(reply), _Problem())
    return document["data"]


def _parsed(body: bytes) -> object:
    """The JSON value; `_UNREADABLE` instead of an error, since that would carry the body along."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return _UNREADABLE


def _succeeded(document: Mapping[str, object]) -> bool:
    return document.get("status", "success") == "success" and not document.get("errors")


def _first_problem(document: object, sent: tuple[Secret, ...]) -> _Problem:
    errors = document.get("errors") if isinstance(document, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return _Problem()
    # The camel-case name is the deprecated one; some answers hold only it.
    code = first.get("error_code") or first.get("errorCode")
    words = first.get("message")
    return _Problem(
        _clean_code(code, sent) if isinstance(code, str) else None,
        plain_text(words, sent) if isinstance(words, str) else "",
    )


def _clean_code(code: str, sent: tuple[Secret, ...]) -> str | None:
    fits = _CODE.fullmatch(code) is not None and without_secrets(code, sent) == code
    return code if fits else None


def _by_status(status: int) -> Refusal | None:
    if status >= 500:
        return BROKER_DOWN
    return {429: RATE_LIMITED, 423: SERVICE_HOURS}.get(status)


def _by_code(reply: HttpReply, terms: Terms, code: str | None) -> Refusal:
    known = terms.refusals.get(code) if code else None
    if known is not None and known.only_at not in (None, reply.status):
        known = None
    certain = _by_status(reply.status)
    if certain is not None:
        return known if known is not None and known.kind is certain.kind else certain
    return known or _unexpected(reply)


def _not_json(reply: HttpReply) -> Refusal:
    certain = _by_status(reply.status)
    if certain is not None:
        return certain
    if 300 <= reply.status < 400:
        return _unexpected(reply)
    what = "a web page" if reply.body.lstrip().startswith(b"<") else "something unreadable"
    return Refusal(
        FailureKind.NOT_JSON,
        f"The broker's address answered with {what} instead of data (HTTP {reply.status}): a block, "
        "maintenance or proxy page stands in between, and nothing is known about the token. "
        "Open the broker's site in a browser to see it, then try again.",
    )


def _unexpected(reply: HttpReply) -> Refusal:
    if 300 <= reply.status < 400:
        sentence = (
            f"The broker's address sends elsewhere (HTTP {reply.status}), which its API never does. "
            "Check UPSTOX_API_BASE_URL and whether the network wants a sign-in of its own."
        )
    else:
        sentence = (
            f"The broker answered in a way that is not in its documents (HTTP {reply.status}); "
            "nothing is known about the token. Try again; if it stays, look at the broker's announcements."
        )
    return Refusal(FailureKind.UNEXPECTED_ANSWER, sentence)


def _error(reply: HttpReply, terms: Terms, refusal: Refusal, problem: _Problem) -> BrokerError:
    said = f" The broker said: “{problem.words}”" if problem.words else ""
    may_wait = refusal.kind in _MAY_ASK_TO_WAIT
    failure = Failure(
        kind=refusal.kind,
        message=refusal.sentence + said,
        code=problem.code,
        retry_after=retry_after(reply.headers, terms.now) if may_wait else None,
    )
    return BrokerError(failure)
