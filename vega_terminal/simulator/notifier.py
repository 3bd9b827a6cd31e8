"""How the broker reaches an app's notifier URL: one POST, never repeated, whatever comes back."""

from __future__ import annotations

import asyncio
import http.client
import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECONDS = 10.0


async def post(url: str, document: Mapping[str, object] | str) -> int:
    """Send a document as JSON (a text as it is); the HTTP status, or 0 when nobody answered."""
    body = document if isinstance(document, str) else json.dumps(document)
    return await asyncio.to_thread(_post, url, body.encode())


def _post(url: str, body: bytes) -> int:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_SECONDS)
    try:
        connection.request("POST", parts.path or "/", body, {"Content-Type": "application/json"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
