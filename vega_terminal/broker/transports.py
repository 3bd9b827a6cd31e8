"""Which way leads to the broker: straight there where that is the same, otherwise as the environment says."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Final

from vega_terminal.broker.http_address import is_loopback
from vega_terminal.broker.transport import HttpTransport

_PROXIES: Final = frozenset({"http_proxy", "https_proxy", "all_proxy"})
_PROXIES_IN_ENVIRONMENT_ONLY: Final = frozenset({"linux"})
"""Elsewhere the system's own settings may name a proxy, too."""


def quick_transport(base_url: str, environ: Mapping[str, str] = os.environ) -> HttpTransport:
    """The way that is ready soonest, for the few calls of the first look.

    Args:
        base_url: of the broker.
        environ: where a proxy may be named.
    """
    if is_straight(base_url, environ):
        from vega_terminal.broker.direct_transport import DirectTransport  # noqa: PLC0415 - one of two ways

        return DirectTransport(base_url)
    from vega_terminal.broker.httpx_transport import HttpxTransport  # noqa: PLC0415 - one of two ways

    return HttpxTransport(base_url)


def is_straight(base_url: str, environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether no proxy can stand between: on loopback, or where none is named."""
    if is_loopback(base_url):
        return True
    named = any(name.lower() in _PROXIES and value for name, value in environ.items())
    return base_url.isascii() and not named and platform in _PROXIES_IN_ENVIRONMENT_ONLY
