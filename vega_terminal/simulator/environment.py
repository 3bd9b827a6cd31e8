"""The settings that a client needs to meet the simulated broker."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def _person(identity: Identity, suffix: str, *, gives_totp_secret: bool) -> dict[str, str]:
    settings = {f"UPSTOX_MOBILE_NUMBER{suffix}": identity.mobile, f"UPSTOX_PIN{suffix}": identity.pin}
    if gives_totp_secret:
        settings[f"UPSTOX_TOTP_SECRET{suffix}"] = identity.totp_secret
    return settings
