"""Typed settings from the environment and `.env` (contract section 2).

Read on every start, also by the fast command that only finds everything valid, so the standard
library, python-dotenv and platformdirs have to do: no validation framework is imported here.
"""

from __future__ import annotations

from vega_terminal.settings.loader import load_settings
from vega_terminal.settings.values import BrowserKind, BrowserSettings, Headless, LogLevel, Settings

__all__ = ["BrowserKind", "BrowserSettings", "Headless", "LogLevel", "Settings", "load_settings"]
