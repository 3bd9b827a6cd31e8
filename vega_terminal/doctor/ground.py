"""What the doctor stands on: the settings, or as much of them as is right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.doctor.terminal import TerminalFacts
from vega_terminal.domain.errors import SettingsError, SettingsProblem
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import Roster
from vega_terminal.settings import keys
from vega_terminal.settings.data_folder import folder_in
from vega_terminal.settings.reader import Reader
from vega_terminal.settings.slots import configured_names
from vega_terminal.settings.source import DEFAULT_FILE, Source, read_source
from vega_terminal.settings.values import BrowserSettings, Headless, Settings

_KEPT: Final = (
    *("PATH", "HOME", "LANG", "LC_ALL", "CREDENTIALS_DIRECTORY"),
    *("DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR"),
)
"""What checks may know of the environment; the rest may hold secrets."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that the checks are told.

    Attributes:
        settings: None when they are wrong; what follows is then read as far as it is right.
        problems: what is wrong with them.
        source: the texts behind them, each a Secret, and the remarks on the file.
        env_file: the file that was read, whether it exists or not.
        roster: None when it cannot be known.
        data_dir: where everything is kept.
        key_file: `VEGA_KEY_FILE`.
        browser: which browser to drive.
        api_base_url: of the broker; None when it is wrong.
        redirect_uris: each once.
        redis_url: of a second replay buffer; may hold a password.
        busy_attempts: at a held database.
        environ: of the environment only what no secret can be in.
        terminal: where the person sits; None without a terminal.
        clock: of this machine.
    """

    settings: Settings | None
    problems: tuple[SettingsProblem, ...]
    source: Source
    env_file: Path
    roster: Roster | None
    data_dir: Path
    key_file: Path | None
    browser: BrowserSettings
    api_base_url: str | None
    redirect_uris: tuple[str, ...]
    redis_url: Secret | None
    busy_attempts: int
    environ: Mapping[str, str]
    terminal: TerminalFacts | None
    clock: Clock


def ground_on(
    settings: Settings,
    environ: Mapping[str, str],
    env_file: Path | None,
    clock: Clock,
    terminal: TerminalFacts | None = None,
) -> Ground:
    """The ground where the settings are right; reads the file once more, for its rights. Blocks."""
    return Ground(
        settings=settings,
        problems=(),
        source=read_source(environ, env_file),
        env_file=env_file or DEFAULT_FILE,
        roster=settings.roster,
        data_dir=settings.data_dir,
        key_file=settings.key_file,
        browser=settings.browser,
        api_base_url=settings.api_base_url,
        redirect_uris=tuple(dict.fromkeys(slot.redirect_uri for slot in settings.roster)),
        redis_url=settings.redis_url,
        busy_attempts=settings.db_busy_attempts,
        environ=_harmless(environ),
        terminal=terminal,
        clock=clock,
    )


def ground_on_wrong(
    error: SettingsError,
    environ: Mapping[str, str],
    env_file: Path | None,
    clock: Clock,
    terminal: TerminalFacts | None = None,
) -> Ground:
    """The ground where settings are wrong: each that is right counts, the others are left open. Blocks."""
    source = read_source(environ, env_file)
    reader = Reader(source)
    return Ground(
        settings=None,
        problems=error.problems,
        source=source,
        env_file=env_file or DEFAULT_FILE,
        roster=None,
        data_dir=folder_in(reader),
        key_file=reader.find_path(keys.KEY_FILE),
        browser=_browser(reader),
        api_base_url=_base_url(reader),
        redirect_uris=_redirect_uris(reader),
        redis_url=reader.find(keys.REDIS_URL),
        busy_attempts=reader.get(keys.DB_BUSY_ATTEMPTS),
        environ=_harmless(environ),
        terminal=terminal,
        clock=clock,
    )


def _harmless(environ: Mapping[str, str]) -> Mapping[str, str]:
    return {key: environ[key] for key in _KEPT if key in environ}


def _browser(reader: Reader) -> BrowserSettings:
    headless = reader.find(keys.HEADLESS) or Headless.AUTO
    binary, driver = reader.find_path(keys.BROWSER_BINARY), reader.find_path(keys.DRIVER_PATH)
    return BrowserSettings(reader.find(keys.BROWSER), binary, driver, headless)


def _base_url(reader: Reader) -> str | None:
    """A wrong address must not lead to another one."""
    held = reader.holds(keys.API_BASE_URL.name)
    return reader.find(keys.API_BASE_URL) if held else reader.get(keys.API_BASE_URL)


def _redirect_uris(reader: Reader) -> tuple[str, ...]:
    names: tuple[str | None, ...] = (None, *configured_names(reader))
    found = (reader.find(keys.REDIRECT_URI, name) for name in names)
    return tuple(dict.fromkeys(uri for uri in found if uri is not None))
