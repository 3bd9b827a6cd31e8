"""Where everything of this user lies, also for those who need no other setting."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from vega_terminal.domain.errors import SettingsError
from vega_terminal.settings import keys
from vega_terminal.settings.reader import Reader
from vega_terminal.settings.source import read_source

APPLICATION: Final = "vega-terminal"


def data_folder(environ: Mapping[str, str], env_file: Path | None) -> Path:
    """`VEGA_DATA_DIR`, whatever else is set or not.

    Args:
        environ: the environment, usually `os.environ`.
        env_file: a file that must exist; None reads `./.env` if there is one.

    Raises:
        SettingsError: it, or the file, cannot be read.
    """
    reader = Reader(read_source(environ, env_file))
    folder = folder_in(reader)
    if reader.problems:
        raise SettingsError(reader.problems)
    return folder


def folder_in(reader: Reader) -> Path:
    """The folder that was read, or the platform's."""
    return reader.find_path(keys.DATA_DIR) or _platforms_own()


def _platforms_own() -> Path:
    from platformdirs import user_data_dir  # noqa: PLC0415 - costs start-up time where a folder is named

    return Path(user_data_dir(APPLICATION, appauthor=False))
