"""Answers as JSON, and how routes describe the refusals that any of them may meet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from vega_terminal.api.models import ProblemDocument

REFUSALS: Final[Mapping[int, str]] = {
    400: "No HTTP that can be understood",
    401: "Without the token",
    403: "Asked by a page of another origin",
    408: "Sent too slowly",
    413: "Body over 64 KiB",
    415: "Body that is no plain JSON",
    431: "Headers over 16 KiB",
    421: "Meant for another host or port",
    422: "Does not fit its description",
    500: "A defect",
    503: "The database cannot be read now, or too many connections are open",
}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The description of these refusals, for a route; every route may also be refused by the guard."""
    always = (400, 401, 403, 408, 413, 415, 421, 422, 431, 500, 503)
    words = {**REFUSALS, 404: "Unknown", 409: "Not under way here"}
    return {
        status: {"model": ProblemDocument, "description": words[status]} for status in (*always, *statuses)
    }


def plain(media_type: str, description: str) -> dict[int | str, dict[str, Any]]:
    """The description of an answer that is no JSON, for a route whose `response_class` is `Response`."""
    content = {media_type: {"schema": {"type": "string"}}}
    return {200: {"description": description, "content": content}}


def json_answer(
    document: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A document as the domain makes it, encoded once."""
    body = json.dumps(document, separators=(",", ":")).encode()
    return Response(body, status, headers, media_type="application/json")
