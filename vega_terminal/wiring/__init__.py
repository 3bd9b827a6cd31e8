"""The composition root: settings in, engine out. The only room that knows every adapter."""

from vega_terminal.wiring.backstage import Backstage
from vega_terminal.wiring.engine import running_engine
from vega_terminal.wiring.settings import settings_of
from vega_terminal.wiring.storage import Storage, stored, vault_key_in_words

__all__ = ["Backstage", "Storage", "running_engine", "settings_of", "stored", "vault_key_in_words"]
