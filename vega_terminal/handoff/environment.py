"""The environment of a program that gets tokens: with them, and without what is none of its business."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import PRIMARY

TOKEN_KEY: Final = "UPSTOX_ACCESS_TOKEN"
"""Holds PRIMARY's token; followed by an underscore and a name, that slot's."""
BASE_URL_KEY: Final = "UPSTOX_API_BASE_URL"
_OURS: Final = ("UPSTOX_", "VEGA_")
_HARMLESS: Final = ("UPSTOX_API_NAMES", "UPSTOX_CLIENT_ID_")
"""Beginnings of what a program may see of our settings: an allow-list, so that no new secret slips out."""


def child_environment(
    environ: Mapping[str, str], tokens: Mapping[str, Secret], api_base_url: str
) -> dict[str, str]:
    """What the program finds in its environment.

    Args:
        environ: of this process.
        tokens: by slot.
        api_base_url: of the broker that issued them.
    """
    kept = {key: text for key, text in environ.items() if _may_stay(key)}
    given = {f"{TOKEN_KEY}_{name}": token.reveal() for name, token in tokens.items()}
    if PRIMARY in tokens:
        given[TOKEN_KEY] = tokens[PRIMARY].reveal()
    return kept | {BASE_URL_KEY: api_base_url} | given


def _may_stay(key: str) -> bool:
    """The settings take a key in any case for one of ours, so this does, too."""
    spelled = key.upper()
    return not spelled.startswith(_OURS) or spelled.startswith(_HARMLESS)
