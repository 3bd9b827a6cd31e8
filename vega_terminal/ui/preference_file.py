"""terminal.toml on disk: where it lies, what it says, and how a changed look is written into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from platformdirs import user_config_path

from vega_terminal.private_files import make_folder, replace_file
from vega_terminal.ui.looks import Look
from vega_terminal.ui.preferences import Preferences
from vega_terminal.ui.safe_text import safe_text

_FILE_NAME: Final = "terminal.toml"
_LARGEST: Final = 256 * 1024
"""Bytes; whatever is larger is no settings file."""


def preference_path() -> Path:
    """Where this operator's file lies, whether there is one or not."""
    return user_config_path("vega-terminal", appauthor=False) / _FILE_NAME


def load_preferences(environ: Mapping[str, str], path: Path) -> tuple[Preferences, tuple[str, ...]]:
    """What the file at `path` says, and what is wrong with it; a wrong file never stops anything.

    Args:
        environ: tells whether the terminal is a remote one.
        path: the file; without one the defaults hold.
    """
    defaults = Preferences(animations="SSH_CONNECTION" not in environ, file=path)
    try:
        text = _read(path)
    except FileNotFoundError:
        return defaults, ()
    except (OSError, UnicodeDecodeError) as error:
        return replace(defaults, file=None), (
            f"{path} cannot be read and was not used: {safe_text(str(error), 160)}.",
        )
    from vega_terminal.ui.preference_text import read_text  # noqa: PLC0415 - the TOML parser, only where it is needed

    reading = read_text(text, defaults)
    return reading.preferences, reading.problems


def _read(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise OSError(f"it is larger than {_LARGEST // 1024} KiB")
    return content.decode()


def save_look(path: Path, look: Look) -> None:
    """Write a look into the file, which keeps its comments and everything else; blocks, so use a thread.

    Raises:
        OSError: the folder or the file cannot be written.
        ValueError: the file is no TOML, so it was left as it is.
    """
    import tomlkit  # noqa: PLC0415 - a tenth of a second, only where something is written

    target = path.resolve()
    document = tomlkit.parse(target.read_text() if target.exists() else "")
    before = document.unwrap()
    for name, value in (("theme", look.theme.value), ("market_colours", look.market.value)):
        if before.get(name, _DEFAULTS[name]) != value:
            document[name] = value
    make_folder(target.parent)
    replace_file(target, document.as_string())


_DEFAULTS: Final = {"theme": Look().theme.value, "market_colours": Look().market.value}
