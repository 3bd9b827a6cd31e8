"""The composition root: settings in, engine out. The only room that knows every adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vega_terminal.late_names import late_names

if TYPE_CHECKING:
    from vega_terminal.wiring.backstage import Backstage
    from vega_terminal.wiring.companions import accompanied
    from vega_terminal.wiring.engine import running_engine
    from vega_terminal.wiring.settings import settings_of
    from vega_terminal.wiring.storage import Storage, stored, vault_key_in_words

__all__ = [
    "Backstage",
    "Storage",
    "accompanied",
    "running_engine",
    "settings_of",
    "stored",
    "vault_key_in_words",
]

if not TYPE_CHECKING:
    __getattr__ = late_names(
        __name__,
        {
            "Backstage": "backstage",
            "Storage": "storage",
            "accompanied": "companions",
            "running_engine": "engine",
            "settings_of": "settings",
            "stored": "storage",
            "vault_key_in_words": "storage",
        },
    )
