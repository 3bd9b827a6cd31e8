"""Environments that the settings accept, for tests to spoil."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from vega_terminal.domain.errors import SettingsError, SettingsProblem
from vega_terminal.settings import Settings, load_settings

NO_FILE: Final = Path(os.devnull)
"""An env file that is there and holds nothing."""

GOOD: Final = {
    "UPSTOX_API_NAMES": "PRIMARY,WEBSOCKET1",
    "UPSTOX_CLIENT_ID_PRIMARY": "client-id-of-primary",
    "UPSTOX_CLIENT_SECRET_PRIMARY": "client-secret-of-primary",
    "UPSTOX_CLIENT_ID_WEBSOCKET1": "client-id-of-websocket1",
    "UPSTOX_CLIENT_SECRET_WEBSOCKET1": "client-secret-of-websocket1",
    "UPSTOX_REDIRECT_URI": "https://127.0.0.1:28020/callback",
}


def good(**changes: str) -> dict[str, str]:
    """A complete environment with some keys changed; an empty text unsets one."""
    return {**GOOD, **changes}


def load(environ: dict[str, str]) -> Settings:
    """Load an environment alone, whatever lies in the working directory."""
    return load_settings(environ, NO_FILE)


def error_of(environ: dict[str, str], env_file: Path | None = NO_FILE) -> SettingsError | None:
    """The error that an environment leads to; None when it loads."""
    try:
        load_settings(environ, env_file)
    except SettingsError as error:
        return error
    return None


def problems_of(environ: dict[str, str], env_file: Path | None = NO_FILE) -> tuple[SettingsProblem, ...]:
    """What is wrong with an environment; nothing when it loads."""
    error = error_of(environ, env_file)
    return () if error is None else error.problems
