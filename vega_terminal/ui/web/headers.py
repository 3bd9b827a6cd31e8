"""The headers of every answer: nothing foreign is loaded, nothing is kept, nobody frames the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vega_terminal.loopback.place import Place

_ALWAYS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), clipboard-read=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "Server": "vega-terminal",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def security_headers(place: Place) -> Mapping[str, str]:
    """The headers for everything that is served at `place`."""
    return {**_ALWAYS, "Content-Security-Policy": "; ".join(_policy(place))}


def _sources(place: Place) -> str:
    """Older browsers do not take a WebSocket for a part of `'self'`; policies know no IPv6 addresses."""
    return "'self'" if ":" in place.host else f"'self' ws://{place.authority}"


def _policy(place: Place) -> tuple[str, ...]:
    return (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # the terminal in the page writes its cells' sizes as styles
        "font-src 'self'",
        "img-src data:",
        f"connect-src {_sources(place)}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        # No popups, downloads and dialogs: an address in a broker's text can be clicked, and leads nowhere.
        "sandbox allow-scripts allow-same-origin",
    )
