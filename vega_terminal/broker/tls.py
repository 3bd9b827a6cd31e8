"""Whose certificates are believed: the same ones as by httpx, which most calls are made with."""

from __future__ import annotations

import os
import ssl

from vega_terminal.broker.transport_failures import unusable_environment


def tls_context(*, trust_env: bool) -> ssl.SSLContext:
    """Certificates of certifi, or those that SSL_CERT_FILE or SSL_CERT_DIR name. Blocks for some 20 ms.

    Args:
        trust_env: whether the environment is asked; it is not for a server on this very machine.

    Raises:
        BrokerError: NETWORK, what the environment names cannot be used.
    """
    file = os.environ.get("SSL_CERT_FILE") if trust_env else None
    folder = os.environ.get("SSL_CERT_DIR") if trust_env and not file else None
    try:
        if file or folder:
            return ssl.create_default_context(cafile=file or None, capath=folder or None)
        return ssl.create_default_context(cafile=_certificates())
    except (OSError, ValueError):
        # The cause is cut off: it would show the place that the environment names.
        raise unusable_environment() from None


def _certificates() -> str:
    import certifi  # noqa: PLC0415 - not needed where the broker is plain loopback

    return certifi.where()
