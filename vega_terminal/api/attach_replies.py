"""Answers to an attached terminal, and who asks."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response

from vega_terminal.domain.errors import VegaError
from vega_terminal.wire.about import OPERATOR_HEADER
from vega_terminal.wire.coding import NotUnderstood, encode
from vega_terminal.wire.troubles import Trouble, TroubleKind, trouble_of

_JSON: Final = "application/json"
_LONGEST_NAME: Final = 48
_STATUSES: Final = {
    TroubleKind.GATE_SHUT: HTTPStatus.CONFLICT,
    TroubleKind.BROKER: HTTPStatus.BAD_GATEWAY,
    TroubleKind.STORAGE: HTTPStatus.SERVICE_UNAVAILABLE,
    TroubleKind.REFUSED: HTTPStatus.CONFLICT,
}


def reply(kind: Any, value: object, status: int = HTTPStatus.OK) -> Response:  # noqa: ANN401 - any wire type
    """`value` of the wire type `kind` as an answer."""
    return Response(encode(kind, value).encode(), status, media_type=_JSON)


def done(status: int = HTTPStatus.NO_CONTENT) -> Response:
    """Nothing to tell but that it is done."""
    return Response(status_code=status)


def refusal(error: VegaError | OSError) -> Response:
    """An error as an answer."""
    if isinstance(error, NotUnderstood):
        return reply(Trouble, trouble_of(error), HTTPStatus.BAD_REQUEST)
    trouble = trouble_of(error)
    return reply(Trouble, trouble, _STATUSES[trouble.error])


def operator(request: Request) -> str:
    """Who asks, in their own words; it proves nothing, so it is shortened and stripped of what is no text."""
    named = unquote(request.headers.get(OPERATOR_HEADER, ""), errors="replace")
    shown = "".join(each if each.isprintable() else "?" for each in named).strip()[:_LONGEST_NAME]
    return shown or "an attached terminal"
