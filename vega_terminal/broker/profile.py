"""Whose token it is (broker docs: get-profile)."""

from __future__ import annotations

from typing import Final

from vega_terminal.broker.fields import Fields
from vega_terminal.broker.gateway import Gateway
from vega_terminal.domain.market import Profile
from vega_terminal.domain.secret import Secret

_PROFILE: Final = "/v2/user/profile"


class ProfileClient:
    """Implements `engine.ports.ProfileProbe`: the one call that a verification needs, and nothing else."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def profile(self, token: Secret, *, timeout: float) -> Profile:
        """Whose token it is; TOKEN_REFUSED only for the broker's clear 401."""
        return await fetch_profile(self._gateway, token, timeout=timeout)


async def fetch_profile(gateway: Gateway, token: Secret, *, timeout: float) -> Profile:
    """Ask for the profile within `timeout` seconds.

    Only `user_id` has to be there: a token is not doubted because the broker leaves out an e-mail
    address. An inactive account is answered with an error; so it is active unless the answer says no.

    Raises:
        BrokerError: TOKEN_REFUSED only for the broker's clear 401.
    """
    fields = Fields(await gateway.get(_PROFILE, token, timeout=timeout), "profile")
    return Profile(
        user_id=fields.identifier("user_id"),
        user_name=fields.text("user_name", ""),
        email=fields.text("email", ""),
        exchanges=fields.texts("exchanges"),
        products=fields.texts("products"),
        is_active=fields.flag("is_active", default=True),
    )
