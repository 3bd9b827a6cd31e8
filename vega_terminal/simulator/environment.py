"""The settings that a client needs to meet the simulated broker."""

from __future__ import annotations

import secrets
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from vega_terminal.simulator.population import Identity, Population


def client_environment(
    population: Population, api_base_url: str, *, gives_totp_secret: bool
) -> dict[str, str]:
    """Environment variables for a client: the same keys that the real broker's customers fill in.

    The customer's own three are given once, or once an app where there are several customers.
    """
    settings = {
        "UPSTOX_API_BASE_URL": api_base_url,
        "UPSTOX_API_NAMES": ",".join(app.name for app in population.apps),
        "UPSTOX_REDIRECT_URI": population.apps[0].redirect_uri,
    }
    for app in population.apps:
        settings[f"UPSTOX_CLIENT_ID_{app.name}"] = app.client_id
        settings[f"UPSTOX_CLIENT_SECRET_{app.name}"] = app.client_secret
    if len(population.identities) == 1:
        return settings | _person(population.identities[0], "", gives_totp_secret=gives_totp_secret)
    for app in population.apps:
        settings |= _person(app.identity, f"_{app.name}", gives_totp_secret=gives_totp_secret)
    return settings


def unused_notifier_url() -> str:
    """An address on loopback with a port that nobody uses now and a path that nobody can guess."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return f"http://127.0.0.1:{port}/upstox/{secrets.token_urlsafe(24)}"


def notifier_environment(notifier_url: str, *, on_phone: bool) -> dict[str, str]:
    """Where a client takes the broker's answers, and whether it is to ask for approvals."""
    parts = urlsplit(notifier_url)
    place = {"VEGA_NOTIFIER_PORT": str(parts.port), "VEGA_NOTIFIER_PATH": parts.path}
    return place | ({"UPSTOX_LOGIN_ROUTE": "phone"} if on_phone else {})


def _person(identity: Identity, suffix: str, *, gives_totp_secret: bool) -> dict[str, str]:
    settings = {f"UPSTOX_MOBILE_NUMBER{suffix}": identity.mobile, f"UPSTOX_PIN{suffix}": identity.pin}
    if gives_totp_secret:
        settings[f"UPSTOX_TOTP_SECRET{suffix}"] = identity.totp_secret
    return settings
