"""Who is told when a run cannot start, also where that is because other settings are wrong or missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vega_terminal.settings.data_folder import folder_in
from vega_terminal.settings.loader import notice_settings
from vega_terminal.settings.reader import Reader
from vega_terminal.settings.source import read_source
from vega_terminal.settings.values import NoticeSettings


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told, and the data folder, where it is remembered what they were told."""

    notices: NoticeSettings
    data_dir: Path


def who_is_told(environ: Mapping[str, str], env_file: Path | None) -> Told:
    """Each notice setting by itself: one that is wrong counts as not set, and no other setting matters.

    Args:
        environ: the environment, usually `os.environ`.
        env_file: None reads `./.env`; one that cannot be read leaves the environment alone.
    """
    reader = Reader(read_source(environ, env_file))
    return Told(notice_settings(reader), folder_in(reader))
